//! The store of the configuration, opened beside the processes that serve.

use std::sync::Arc;

use crossgate_core::keys::KeyPurpose;
use crossgate_core::seal::Sealer;
use crossgate_core::session::{SessionHandle, SessionLifetimes};
use crossgate_core::settings::Settings;
use crossgate_core::time::{Clock as _, Timestamp};
use crossgate_store::{ENDED_SESSION_RETENTION, Store, StoreError};

use crate::Failure;
use crate::store::open_existing_store;
use crate::system::SystemClock;

/// Where the sessions are, and what is needed to read them.
pub(super) struct Place {
    pub(super) store: Arc<dyn Store>,
    pub(super) sealer: Sealer,
    pub(super) lifetimes: SessionLifetimes,
    pub(super) now: Timestamp,
}

impl Place {
    pub(super) fn open(settings: &Settings) -> Result<Self, Failure> {
        Ok(Self {
            store: open_existing_store(&settings.store)?,
            sealer: Sealer::new(settings.secrets.derive(KeyPurpose::SessionContent)),
            lifetimes: settings.lifetimes,
            now: SystemClock.now(),
        })
    }
}

/// Why something about sessions was not done.
#[derive(Debug, thiserror::Error)]
pub(super) enum SessionsError {
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store did a part of it.
    #[error("{done} ended, then: {error}")]
    Interrupted {
        /// How many sessions were ended before.
        done: String,
        /// Why it did not go on.
        error: StoreError,
    },
    /// Nobody reads what is said, or it cannot be asked.
    #[error("cannot write or read on the terminal: {0}")]
    Terminal(#[from] std::io::Error),
    /// There is no such session.
    #[error(
        "no session has the handle {0}: it never was, or it ended more than {days} days ago",
        days = ENDED_SESSION_RETENTION.as_secs() / (24 * 60 * 60)
    )]
    Unknown(SessionHandle),
    /// The operator did not want it after all.
    #[error("nothing was ended")]
    Declined,
}

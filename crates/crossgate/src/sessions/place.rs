//! The store of the configuration, opened beside the processes that serve.

use crossgate_core::keys::KeyPurpose;
use crossgate_core::seal::Sealer;
use crossgate_core::session::{SessionHandle, SessionLifetimes};
use crossgate_core::settings::{Settings, StoreLocation};
use crossgate_core::time::{Clock as _, Timestamp};
use crossgate_store::{ENDED_SESSION_RETENTION, Store, StoreError};
use crossgate_store_sqlite::SqliteStore;

use crate::Failure;
use crate::system::SystemClock;

/// Where the sessions are, and what is needed to read them.
pub(super) struct Place {
    pub(super) store: Box<dyn Store>,
    pub(super) sealer: Sealer,
    pub(super) lifetimes: SessionLifetimes,
    pub(super) now: Timestamp,
}

impl Place {
    pub(super) fn open(settings: &Settings) -> Result<Self, Failure> {
        Ok(Self {
            store: open_store(&settings.store)?,
            sealer: Sealer::new(settings.secrets.derive(KeyPurpose::SessionContent)),
            lifetimes: settings.lifetimes,
            now: SystemClock.now(),
        })
    }
}

fn open_store(location: &StoreLocation) -> Result<Box<dyn Store>, Failure> {
    match location {
        StoreLocation::Memory => Err(Failure::new(
            "the sessions are in the memory of the process that serves (memory:), where no other program sees them\n  \
             fix: this is possible with a store that outlives the process, as in [store] url = \"sqlite:crossgate.db\"",
        )),
        StoreLocation::Sqlite(path) if !path.exists() => Err(Failure::new(format!(
            "there is no store at {}: nothing has been served with this configuration yet\n  \
             fix: name the configuration that serves with --config FILE",
            path.display()
        ))),
        StoreLocation::Sqlite(path) => match SqliteStore::open(path) {
            Ok(store) => Ok(Box::new(store)),
            Err(error) => Err(Failure::new(format!("cannot open the session store: {error}"))),
        },
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

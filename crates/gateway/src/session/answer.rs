//! What looking for a session can come to.

use std::sync::Arc;

use crossgate_core::entropy::EntropyError;
use crossgate_core::session::{ContentError, EndReason, Timeout};
use crossgate_core::time::Timestamp;
use crossgate_store::StoreError;

use super::live::LiveSession;

/// What a request's cookie says.
#[derive(Debug)]
pub(crate) enum SessionAnswer {
    /// Nothing: no cookie of ours.
    Absent,
    /// A session that may be used.
    Active(Arc<LiveSession>),
    /// A session that passed a limit.
    Expired(Timeout),
    /// A session that was ended, and why.
    Ended(EndReason),
    /// A cookie that names no session: made up, planted twice, or ended longer ago than the store remembers.
    Unknown,
    /// We cannot tell at the moment.
    Unavailable(SessionFault),
}

impl SessionAnswer {
    /// Why there is no session, where that is known.
    pub(crate) const fn end_reason(&self) -> Option<EndReason> {
        match self {
            Self::Expired(timeout) => Some(EndReason::Expired(*timeout)),
            Self::Ended(reason) => Some(*reason),
            Self::Absent | Self::Active(_) | Self::Unknown | Self::Unavailable(_) => None,
        }
    }
}

/// An id that no session has, for a while.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unknown {
    pub(super) until: Timestamp,
    pub(super) reason: Option<EndReason>,
}

impl Unknown {
    pub(super) fn answer(self) -> SessionAnswer {
        self.reason.map_or(SessionAnswer::Unknown, SessionAnswer::Ended)
    }
}

/// Why a session could not be read or written. For the operator.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionFault {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    #[error("others wrote the session over and over")]
    Contended,
    #[error("the work was cut short")]
    Cut,
    #[error("a value cannot stand in a header")]
    Header(#[from] http::header::InvalidHeaderValue),
}

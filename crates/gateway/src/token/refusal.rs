//! Why there is no token that an upstream would accept.

use std::time::Duration;

use crossgate_core::session::EndReason;

use super::issuer::IssueError;

/// See the [module](self).
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenRefusal {
    /// The token has ended, and nobody can renew it.
    #[error("the token has ended and cannot be renewed")]
    Expired,
    /// The sign-in brought no token for this API.
    #[error("the sign-in brought no token for this API")]
    Absent,
    /// The token has ended and cannot be renewed now; the session goes on.
    #[error("the token has ended and cannot be renewed now; it is tried again in {} ms", .0.as_millis())]
    Later(Duration),
    /// The session ended when the token was to be renewed.
    #[error("the session has ended{}", .0.map(|reason| format!(": {}", reason.code())).unwrap_or_default())]
    SessionEnded(Option<EndReason>),
    /// A fault of ours.
    #[error(transparent)]
    Issue(#[from] IssueError),
}

//! Sessions: their ids, their life, and why they end.

mod content;
mod id;
mod state;

pub use content::{AccessToken, ContentError, PackedContent, SessionContent, TokenSet};
pub use id::{HashedSessionId, SessionHandle, SessionHandleError, SessionId, SessionIdError};
pub use state::{
    EndReason, EndedSession, SessionLifetimes, SessionRecord, SessionState, Timeout, TransitionError,
};

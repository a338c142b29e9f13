//! The session step: from a cookie to one of five answers, and everything that begins and ends sessions.

mod live;
mod service;

pub(crate) use live::{FreshHeader, LiveSession};
pub(crate) use service::{SessionAnswer, SessionFault, SessionParts, Sessions};

//! The session step: from a cookie to one of six answers, and everything that begins and ends sessions.

mod amend;
mod answer;
mod by_handle;
mod end;
mod end_with;
mod follow;
mod live;
mod reseal;
mod service;
mod streams;
mod sweep;

pub(crate) use answer::{SessionAnswer, SessionFault};
pub(crate) use end_with::EndedWith;
pub(crate) use live::{FreshHeader, LiveSession};
pub(crate) use service::{SessionParts, Sessions};
pub(crate) use streams::SessionEnd;

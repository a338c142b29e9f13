//! The session step: from a cookie to one of six answers, and everything that begins and ends sessions.

mod amend;
mod answer;
mod by_handle;
mod cache;
mod compact;
mod end;
mod end_with;
mod ended;
mod follow;
mod headers;
mod held;
mod live;
mod ready;
mod reseal;
mod service;
mod streams;
mod sweep;

pub(crate) use answer::{SessionAnswer, SessionFault};
pub(crate) use end_with::EndedWith;
pub(crate) use held::Asked;
pub(crate) use live::{CSRF_TOKEN, LiveSession};
pub(crate) use ready::{Beginning, FreshHeader, ReadyValue};
pub(crate) use service::{SessionParts, Sessions};
pub(crate) use streams::SessionEnd;

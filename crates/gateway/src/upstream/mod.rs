//! The upstream step: connections, requests and answers.

mod answer_head;
mod answer_stream;
mod body;
mod call;
mod connection;
mod error;
mod exchange;
mod forward;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod outgoing;
mod outgoing_head;
mod pool;
mod response;
mod tunnel;
mod watched;

#[cfg(feature = "fuzzing")]
pub(crate) use body::RequestBody;
pub(crate) use body::{AnswerBody, BodyFault};
pub(crate) use call::{CallAnswer, call};
pub(crate) use connection::reach;
pub(crate) use error::UpstreamError;
pub(crate) use forward::{CookiePolicy, Forwarding, PublicSide, forward};
#[cfg(feature = "fuzzing")]
pub(crate) use outgoing::head_of;
#[cfg(feature = "fuzzing")]
pub(crate) use outgoing_head::OutgoingHead;
pub(crate) use pool::Pool;
pub(crate) use response::guard_caches;
pub(crate) use tunnel::Switch;
pub(crate) use watched::AnswerFault;

//! HTTP/1.1 with browsers. One task per connection reads, serves and writes, in turn.

mod answer_head;
mod body;
mod connection;
mod date;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod outbox;
mod request;
mod wire;

pub(crate) use body::Http1Body;
pub(crate) use connection::{Http1Connection, Stopping};
pub(crate) use date::DateLine;

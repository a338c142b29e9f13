//! Sockets in: bytes and a peer address become a request with one meaning.

mod accept;
mod admin;
mod body;
mod connection;
mod head;
mod http1;
mod http2;
mod inbound;
mod inbound_body;
mod replay;
mod tls;

pub use accept::{PublicListener, Shutdown, WorkerError, bind, serve_worker};
pub use admin::serve_admin;
pub(crate) use body::{ChunkError, ChunkState};
pub(crate) use head::{HeadError, end_of_head};
pub(crate) use http1::DateLine;
#[cfg(feature = "fuzzing")]
pub(crate) use http1::fuzzing as http1_fuzzing;
pub(crate) use inbound::{InboundRequest, ListenerRules, judge};
pub(crate) use inbound_body::{InboundBody, InboundBodyError};
pub use tls::{Certificate, CertificateFault, CurrentCertificate};

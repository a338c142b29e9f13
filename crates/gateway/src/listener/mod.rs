//! Sockets in: bytes and a peer address become a request with one meaning.

mod accept;
mod admin;
mod body;
mod connection;
mod head;
mod http2;
mod inbound;
mod replay;
mod strict;
mod tls;

pub use accept::{PublicListener, Shutdown, WorkerError, bind, serve_worker};
pub use admin::serve_admin;
pub(crate) use body::{ChunkError, ChunkState};
pub(crate) use head::{HeadError, end_of_head};
pub(crate) use inbound::{InboundRequest, ListenerRules, asks_for_upgrade, judge};
pub(crate) use strict::{STAND_IN_HOST, Signals};
pub use tls::{Certificate, CertificateFault, CurrentCertificate};

//! One connection to an upstream, and the right to use it once.

use std::rc::Rc;

use crossgate_core::settings::UpstreamSettings;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::body::RequestBody;
use super::error::UpstreamError;
use super::pool::Pool;

/// Buffers of a connection grow up to this many bytes.
const MOST_BUFFERED: usize = 64 * 1024;

/// A connection that is in use. Dropped, it is closed; given back, it serves again.
#[derive(Debug)]
pub(crate) struct Lease {
    pub(super) sender: SendRequest<RequestBody>,
    pub(super) pool: Rc<Pool>,
}

impl Lease {
    /// The answer was read to its end: the connection may serve the next request.
    pub(crate) fn give_back(self) {
        let Self { sender, pool } = self;
        pool.keep(sender);
    }
}

/// Opens a connection; its life is driven by a task on this thread.
pub(super) async fn open(settings: &UpstreamSettings) -> Result<SendRequest<RequestBody>, UpstreamError> {
    let connecting = TcpStream::connect((settings.host.as_str(), settings.port));
    let socket = tokio::time::timeout(settings.connect_timeout, connecting)
        .await
        .map_err(|_| UpstreamError::ConnectTimeout)?
        .map_err(UpstreamError::Connect)?;
    socket.set_nodelay(true).map_err(UpstreamError::Connect)?;
    let (sender, connection) = http1::Builder::new()
        .max_buf_size(MOST_BUFFERED)
        .handshake(TokioIo::new(socket))
        .await
        .map_err(UpstreamError::from_hyper)?;
    tokio::task::spawn_local(async move {
        if let Err(error) = connection.with_upgrades().await {
            tracing::debug!(target: "crossgate::upstream", %error, "an upstream connection ended");
        }
    });
    Ok(sender)
}

/// Whether a connection can be opened; it is closed at once.
pub(crate) async fn reach(settings: &UpstreamSettings) -> Result<(), UpstreamError> {
    open(settings).await.map(drop)
}

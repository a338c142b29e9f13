//! One connection to an upstream: a socket, the bytes that were read from it and not yet used, and how long is waited.
//!
//! No task of its own drives it. Whoever uses it writes and reads in their own task, so that a request costs no
//! channel and no waking of somebody else.

use std::io;

use bytes::BytesMut;
use crossgate_core::settings::UpstreamSettings;
use tokio::net::TcpStream;

use super::error::UpstreamError;
use crate::buffered::Buffered;
use crate::patience::Patience;

/// See the [module](self). Dropped, it is closed.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(super) wire: Buffered<TcpStream>,
    /// With the answer that is waited for.
    pub(super) patience: Patience,
}

impl Connection {
    pub(super) async fn open(settings: &UpstreamSettings) -> Result<Self, UpstreamError> {
        let connecting = TcpStream::connect((settings.host.as_str(), settings.port));
        let socket = tokio::time::timeout(settings.connect_timeout, connecting)
            .await
            .map_err(|_| UpstreamError::ConnectTimeout)?
            .map_err(UpstreamError::Connect)?;
        socket.set_nodelay(true).map_err(UpstreamError::Connect)?;
        Ok(Self { wire: Buffered::new(socket), patience: Patience::new(settings.answer_timeout) })
    }

    /// Whether it is open and nothing came that nobody asked for. Costs no system call as long as nothing happened.
    pub(super) fn is_quiet(&self) -> bool {
        let nothing_came = |read: io::Result<usize>| read.is_err_and(|error| would_block(&error));
        self.wire.bytes.is_empty() && nothing_came(self.wire.stream.try_read(&mut [0]))
    }

    /// The socket for another protocol, and what came of that already.
    pub(super) fn into_parts(self) -> (TcpStream, BytesMut) {
        self.wire.into_parts()
    }
}

fn would_block(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock
}

/// Whether a connection can be opened; it is closed at once.
pub(crate) async fn reach(settings: &UpstreamSettings) -> Result<(), UpstreamError> {
    Connection::open(settings).await.map(drop)
}

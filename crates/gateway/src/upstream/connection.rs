//! One connection to an upstream: a socket, and the bytes that were read from it and not yet used.
//!
//! No task of its own drives it. Whoever uses it writes and reads in their own task, so that a request costs no
//! channel and no waking of somebody else.

use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use bytes::BytesMut;
use crossgate_core::settings::UpstreamSettings;
use tokio::io::{AsyncReadExt as _, AsyncWrite as _};
use tokio::net::TcpStream;

use super::error::UpstreamError;

/// Bytes that are read at once: at first, and at most where much comes.
const FIRST_READ: usize = 8 * 1024;
const LARGEST_READ: usize = 64 * 1024;

/// See the [module](self). Dropped, it is closed.
#[derive(Debug)]
pub(crate) struct Connection {
    socket: TcpStream,
    /// What was read and not yet used.
    pub(super) buffer: BytesMut,
    next_read: usize,
}

impl Connection {
    pub(super) async fn open(settings: &UpstreamSettings) -> Result<Self, UpstreamError> {
        let connecting = TcpStream::connect((settings.host.as_str(), settings.port));
        let socket = tokio::time::timeout(settings.connect_timeout, connecting)
            .await
            .map_err(|_| UpstreamError::ConnectTimeout)?
            .map_err(UpstreamError::Connect)?;
        socket.set_nodelay(true).map_err(UpstreamError::Connect)?;
        Ok(Self { socket, buffer: BytesMut::new(), next_read: FIRST_READ })
    }

    /// Whether it is open and nothing came that nobody asked for. Costs no system call as long as nothing happened.
    pub(super) fn is_quiet(&self) -> bool {
        let nothing_came = |read: io::Result<usize>| read.is_err_and(|error| would_block(&error));
        self.buffer.is_empty() && nothing_came(self.socket.try_read(&mut [0]))
    }

    /// Reads more behind what is in the buffer; 0 at the end of the stream.
    pub(super) fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        self.buffer.reserve(self.next_read);
        let space = self.buffer.capacity() - self.buffer.len();
        let count = ready!(pin!(self.socket.read_buf(&mut self.buffer)).poll(cx))?;
        if count == space {
            self.next_read = (self.next_read * 2).min(LARGEST_READ);
        }
        Poll::Ready(Ok(count))
    }

    /// Writes some of these bytes; never 0.
    pub(super) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match ready!(Pin::new(&mut self.socket).poll_write_vectored(cx, slices))? {
            0 => Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
            written => Poll::Ready(Ok(written)),
        }
    }

    /// The socket for another protocol, and what came of that already.
    pub(super) fn into_parts(self) -> (TcpStream, BytesMut) {
        (self.socket, self.buffer)
    }
}

fn would_block(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock
}

/// Whether a connection can be opened; it is closed at once.
pub(crate) async fn reach(settings: &UpstreamSettings) -> Result<(), UpstreamError> {
    Connection::open(settings).await.map(drop)
}

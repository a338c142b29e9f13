//! A carrier of bytes, and what was read from it and not yet used.

use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};

/// Bytes that are read at once: at first, and at most where much comes.
const FIRST_READ: usize = 8 * 1024;
const LARGEST_READ: usize = 64 * 1024;

/// See the [module](self).
#[derive(Debug)]
pub(crate) struct Buffered<S> {
    pub(crate) stream: S,
    /// What was read and not yet used.
    pub(crate) bytes: BytesMut,
    next_read: usize,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Buffered<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self { stream, bytes: BytesMut::new(), next_read: FIRST_READ }
    }

    /// Reads more behind what is there; 0 at the end of the stream. A small rest of room is used first: heads are small,
    /// and many find room in one piece of memory.
    pub(crate) fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if self.room() < self.next_read / 4 {
            self.bytes.reserve(self.next_read);
        }
        let room = self.room();
        let count = ready!(pin!(self.stream.read_buf(&mut self.bytes)).poll(cx))?;
        if count == room {
            self.next_read = (self.next_read * 2).min(LARGEST_READ);
        }
        Poll::Ready(Ok(count))
    }

    fn room(&self) -> usize {
        self.bytes.capacity() - self.bytes.len()
    }

    /// Writes some of these bytes; never 0. One slice alone costs the system less than several.
    pub(crate) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let stream = Pin::new(&mut self.stream);
        let written = match slices {
            [first, rest @ ..] if rest.iter().all(|slice| slice.is_empty()) => stream.poll_write(cx, first),
            _ => stream.poll_write_vectored(cx, slices),
        };
        match ready!(written)? {
            0 => Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
            written => Poll::Ready(Ok(written)),
        }
    }

    /// The carrier for another protocol, and what came of that already.
    pub(crate) fn into_parts(self) -> (S, BytesMut) {
        (self.stream, self.bytes)
    }
}

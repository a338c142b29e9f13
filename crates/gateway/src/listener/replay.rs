//! A stream whose first bytes were read to see what it is, and are read once more.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};

/// See the [module](self).
pub(super) struct ReplayedStream<S> {
    inner: S,
    /// What was read and not yet read once more.
    first: Vec<u8>,
}

impl<S: AsyncRead + Unpin> ReplayedStream<S> {
    /// Reads, at most as long as `limit`, until it is certain whether the stream begins with these bytes.
    ///
    /// # Errors
    /// When the stream fails, or says too little for too long.
    pub(super) async fn begins_with(beginning: &[u8], inner: S, limit: Duration) -> io::Result<(bool, Self)> {
        let mut stream = Self { inner, first: Vec::new() };
        let reading = stream.read_as_long_as_equal(beginning);
        let begins = tokio::time::timeout(limit, reading).await??;
        Ok((begins, stream))
    }

    async fn read_as_long_as_equal(&mut self, beginning: &[u8]) -> io::Result<bool> {
        while self.first.len() < beginning.len() {
            let missing = u64::try_from(beginning.len() - self.first.len()).unwrap_or_default();
            let read = (&mut self.inner).take(missing).read_buf(&mut self.first).await?;
            if read == 0 || !beginning.starts_with(&self.first) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for ReplayedStream<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let stream = self.get_mut();
        if stream.first.is_empty() {
            return Pin::new(&mut stream.inner).poll_read(cx, buffer);
        }
        let shown = stream.first.len().min(buffer.remaining());
        buffer.put_slice(stream.first.get(..shown).unwrap_or_default());
        stream.first.drain(..shown);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for ReplayedStream<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

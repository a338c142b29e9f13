//! The bytes of one HTTP/1.1 connection: what was read and not yet used, and where in a request we are.
//!
//! The loop reads heads and writes answers; a request's body is read by whoever holds it ([`RequestBody`](super::body)).
//! Nobody reads twice: while a body is lent, the loop leaves the reading side alone.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::buffered::Buffered;
use crate::listener::body::ChunkState;
use crate::listener::head::{HeadError, end_of_head};

/// RFC 9110 §15.2.1.
const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// What carries a connection: a socket, or TLS over one.
pub(crate) trait Duplex: AsyncRead + AsyncWrite + Unpin {}

impl<S: AsyncRead + AsyncWrite + Unpin> Duplex for S {}

/// What stands next in what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// A head.
    Head,
    /// The rest of a body of known length; never 0.
    Length(u64),
    /// The rest of a chunked body.
    Chunks(ChunkState),
    /// Whatever the upstream makes of it: a head if it declines to switch protocols.
    Upgrade,
    /// Nothing that could be read: a body broke off, or is not wanted.
    Broken,
}

/// See the [module](self).
pub(super) struct Wire {
    carrier: Buffered<Box<dyn Duplex>>,
    /// How much of the buffer was searched for the end of a head, in vain.
    searched: usize,
    pub(super) phase: Phase,
    /// What is still to be said before a body comes: all of `CONTINUE`, some of it, or nothing.
    interim: &'static [u8],
    /// Somebody holds the body.
    is_lent: bool,
    /// Who reads the body, and who waits until it is over.
    reader: Option<Waker>,
    waiter: Option<Waker>,
}

impl Wire {
    pub(super) fn new(stream: Box<dyn Duplex>) -> Self {
        Self {
            carrier: Buffered::new(stream),
            searched: 0,
            phase: Phase::Head,
            interim: &[],
            is_lent: false,
            reader: None,
            waiter: None,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.carrier.bytes.is_empty()
    }

    /// Takes a complete head out of the front; none while it is not complete.
    pub(super) fn take_head(&mut self, most_bytes: usize) -> Result<Option<Bytes>, HeadError> {
        let end = end_of_head(&self.carrier.bytes, self.searched)?;
        if end.unwrap_or(self.carrier.bytes.len()) > most_bytes {
            return Err(HeadError::TooLarge);
        }
        self.searched = if end.is_some() { 0 } else { self.carrier.bytes.len() };
        Ok(end.map(|end| self.carrier.bytes.split_to(end).freeze()))
    }

    /// See [`Buffered::poll_fill`].
    pub(super) fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        self.carrier.poll_fill(cx)
    }

    /// See [`Buffered::poll_write`].
    pub(super) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.carrier.poll_write(cx, slices)
    }

    /// TLS keeps what was written until it is flushed; a socket does not.
    pub(super) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.carrier.stream).poll_flush(cx)
    }

    pub(super) fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.carrier.stream).poll_shutdown(cx)
    }

    /// Ready when the other side is gone. Where it could be a body that comes, its reader notices.
    pub(super) fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.carrier.bytes.is_empty() || !matches!(self.phase, Phase::Head | Phase::Upgrade) {
            return Poll::Pending;
        }
        match ready!(self.poll_fill(cx)) {
            Ok(0) | Err(_) => Poll::Ready(()),
            Ok(_) => Poll::Pending,
        }
    }

    /// Forgets what comes; ready at the end of the stream, or after so many bytes.
    pub(super) fn poll_discard(&mut self, cx: &mut Context<'_>, left: &mut usize) -> Poll<()> {
        loop {
            *left = left.saturating_sub(self.carrier.bytes.len());
            self.carrier.bytes.clear();
            match ready!(self.poll_fill(cx)) {
                Ok(1..) if *left > 0 => {}
                _ => return Poll::Ready(()),
            }
        }
    }

    /// The carrier, and what was read of another protocol already.
    pub(super) fn into_parts(self) -> (Box<dyn Duplex>, BytesMut) {
        self.carrier.into_parts()
    }
}

/// The body of the request that is being served.
impl Wire {
    /// Somebody gets the body; `asks_first` says that its sender waits to be told (RFC 9110 §10.1.1).
    pub(super) fn lend_body(&mut self, asks_first: bool) {
        self.interim = if asks_first { CONTINUE } else { &[] };
        self.is_lent = true;
    }

    /// Nobody holds the body any longer: it was read to its end, or is not wanted.
    pub(super) fn take_back_body(&mut self) {
        (self.is_lent, self.reader) = (false, None);
        if let Some(waiter) = self.waiter.take() {
            waiter.wake();
        }
    }

    /// The next piece of the body; none at its end.
    pub(super) fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        loop {
            if let Some(piece) = self.take_piece()? {
                return Poll::Ready(Ok(Some(piece)));
            }
            match self.phase {
                Phase::Head | Phase::Upgrade => return Poll::Ready(Ok(None)),
                Phase::Broken => return Poll::Ready(Err(io::ErrorKind::InvalidData.into())),
                Phase::Length(_) | Phase::Chunks(_) => ready!(self.poll_fill_body(cx))?,
            }
        }
    }

    fn poll_fill_body(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.reader = Some(cx.waker().clone());
        ready!(self.poll_say_continue(cx))?;
        if ready!(self.poll_fill(cx))? == 0 {
            self.phase = Phase::Broken;
        }
        Poll::Ready(Ok(()))
    }

    /// Said when the body is wanted and nothing of it is there.
    fn poll_say_continue(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.interim.is_empty() {
            let written = ready!(Pin::new(&mut self.carrier.stream).poll_write(cx, self.interim))?;
            self.interim = self.interim.get(written..).unwrap_or_default();
        }
        Pin::new(&mut self.carrier.stream).poll_flush(cx)
    }

    /// The next piece of what was read already.
    fn take_piece(&mut self) -> io::Result<Option<Bytes>> {
        match &mut self.phase {
            Phase::Length(left) if !self.carrier.bytes.is_empty() => {
                let length = usize::try_from(*left).unwrap_or(usize::MAX).min(self.carrier.bytes.len());
                *left -= length as u64;
                if *left == 0 {
                    self.phase = Phase::Head;
                }
                Ok(Some(self.carrier.bytes.split_to(length).freeze()))
            }
            Phase::Chunks(state) => {
                let piece = state.take_data(&mut self.carrier.bytes);
                if *state == ChunkState::Done {
                    self.phase = Phase::Head;
                }
                let broken = |error| io::Error::new(io::ErrorKind::InvalidData, error);
                piece.inspect_err(|_| self.phase = Phase::Broken).map_err(broken)
            }
            _ => Ok(None),
        }
    }

    /// An answer begins: nobody is told to go on any more. True when the next request cannot be found: the sender may or
    /// may not leave its body out (RFC 9110 §10.1.1), or it has not come and nobody wants it.
    pub(super) fn begin_answer(&mut self, cx: &mut Context<'_>) -> bool {
        let was_not_told = self.interim.len() == CONTINUE.len();
        if was_not_told {
            self.interim = &[];
        }
        if !self.is_lent {
            self.pass_over_body(cx);
        }
        let is_over = matches!(self.phase, Phase::Head | Phase::Upgrade);
        !is_over && (was_not_told || !self.is_lent)
    }

    /// As far as it has come.
    fn pass_over_body(&mut self, cx: &mut Context<'_>) {
        while matches!(self.phase, Phase::Length(_) | Phase::Chunks(_)) {
            match self.take_piece() {
                Ok(Some(_)) => {}
                Ok(None) if self.phase == Phase::Head => {}
                Ok(None) if matches!(self.poll_fill(cx), Poll::Ready(Ok(1..))) => {}
                _ => return,
            }
        }
    }

    /// Rest of an interim answer that has begun; it stands before the answer.
    pub(super) fn poll_finish_interim(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.interim.is_empty() { Poll::Ready(Ok(())) } else { self.poll_say_continue(cx) }
    }

    /// An upgrade was declined: what follows is the next request.
    pub(super) fn end_upgrade(&mut self) {
        if self.phase == Phase::Upgrade {
            self.phase = Phase::Head;
        }
    }

    /// Waits while somebody holds the body. True when a head follows.
    pub(super) fn poll_body_over(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        if self.is_lent {
            self.waiter = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(matches!(self.phase, Phase::Head))
    }

    /// Whoever still reads the body hears that it broke off.
    pub(super) fn break_off(&mut self) {
        if self.is_lent {
            self.phase = Phase::Broken;
        }
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }
}

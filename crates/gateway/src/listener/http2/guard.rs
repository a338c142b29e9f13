//! A stream between the socket and hyper that counts what an HTTP/2 client says for nothing.

use std::cell::Cell;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use crossgate_core::time::Clock;
use http_body::{Body, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;

use super::allowance::{Allowance, Verdict};
use super::frames::Frames;
use crate::upstream::{AnswerBody, AnswerFault};

/// What the one who drives the connection must know of it.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// The client said too much for nothing.
    pub(super) flooded: Notify,
    /// Requests that are being answered.
    in_flight: Cell<usize>,
    /// Requests so far, in flight or over.
    begun: Cell<u64>,
    /// Answers of which a piece was given and the next not asked for: there is no room for it.
    untaken: Cell<usize>,
    /// How often pieces were asked for.
    asked: Cell<u64>,
}

impl Watch {
    /// Counts a request as long as what is given lives.
    pub(super) fn begin(self: &Rc<Self>) -> InFlight {
        self.in_flight.set(self.in_flight.get() + 1);
        self.begun.set(self.begun.get() + 1);
        InFlight { watch: Rc::clone(self), is_untaken: false }
    }

    /// Nothing is in flight, and nothing was begun since `begun`.
    pub(super) fn is_idle_since(&self, begun: u64) -> bool {
        self.in_flight.get() == 0 && self.begun.get() == begun
    }

    pub(super) const fn begun(&self) -> u64 {
        self.begun.get()
    }

    /// Nothing was asked for since so much was, although there is something.
    pub(super) fn is_stuck_since(&self, asked: u64) -> bool {
        self.untaken.get() > 0 && self.asked.get() == asked
    }

    pub(super) const fn asked(&self) -> u64 {
        self.asked.get()
    }
}

/// A request that is being answered.
pub(super) struct InFlight {
    watch: Rc<Watch>,
    is_untaken: bool,
}

impl InFlight {
    /// A piece was asked for, and given if there was one.
    fn note(&mut self, is_given: bool) {
        self.watch.asked.set(self.watch.asked.get() + 1);
        let others = self.watch.untaken.get() - usize::from(self.is_untaken);
        self.watch.untaken.set(others + usize::from(is_given));
        self.is_untaken = is_given;
    }

    /// The answer is not over before its body is.
    pub(super) const fn until_the_end_of(self, body: AnswerBody) -> AnswerInFlight {
        AnswerInFlight { body, in_flight: self }
    }
}

/// The body of an answer, which keeps its request in flight.
pub(super) struct AnswerInFlight {
    body: AnswerBody,
    in_flight: InFlight,
}

impl Body for AnswerInFlight {
    type Data = Bytes;
    type Error = AnswerFault;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, AnswerFault>>> {
        let answer = self.get_mut();
        let frame = Pin::new(&mut answer.body).poll_frame(cx);
        answer.in_flight.note(frame.is_ready());
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.watch.in_flight.set(self.watch.in_flight.get() - 1);
        self.watch.untaken.set(self.watch.untaken.get() - usize::from(self.is_untaken));
    }
}

/// See the [module](self).
pub(super) struct GuardedStream<S> {
    inner: S,
    frames: Frames,
    allowance: Allowance,
    clock: Arc<dyn Clock>,
    watch: Rc<Watch>,
}

impl<S> GuardedStream<S> {
    pub(super) fn new(inner: S, clock: Arc<dyn Clock>, watch: Rc<Watch>) -> Self {
        let allowance = Allowance::new(clock.now());
        Self { inner, frames: Frames::default(), allowance, clock, watch }
    }

    fn judge(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Self { frames, allowance, clock, watch, .. } = self;
        let mut cut = false;
        frames.follow(bytes, |frame| match allowance.take(frame, clock.now()) {
            Verdict::Good => {}
            Verdict::WindDown => watch.flooded.notify_one(),
            Verdict::Cut => cut = true,
        });
        if cut { Err(io::Error::new(io::ErrorKind::ConnectionAborted, "a flood of frames")) } else { Ok(()) }
    }

    fn sent(&mut self, outcome: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes)) = outcome {
            self.allowance.sent(bytes);
        }
        outcome
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for GuardedStream<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let guarded = self.get_mut();
        let start = buffer.filled().len();
        ready!(Pin::new(&mut guarded.inner).poll_read(cx, buffer))?;
        Poll::Ready(guarded.judge(buffer.filled().get(start..).unwrap_or_default()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for GuardedStream<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let guarded = self.get_mut();
        let outcome = Pin::new(&mut guarded.inner).poll_write(cx, bytes);
        guarded.sent(outcome)
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
        let guarded = self.get_mut();
        let outcome = Pin::new(&mut guarded.inner).poll_write_vectored(cx, slices);
        guarded.sent(outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

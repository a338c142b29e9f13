//! A stream between the socket and hyper that lets through only requests with one meaning.
//!
//! A head is shown to hyper once it is complete and judged; until then its bytes are held. What belongs to a body is
//! passed on as it comes. A refused head is replaced by a harmless one, and the reason is left in [`Signals`], so
//! that the refusal is answered in its turn and with a code.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::body::ChunkState;
use super::head::{Framing, HeadError, end_of_head, judge_head};

/// The host that only the stand-in names: an honest request before it on the connection must not take its refusal.
pub(crate) const STAND_IN_HOST: &str = "refused";

/// What hyper sees in place of a refused head.
const STAND_IN: &[u8] = b"GET / HTTP/1.1\r\nhost: refused\r\nconnection: close\r\n\r\n";

/// Bytes that are held at most while an upgrade is being decided.
const MOST_HELD: usize = 64 * 1024;

/// How the two sides of one connection tell each other what hyper cannot carry.
#[derive(Default)]
pub(crate) struct Signals {
    refusal: std::sync::Mutex<Option<HeadError>>,
    upgraded: AtomicBool,
    declined: AtomicBool,
}

impl Signals {
    /// Why the head that hyper just read is a stand-in, if it is one.
    pub(crate) fn take_refusal(&self) -> Option<HeadError> {
        self.refusal.lock().ok().and_then(|mut refusal| refusal.take())
    }

    fn refuse(&self, error: HeadError) {
        if let Ok(mut refusal) = self.refusal.lock() {
            *refusal = Some(error);
        }
    }

    /// The upstream switched protocols: from here on bytes are its business.
    pub(crate) fn upgraded(&self) {
        self.upgraded.store(true, Ordering::Release);
    }

    /// The upstream did not: what follows is the next request.
    pub(crate) fn declined(&self) {
        self.declined.store(true, Ordering::Release);
    }
}

/// Limits of a request head.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeadLimits {
    pub(crate) bytes: usize,
    pub(crate) lines: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Before or inside a head.
    Head,
    /// Inside a body of known length.
    Body { left: u64 },
    /// Inside a chunked body.
    Chunks(ChunkState),
    /// After a request to upgrade, before the answer.
    AwaitingUpgrade,
    /// Another protocol.
    Tunnel,
    /// A head was refused; nothing more is read.
    Refused,
}

/// See the [module](self).
pub(crate) struct StrictStream<S> {
    inner: S,
    limits: HeadLimits,
    signals: Arc<Signals>,
    phase: Phase,
    /// Bytes that were read and not yet shown to hyper.
    held: Vec<u8>,
    /// How many of them may be shown.
    cleared: usize,
    /// How many of them were searched for the end of a head, in vain.
    searched: usize,
}

impl<S> StrictStream<S> {
    pub(crate) fn new(inner: S, limits: HeadLimits, signals: Arc<Signals>) -> Self {
        Self { inner, limits, signals, phase: Phase::Head, held: Vec::new(), cleared: 0, searched: 0 }
    }

    /// Judges bytes at the front of what was read; gives how many may be shown.
    fn clear(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.phase {
            Phase::Head => Ok(self.clear_head(bytes)),
            Phase::Body { left } => {
                let taken = (*left).min(bytes.len() as u64);
                *left -= taken;
                if *left == 0 {
                    self.phase = Phase::Head;
                }
                Ok(usize::try_from(taken).unwrap_or(bytes.len()))
            }
            Phase::Chunks(state) => {
                let used = state
                    .advance(bytes)
                    .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
                if *state == ChunkState::Done {
                    self.phase = Phase::Head;
                }
                Ok(used)
            }
            Phase::Tunnel => Ok(bytes.len()),
            Phase::AwaitingUpgrade | Phase::Refused => Ok(0),
        }
    }

    /// Zero when the head is not complete yet, or refused.
    fn clear_head(&mut self, bytes: &[u8]) -> usize {
        let limits = self.limits;
        let end = end_of_head(bytes, self.searched).and_then(|end| match end {
            Some(end) if end > limits.bytes => Err(HeadError::TooLarge),
            None if bytes.len() > limits.bytes => Err(HeadError::TooLarge),
            end => Ok(end),
        });
        let judged = end.and_then(|end| {
            let Some(end) = end else { return Ok(None) };
            let head = bytes.get(..end).unwrap_or_default();
            Ok(Some((end, judge_head(head, limits.lines)?)))
        });
        match judged {
            Ok(None) => {
                self.searched = bytes.len();
                0
            }
            Ok(Some((end, framing))) => {
                self.searched = 0;
                self.phase = phase_after(framing);
                end
            }
            Err(error) => {
                self.signals.refuse(error);
                self.phase = Phase::Refused;
                0
            }
        }
    }

    /// What the other side of an upgrade decided meanwhile.
    fn note_upgrade(&mut self) {
        if self.phase != Phase::AwaitingUpgrade {
            return;
        }
        if self.signals.upgraded.load(Ordering::Acquire) {
            self.phase = Phase::Tunnel;
        } else if self.signals.declined.swap(false, Ordering::AcqRel) {
            self.phase = Phase::Head;
        }
    }

    /// Shows cleared bytes.
    fn deliver(&mut self, buffer: &mut ReadBuf<'_>) {
        let shown = self.cleared.min(buffer.remaining());
        buffer.put_slice(self.held.get(..shown).unwrap_or_default());
        self.held.drain(..shown);
        self.cleared -= shown;
    }

    /// Judges held bytes; puts the stand-in in place of a refused head.
    fn clear_held(&mut self) -> io::Result<()> {
        let held = std::mem::take(&mut self.held);
        let cleared = self.clear(&held);
        self.held = held;
        self.cleared = cleared?;
        self.stand_in_if_refused();
        Ok(())
    }

    fn stand_in_if_refused(&mut self) {
        if self.phase == Phase::Refused {
            self.held = STAND_IN.to_vec();
            self.cleared = STAND_IN.len();
        }
    }

    /// Judges what was just read into `buffer` behind `start`, and holds back what may not be shown yet.
    fn clear_in_place(&mut self, buffer: &mut ReadBuf<'_>, start: usize) -> io::Result<()> {
        let fresh = buffer.filled().get(start..).unwrap_or_default();
        let mut shown = self.clear(fresh)?;
        // A head and the beginning of its body usually come together; show both at once.
        if shown > 0 && !matches!(self.phase, Phase::Head) {
            shown += self.clear(fresh.get(shown..).unwrap_or_default())?;
        }
        self.held.extend_from_slice(fresh.get(shown..).unwrap_or_default());
        buffer.set_filled(start + shown);
        self.stand_in_if_refused();
        Ok(())
    }
}

const fn phase_after(framing: Framing) -> Phase {
    match framing {
        Framing::None => Phase::Head,
        Framing::Length(left) => Phase::Body { left },
        Framing::Chunked => Phase::Chunks(ChunkState::START),
        Framing::Upgrade => Phase::AwaitingUpgrade,
    }
}

impl<S: AsyncRead + Unpin> StrictStream<S> {
    /// Reads more behind what is held; true at the end of the stream.
    fn poll_hold_more(&mut self, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<bool>> {
        let start = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buffer))?;
        let fresh = buffer.filled().get(start..).unwrap_or_default();
        let ended = fresh.is_empty();
        self.held.extend_from_slice(fresh);
        buffer.set_filled(start);
        Poll::Ready(Ok(ended))
    }

    /// Reads what still comes and forgets it. Never an end: hyper would drop the answer that is on its way, and bytes
    /// left unread would make the system reset the connection under it.
    fn poll_discard(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut scrap = [0; 4096];
        loop {
            let mut buffer = ReadBuf::new(&mut scrap);
            ready!(Pin::new(&mut self.inner).poll_read(cx, &mut buffer))?;
            if buffer.filled().is_empty() {
                return Poll::Pending;
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for StrictStream<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.note_upgrade();
        if buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        if this.cleared == 0 && this.held.len() > this.searched {
            this.clear_held()?;
        }
        loop {
            if this.cleared > 0 {
                this.deliver(buffer);
                return Poll::Ready(Ok(()));
            }
            match this.phase {
                Phase::Refused => return this.poll_discard(cx),
                Phase::AwaitingUpgrade if this.held.len() >= MOST_HELD => return Poll::Pending,
                _ => {}
            }
            let start = buffer.filled().len();
            if this.held.is_empty() && this.phase != Phase::AwaitingUpgrade {
                ready!(Pin::new(&mut this.inner).poll_read(cx, buffer))?;
                if buffer.filled().len() == start {
                    return Poll::Ready(Ok(()));
                }
                this.clear_in_place(buffer, start)?;
                if buffer.filled().len() > start {
                    return Poll::Ready(Ok(()));
                }
            } else {
                if ready!(this.poll_hold_more(cx, buffer))? {
                    return Poll::Ready(Ok(()));
                }
                this.clear_held()?;
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for StrictStream<S> {
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
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

#[cfg(test)]
#[path = "strict_tests.rs"]
mod tests;

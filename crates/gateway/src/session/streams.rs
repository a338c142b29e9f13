//! What is still open for sessions when they end: answers that go on, and tunnels.
//!
//! Kept by id, because the cache may have let go of the [`LiveSession`] that a stream came with, or have loaded another
//! one since. Nothing stands here that does not wait: ordinary answers are over before they are noted.

use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll};

use crossgate_core::session::HashedSessionId;
use tokio::sync::oneshot;

use super::live::LiveSession;

/// See the [module](self). There are never more than connections.
#[derive(Default)]
pub(crate) struct OpenStreams {
    register: Mutex<Register>,
}

#[derive(Default)]
struct Register {
    streams: HashMap<HashedSessionId, Vec<Stream>>,
    last_number: u64,
}

struct Stream {
    number: u64,
    session: Weak<LiveSession>,
    /// Whether the session is known to have been there after this was noted.
    confirmed: bool,
    /// Dropped when the session ends: that is what the stream waits for.
    _until_end: oneshot::Sender<Infallible>,
}

/// A stream whose session has to be looked at once: it may have ended before the stream was noted.
pub(super) struct Unconfirmed {
    pub(super) number: u64,
    pub(super) session: Arc<LiveSession>,
}

/// Resolves when the session has ended. Dropped when the stream is over.
#[derive(Debug)]
#[must_use = "nobody is told of the end otherwise"]
pub(crate) struct SessionEnd {
    session: Arc<LiveSession>,
    number: u64,
    ended: oneshot::Receiver<Infallible>,
}

impl SessionEnd {
    /// Notes a stream of this session.
    pub(crate) fn of(session: Arc<LiveSession>) -> Self {
        let (until_end, ended) = oneshot::channel();
        let number = session.streams.note(&session, until_end);
        // An end that came before the note found nothing to wake; its mark was there before.
        if session.is_ended() {
            session.streams.end(&session.id());
        }
        Self { session, number, ended }
    }
}

impl Future for SessionEnd {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.get_mut().ended).poll(cx).map(|_ended| ())
    }
}

impl Drop for SessionEnd {
    fn drop(&mut self) {
        self.session.streams.remove(&self.session.id(), self.number);
    }
}

impl OpenStreams {
    fn note(&self, session: &Arc<LiveSession>, until_end: oneshot::Sender<Infallible>) -> u64 {
        // Where the register is out of order the sender is dropped, and the stream ends: nobody could end it later.
        let Ok(mut register) = self.register.lock() else { return 0 };
        register.last_number = register.last_number.wrapping_add(1);
        let number = register.last_number;
        let stream =
            Stream { number, session: Arc::downgrade(session), confirmed: false, _until_end: until_end };
        register.streams.entry(session.id()).or_default().push(stream);
        number
    }

    fn remove(&self, id: &HashedSessionId, number: u64) {
        let Ok(mut register) = self.register.lock() else { return };
        let Some(streams) = register.streams.get_mut(id) else { return };
        streams.retain(|stream| stream.number != number);
        if streams.is_empty() {
            register.streams.remove(id);
        }
    }

    /// The session has ended: so do its streams.
    pub(super) fn end(&self, id: &HashedSessionId) {
        let ended = self.register.lock().ok().and_then(|mut register| register.streams.remove(id));
        // Those who wait are woken without the lock.
        drop(ended);
    }

    /// The streams whose session has not been looked at since they were noted.
    pub(super) fn unconfirmed(&self) -> Vec<Unconfirmed> {
        let Ok(register) = self.register.lock() else { return Vec::new() };
        let streams = register.streams.values().flatten().filter(|stream| !stream.confirmed);
        streams
            .filter_map(|stream| {
                Some(Unconfirmed { number: stream.number, session: stream.session.upgrade()? })
            })
            .collect()
    }

    /// Ends may have been missed: all sessions have to be looked at again.
    pub(super) fn doubt_all(&self) {
        let Ok(mut register) = self.register.lock() else { return };
        register.streams.values_mut().flatten().for_each(|stream| stream.confirmed = false);
    }

    /// The session was there after the stream was noted: its end will find the stream.
    pub(super) fn confirm(&self, id: &HashedSessionId, number: u64) {
        let Ok(mut register) = self.register.lock() else { return };
        let streams = register.streams.get_mut(id).into_iter().flatten();
        streams.filter(|stream| stream.number == number).for_each(|stream| stream.confirmed = true);
    }
}

impl fmt::Debug for OpenStreams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenStreams").finish_non_exhaustive()
    }
}

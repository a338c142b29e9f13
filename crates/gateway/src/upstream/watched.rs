//! An upstream's body that ends, unfinished, when the session ends for which it is read.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::SizeHint;

use super::answer_stream::{AnswerStream, StreamError};
use crate::session::{LiveSession, SessionEnd};

/// An answer that says it is no longer than this is no stream: it is over soon, whatever happens, and is noted nowhere.
const SHORT: u64 = 64 * 1024;

/// Why the body of an answer breaks off.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AnswerFault {
    #[error(transparent)]
    Upstream(#[from] StreamError),
    #[error("the session ended")]
    SessionEnded,
}

/// See the [module](self).
#[derive(Debug)]
pub(crate) struct WatchedBody {
    stream: AnswerStream,
    watch: Watch,
}

#[derive(Debug)]
enum Watch {
    /// Nobody's, or read to its end.
    Nothing,
    /// It has not had to wait yet.
    NotYet(Arc<LiveSession>),
    Waiting(SessionEnd),
}

impl WatchedBody {
    pub(super) fn new(stream: AnswerStream, session: Option<Arc<LiveSession>>) -> Self {
        let is_short = stream.size_hint().exact().is_some_and(|length| length <= SHORT);
        let session = session.filter(|_| !is_short);
        let watch = session.map_or(Watch::Nothing, Watch::NotYet);
        Self { stream, watch }
    }

    /// It is nobody's from now on.
    pub(super) fn outlive_session(&mut self) {
        self.watch = Watch::Nothing;
    }

    pub(super) fn is_end_stream(&self) -> bool {
        self.stream.is_end_stream()
    }

    pub(super) fn size_hint(&self) -> SizeHint {
        self.stream.size_hint()
    }

    /// The next piece. The end of the session comes before what is ready, so that no upstream can outrun it.
    pub(super) fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, AnswerFault>>> {
        if let Watch::Waiting(end) = &mut self.watch
            && Pin::new(end).poll(cx).is_ready()
        {
            return Poll::Ready(Some(Err(AnswerFault::SessionEnded)));
        }
        let Poll::Ready(data) = self.stream.poll_data(cx) else {
            ready!(self.watch.poll_end(cx));
            return Poll::Ready(Some(Err(AnswerFault::SessionEnded)));
        };
        if data.is_none() || self.stream.is_end_stream() {
            self.watch = Watch::Nothing;
        }
        Poll::Ready(data.map(|data| data.map_err(AnswerFault::from)))
    }
}

impl Watch {
    /// Nothing is ready: from now on the end of the session wakes the reader too.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            Self::Nothing => Poll::Pending,
            Self::NotYet(session) => {
                let mut end = SessionEnd::of(Arc::clone(session));
                let ended = Pin::new(&mut end).poll(cx);
                *self = Self::Waiting(end);
                ended
            }
            Self::Waiting(end) => Pin::new(end).poll(cx),
        }
    }
}

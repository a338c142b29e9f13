//! Bodies in both directions. Nothing is buffered; trailers are dropped.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::answer_stream::AnswerStream;
use super::tunnel::Switch;
use super::watched::{AnswerFault, WatchedBody};
use crate::listener::{InboundBody, InboundBodyError};
use crate::session::LiveSession;

/// What is wrong with the body of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BodyFault {
    #[error("larger than {0} bytes")]
    TooLarge(u64),
    #[error("malformed, or the sender went away")]
    Broken,
    #[error("nothing of it came for too long")]
    TooSlow,
}

impl From<InboundBodyError> for BodyFault {
    fn from(error: InboundBodyError) -> Self {
        match error {
            InboundBodyError::Broken => Self::Broken,
            InboundBodyError::TooSlow => Self::TooSlow,
        }
    }
}

/// The body of a request to an upstream.
#[derive(Debug)]
pub(crate) enum RequestBody {
    /// A body that is at hand, possibly empty.
    Whole(Option<Bytes>),
    /// A body that passes through, up to a limit.
    Streamed { incoming: InboundBody, left: u64, limit: u64 },
}

impl RequestBody {
    pub(crate) const EMPTY: Self = Self::Whole(None);

    pub(crate) fn whole(bytes: Bytes) -> Self {
        Self::Whole(Some(bytes).filter(|bytes| !bytes.is_empty()))
    }

    /// The inbound body, passed through up to `limit` bytes.
    pub(crate) fn streamed(incoming: InboundBody, limit: u64) -> Self {
        if incoming.is_end_stream() {
            return Self::EMPTY;
        }
        Self::Streamed { incoming, left: limit, limit }
    }

    /// How many bytes passed through. They say whether whoever waits for the answer still has a reason to.
    pub(super) const fn passed(&self) -> u64 {
        match self {
            Self::Whole(_) => 0,
            Self::Streamed { left, limit, .. } => limit.saturating_sub(*left),
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = BodyFault;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        match self.get_mut() {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Streamed { incoming, left, limit } => {
                let outcome = match ready!(poll_data(incoming, cx)) {
                    None => return Poll::Ready(None),
                    Some(Err(error)) => Err(error.into()),
                    Some(Ok(data)) => match left.checked_sub(data.len() as u64) {
                        None => Err(BodyFault::TooLarge(*limit)),
                        Some(rest) => {
                            *left = rest;
                            Ok(Frame::data(data))
                        }
                    },
                };
                Poll::Ready(Some(outcome))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_none(),
            Self::Streamed { incoming, .. } => incoming.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Self::Streamed { incoming, .. } => incoming.size_hint(),
        }
    }
}

/// The body of an answer to a browser.
#[derive(Debug)]
pub(crate) enum AnswerBody {
    /// Ours.
    Whole(Option<Bytes>),
    /// An upstream's, where it did not come together with the head.
    Upstream(Box<WatchedBody>),
    /// None: another protocol begins behind the head (RFC 9110 §15.2.2).
    Switch(Box<Switch>),
}

impl AnswerBody {
    pub(crate) const EMPTY: Self = Self::Whole(None);

    pub(crate) fn whole(bytes: impl Into<Bytes>) -> Self {
        Self::Whole(Some(bytes.into()).filter(|bytes: &Bytes| !bytes.is_empty()))
    }

    /// An upstream's, which breaks off when this session ends.
    pub(super) fn upstream(stream: AnswerStream, session: Option<&Arc<LiveSession>>) -> Self {
        let mut stream = stream;
        match stream.take_whole() {
            Some(body) => Self::whole(body),
            None => Self::Upstream(Box::new(WatchedBody::new(stream, session.cloned()))),
        }
    }

    /// What begins behind the head, if the upstream agreed to switch protocols.
    pub(crate) fn take_switch(&mut self) -> Option<Switch> {
        match std::mem::replace(self, Self::EMPTY) {
            Self::Switch(switch) => Some(*switch),
            body => {
                *self = body;
                None
            }
        }
    }

    /// Goes on when its session ends: it is what ended it.
    pub(crate) fn outlive_session(&mut self) {
        if let Self::Upstream(body) = self {
            body.outlive_session();
        }
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = AnswerFault;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, AnswerFault>>> {
        match self.get_mut() {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Upstream(body) => Poll::Ready(ready!(body.poll_data(cx)).map(|data| data.map(Frame::data))),
            Self::Switch(_) => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_none(),
            Self::Upstream(body) => body.is_end_stream(),
            Self::Switch(_) => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Self::Upstream(body) => body.size_hint(),
            Self::Switch(_) => SizeHint::with_exact(0),
        }
    }
}

/// The next piece of data; trailers are passed over.
fn poll_data(
    incoming: &mut InboundBody,
    cx: &mut Context<'_>,
) -> Poll<Option<Result<Bytes, InboundBodyError>>> {
    loop {
        match ready!(Pin::new(&mut *incoming).poll_frame(cx)) {
            None => return Poll::Ready(None),
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) => return Poll::Ready(Some(Ok(data))),
                Err(_trailers) => {}
            },
        }
    }
}

//! The body of a request from a browser, whatever protocol brings it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::http1::Http1Body;
use crate::patience::Patience;

/// Why a body does not come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InboundBodyError {
    /// It broke off, or its framing is malformed.
    #[error("it broke off or its framing is malformed")]
    Broken,
    /// Nothing of it came for too long, while somebody wanted it.
    #[error("nothing of it came for too long")]
    TooSlow,
}

/// See the [module](self).
#[derive(Debug)]
pub(crate) struct InboundBody {
    source: Source,
    patience: Patience,
}

#[derive(Debug)]
enum Source {
    /// Read from its connection by whoever wants it.
    Http1(Http1Body),
    /// As hyper reads it.
    Http2(Incoming),
}

impl InboundBody {
    pub(super) const NONE: Self = Self::http1(Http1Body::NONE, Duration::ZERO);

    /// A body that may keep us waiting for `limit` at a time.
    pub(super) const fn http1(body: Http1Body, limit: Duration) -> Self {
        Self { source: Source::Http1(body), patience: Patience::new(limit) }
    }

    /// The same.
    pub(super) const fn http2(body: Incoming, limit: Duration) -> Self {
        Self { source: Source::Http2(body), patience: Patience::new(limit) }
    }
}

impl Source {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, InboundBodyError>>> {
        match self {
            Self::Http1(body) => body.poll_data(cx).map(|data| data.map(|data| data.map(Frame::data))),
            Self::Http2(body) => Pin::new(body)
                .poll_frame(cx)
                .map(|frame| frame.map(|frame| frame.map_err(|_| InboundBodyError::Broken))),
        }
    }
}

impl Body for InboundBody {
    type Data = Bytes;
    type Error = InboundBodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, InboundBodyError>>> {
        let body = self.get_mut();
        let frame = body.source.poll(cx);
        if frame.is_pending() {
            return body.patience.poll(cx).map(|()| Some(Err(InboundBodyError::TooSlow)));
        }
        body.patience.renew();
        frame
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::Http1(body) => body.is_end_stream(),
            Source::Http2(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Http1(body) => body.size_hint(),
            Source::Http2(body) => body.size_hint(),
        }
    }
}

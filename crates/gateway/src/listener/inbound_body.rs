//! The body of a request from a browser, whatever protocol brings it.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::http1::Http1Body;

/// The body broke off, or its framing is malformed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it broke off or its framing is malformed")]
pub(crate) struct InboundBodyError;

/// See the [module](self).
#[derive(Debug)]
pub(crate) enum InboundBody {
    /// Read from its connection by whoever wants it.
    Http1(Http1Body),
    /// As hyper reads it.
    Http2(Incoming),
}

impl InboundBody {
    pub(super) const NONE: Self = Self::Http1(Http1Body::NONE);
}

impl Body for InboundBody {
    type Data = Bytes;
    type Error = InboundBodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, InboundBodyError>>> {
        match self.get_mut() {
            Self::Http1(body) => body.poll_data(cx).map(|data| data.map(|data| data.map(Frame::data))),
            Self::Http2(body) => Pin::new(body)
                .poll_frame(cx)
                .map(|frame| frame.map(|frame| frame.map_err(|_| InboundBodyError))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Http1(body) => body.is_end_stream(),
            Self::Http2(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Http1(body) => body.size_hint(),
            Self::Http2(body) => body.size_hint(),
        }
    }
}

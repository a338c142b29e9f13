//! The body of an HTTP/1.1 request, read from the connection by whoever wants it.

use std::cell::RefCell;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::SizeHint;

use super::wire::{Phase, Wire};
use crate::listener::InboundBodyError;

/// See the [module](self). Dropped before its end, it leaves its rest to the connection.
pub(crate) struct Http1Body {
    /// None after the end.
    wire: Option<Rc<RefCell<Wire>>>,
}

impl Http1Body {
    pub(in crate::listener) const NONE: Self = Self { wire: None };

    /// The body that stands next on the connection.
    pub(super) fn lent(wire: &Rc<RefCell<Wire>>, asks_first: bool) -> Self {
        wire.borrow_mut().lend_body(asks_first);
        Self { wire: Some(Rc::clone(wire)) }
    }

    /// The next piece; trailers are passed over.
    pub(in crate::listener) fn poll_data(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, InboundBodyError>>> {
        let Some(wire) = &self.wire else { return Poll::Ready(None) };
        let piece = ready!(wire.borrow_mut().poll_piece(cx)).map_err(|_| InboundBodyError::Broken);
        if wire.borrow().phase == Phase::Head || !matches!(piece, Ok(Some(_))) {
            self.give_back();
        }
        Poll::Ready(piece.transpose())
    }

    pub(in crate::listener) const fn is_end_stream(&self) -> bool {
        self.wire.is_none()
    }

    pub(in crate::listener) fn size_hint(&self) -> SizeHint {
        match self.wire.as_ref().map(|wire| wire.borrow().phase) {
            None | Some(Phase::Head | Phase::Upgrade) => SizeHint::with_exact(0),
            Some(Phase::Length(left)) => SizeHint::with_exact(left),
            Some(Phase::Chunks(_) | Phase::Broken) => SizeHint::default(),
        }
    }

    fn give_back(&mut self) {
        if let Some(wire) = self.wire.take() {
            wire.borrow_mut().take_back_body();
        }
    }
}

impl Drop for Http1Body {
    fn drop(&mut self) {
        self.give_back();
    }
}

impl std::fmt::Debug for Http1Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http1Body").field("ended", &self.is_end_stream()).finish_non_exhaustive()
    }
}

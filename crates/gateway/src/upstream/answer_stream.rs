//! The body of an upstream's answer as it comes. The connection goes back to its pool at the end.

use std::io;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::SizeHint;

use super::answer_head::AnswerFraming;
use super::body::BodyFault;
use super::connection::Connection;
use super::exchange::Exchange;
use super::pool::Pool;
use crate::listener::{ChunkError, ChunkState};

/// Why the body of an answer breaks off.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StreamError {
    #[error("the connection failed: {0}")]
    Connection(#[from] io::Error),
    #[error("the connection ended before the answer did")]
    Incomplete,
    #[error("the answer: {0}")]
    Chunks(#[from] ChunkError),
    #[error("the request's body: {0}")]
    RequestBody(BodyFault),
}

/// What is left of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    Length(u64),
    Chunks(ChunkState),
    UntilClose,
}

/// See the [module](self). Dropped before its end, it closes the connection.
#[derive(Debug)]
pub(crate) struct AnswerStream {
    rest: Rest,
    /// None after the end.
    exchange: Option<Exchange>,
    /// What will be said next.
    fault: Option<StreamError>,
    /// Where the connection goes, if it may serve again.
    pool: Option<Rc<Pool>>,
}

impl AnswerStream {
    pub(super) fn new(exchange: Exchange, framing: AnswerFraming, pool: Option<Rc<Pool>>) -> Self {
        let rest = match framing {
            AnswerFraming::Length(length) => Rest::Length(length),
            AnswerFraming::Chunked => Rest::Chunks(ChunkState::START),
            AnswerFraming::UntilClose => Rest::UntilClose,
        };
        Self { rest, exchange: Some(exchange), fault: None, pool }
    }

    /// The whole body, where it came together with the head; the connection is free then.
    pub(super) fn take_whole(&mut self) -> Option<Bytes> {
        let Rest::Length(length) = self.rest else { return None };
        let exchange = self.exchange.as_mut()?;
        let length = usize::try_from(length).ok()?;
        if exchange.connection.wire.bytes.len() < length {
            return None;
        }
        let body = exchange.connection.wire.bytes.split_to(length).freeze();
        self.rest = Rest::Length(0);
        self.finish();
        Some(body)
    }

    /// The connection, for another protocol.
    pub(super) fn into_connection(self) -> Option<Connection> {
        self.exchange.map(|exchange| exchange.connection)
    }

    pub(super) fn is_end_stream(&self) -> bool {
        self.exchange.is_none() && self.fault.is_none()
    }

    pub(super) fn size_hint(&self) -> SizeHint {
        match self.rest {
            Rest::Length(left) => SizeHint::with_exact(left),
            Rest::Chunks(_) | Rest::UntilClose => SizeHint::default(),
        }
    }

    /// The next piece; trailers are passed over. What is left of the request is sent meanwhile. Before a fault there is
    /// a pause, in which what came so far can leave: what is not written when a body breaks off is dropped.
    pub(super) fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, StreamError>>> {
        if let Some(fault) = self.fault.take() {
            return Poll::Ready(Some(Err(fault)));
        }
        match ready!(self.poll_piece(cx)) {
            Some(Err(fault)) => {
                (self.fault, self.exchange) = (Some(fault), None);
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            data => Poll::Ready(data),
        }
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, StreamError>>> {
        let Some(exchange) = &mut self.exchange else { return Poll::Ready(None) };
        if let Poll::Ready(sent) = exchange.poll_send(cx) {
            sent.map_err(StreamError::RequestBody)?;
        }
        loop {
            let piece = take_piece(&mut self.rest, &mut exchange.connection.wire.bytes)?;
            if is_over(self.rest) {
                self.finish();
                return Poll::Ready(piece.map(Ok));
            }
            if piece.is_some() {
                return Poll::Ready(piece.map(Ok));
            }
            if ready!(exchange.connection.wire.poll_fill(cx))? == 0 {
                return Poll::Ready(self.end_of_connection().err().map(Err));
            }
        }
    }

    /// Where no length was said, this is the end of the body too.
    fn end_of_connection(&mut self) -> Result<(), StreamError> {
        self.exchange = None;
        if self.rest == Rest::UntilClose { Ok(()) } else { Err(StreamError::Incomplete) }
    }

    /// Gives the connection back. An upstream that answered before it had the whole request still gets the rest of it.
    fn finish(&mut self) {
        match (self.exchange.take(), self.pool.take()) {
            (Some(exchange), _) if !exchange.outgoing.is_sent() => exchange.send_rest(),
            (Some(exchange), Some(pool)) => pool.keep(exchange.connection),
            _ => {}
        }
    }
}

fn is_over(rest: Rest) -> bool {
    matches!(rest, Rest::Length(0) | Rest::Chunks(ChunkState::Done))
}

/// The next piece of what was read already.
fn take_piece(rest: &mut Rest, buffer: &mut BytesMut) -> Result<Option<Bytes>, ChunkError> {
    match rest {
        Rest::Length(left) => {
            let piece = take_up_to(*left, buffer);
            *left -= piece.len() as u64;
            Ok(Some(piece).filter(|piece| !piece.is_empty()))
        }
        Rest::Chunks(state) => state.take_data(buffer),
        Rest::UntilClose => Ok(Some(buffer.split().freeze()).filter(|piece| !piece.is_empty())),
    }
}

fn take_up_to(most: u64, buffer: &mut BytesMut) -> Bytes {
    let length = usize::try_from(most).unwrap_or(usize::MAX).min(buffer.len());
    buffer.split_to(length).freeze()
}

//! A request on its way to an upstream: its head in bytes, and its body piece by piece.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes};
use http::{HeaderMap, Method, header};
use http_body::Body as _;

use super::body::{BodyFault, RequestBody};
use super::connection::Connection;
use super::outgoing_head::{Framing, OutgoingHead};

/// Pieces that are written at once: the head, and a chunk between its two lines.
const MOST_SLICES: usize = 4;

/// What an upstream is asked.
#[derive(Debug)]
pub(crate) struct UpstreamRequest<'a> {
    pub(crate) method: &'a Method,
    /// Request line, and what we say ourselves.
    pub(crate) head: OutgoingHead,
    /// Goes on as it is, but for what the head has its own lines for, or withholds. Nothing in it is about the connection.
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: RequestBody,
}

/// Why a request could not be sent.
#[derive(Debug)]
pub(super) enum SendFault {
    Connection(io::Error),
    Body(BodyFault),
}

/// See the [module](self). It belongs to no connection, so that it can be sent again over another one.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) method: Method,
    head: Vec<u8>,
    /// How much of the head was written.
    written: usize,
    body: RequestBody,
    is_chunked: bool,
    /// What of the body is to be written next.
    pieces: VecDeque<Bytes>,
    /// Nothing more will come from the body.
    ended: bool,
}

impl Outgoing {
    /// Boxed, since the futures that hold it are moved.
    pub(super) fn new(request: UpstreamRequest<'_>) -> Box<Self> {
        let UpstreamRequest { method, head, headers, body } = request;
        let framing = framing_of(&body, headers);
        let (method, head) = (method.clone(), head.finish(headers, framing));
        let is_chunked = matches!(framing, Framing::Chunked);
        let mut outgoing =
            Self { method, head, written: 0, body, is_chunked, pieces: VecDeque::new(), ended: false };
        outgoing.rewind();
        Box::new(outgoing)
    }

    /// Whether the whole body is at hand.
    pub(super) const fn is_whole(&self) -> bool {
        matches!(self.body, RequestBody::Whole(_))
    }

    /// From the beginning, where the [whole](Self::is_whole) body is at hand.
    pub(super) fn rewind(&mut self) {
        if let RequestBody::Whole(bytes) = &self.body {
            self.pieces = bytes.iter().cloned().collect();
            (self.written, self.ended) = (0, true);
        }
    }

    /// Whether any of it left.
    pub(super) const fn has_begun(&self) -> bool {
        self.written > 0
    }

    pub(super) fn is_sent(&self) -> bool {
        self.ended && self.is_flushed()
    }

    /// See [`RequestBody::passed`].
    pub(super) const fn passed(&self) -> u64 {
        self.body.passed()
    }

    /// Writes as much as there is, and as the connection takes.
    pub(super) fn poll_send(
        &mut self,
        connection: &mut Connection,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), SendFault>> {
        loop {
            // First, so that a head and the beginning of a body leave together.
            let more = self.poll_take_piece(cx)?;
            ready!(self.poll_flush(connection, cx)).map_err(SendFault::Connection)?;
            ready!(more);
            if self.is_sent() {
                return Poll::Ready(Ok(()));
            }
        }
    }

    /// Asks the body for its next piece, if it is time for one.
    fn poll_take_piece(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), SendFault>> {
        if self.ended || !self.pieces.is_empty() {
            return Poll::Ready(Ok(()));
        }
        match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
            Some(Ok(frame)) => self.queue(frame.into_data().unwrap_or_default()),
            Some(Err(fault)) => return Poll::Ready(Err(SendFault::Body(fault))),
            None => self.end(),
        }
        Poll::Ready(Ok(()))
    }

    /// An empty piece would be the last chunk (RFC 9112 §7.1).
    fn queue(&mut self, data: Bytes) {
        if data.is_empty() {
            return;
        }
        if self.is_chunked {
            self.pieces.push_back(format!("{:x}\r\n", data.len()).into());
            self.pieces.extend([data, Bytes::from_static(b"\r\n")]);
        } else {
            self.pieces.push_back(data);
        }
    }

    fn end(&mut self) {
        self.ended = true;
        if self.is_chunked {
            self.pieces.push_back(Bytes::from_static(b"0\r\n\r\n"));
        }
    }

    fn is_flushed(&self) -> bool {
        self.written == self.head.len() && self.pieces.is_empty()
    }

    fn poll_flush(&mut self, connection: &mut Connection, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.is_flushed() {
            let mut slices = [IoSlice::new(&[]); MOST_SLICES];
            let head = self.head.get(self.written..).unwrap_or_default();
            let parts = std::iter::once(head).chain(self.pieces.iter().map(|piece| &**piece));
            slices.iter_mut().zip(parts).for_each(|(slice, part)| *slice = IoSlice::new(part));
            let written = ready!(connection.wire.poll_write(cx, &slices))?;
            self.advance(written);
        }
        Poll::Ready(Ok(()))
    }

    fn advance(&mut self, written: usize) {
        let of_head = written.min(self.head.len() - self.written);
        self.written += of_head;
        let mut left = written - of_head;
        while let Some(piece) = self.pieces.front_mut().filter(|_| left > 0) {
            let taken = left.min(piece.len());
            piece.advance(taken);
            left -= taken;
            if piece.is_empty() {
                self.pieces.pop_front();
            }
        }
    }
}

/// Length zero is said where the sender said so.
fn framing_of(body: &RequestBody, headers: &HeaderMap) -> Framing {
    match body.size_hint().exact() {
        Some(0) if !headers.contains_key(header::CONTENT_LENGTH) => Framing::None,
        Some(length) => Framing::Length(length),
        None => Framing::Chunked,
    }
}

/// The head that a request with this body has on the wire.
#[cfg(feature = "fuzzing")]
pub(crate) fn head_of(head: OutgoingHead, headers: &HeaderMap, body: &RequestBody) -> Vec<u8> {
    head.finish(headers, framing_of(body, headers))
}

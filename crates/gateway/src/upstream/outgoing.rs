//! A request on its way to an upstream: its head in bytes, and its body piece by piece.

use std::collections::VecDeque;
use std::io::{self, IoSlice, Write as _};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use http_body::Body as _;

use super::body::{BodyFault, BodyProgress, RequestBody};
use super::connection::Connection;

/// A head is seldom larger.
const USUAL_HEAD: usize = 1024;
/// More headers of our own are seldom.
const USUAL_OWN: usize = 10;
/// Pieces that are written at once: the head, and a chunk between its two lines.
const MOST_SLICES: usize = 4;

/// What an upstream is asked. The headers say nothing about the connection or about the framing of the body.
#[derive(Debug)]
pub(crate) struct UpstreamRequest {
    pub(crate) method: Method,
    pub(crate) target: PathAndQuery,
    pub(crate) headers: HeaderMap,
    /// What we say ourselves; [`headers`](Self::headers) of the same names are not sent.
    pub(crate) own: OwnHeaders,
    pub(crate) body: RequestBody,
}

/// Headers that we say ourselves, in place of whatever a browser said under these names. A list, not a map: there are few,
/// each is said once, and they are only written.
#[derive(Debug)]
pub(crate) struct OwnHeaders(Vec<(HeaderName, HeaderValue)>);

impl OwnHeaders {
    pub(crate) fn new() -> Self {
        Self(Vec::with_capacity(USUAL_OWN))
    }

    /// To be called once for a name.
    pub(crate) fn say(&mut self, name: HeaderName, value: HeaderValue) {
        self.0.push((name, value));
    }

    /// In place of what was said under this name, if anything was.
    pub(crate) fn say_instead(&mut self, name: HeaderName, value: HeaderValue) {
        match self.0.iter_mut().find(|(said, _)| *said == name) {
            Some(line) => line.1 = value,
            None => self.0.push((name, value)),
        }
    }

    fn names(&self, name: &HeaderName) -> bool {
        self.0.iter().any(|(own, _)| own == name)
    }
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
    pub(super) fn new(request: UpstreamRequest) -> Box<Self> {
        let framing = framing_of(&request);
        let head = write_head(&request, framing);
        let UpstreamRequest { method, body, .. } = request;
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

    /// How the body is doing, where it passes through.
    pub(super) fn progress(&self) -> Option<std::rc::Rc<BodyProgress>> {
        self.body.progress()
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
            let written = ready!(connection.poll_write(cx, &slices))?;
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

/// How an upstream finds the end of the body (RFC 9112 §6).
#[derive(Debug, Clone, Copy)]
enum Framing {
    /// Nothing is said: there is none.
    None,
    Length(u64),
    Chunked,
}

/// Length zero is said where the sender said so.
fn framing_of(request: &UpstreamRequest) -> Framing {
    match request.body.size_hint().exact() {
        Some(0) if !request.headers.contains_key(header::CONTENT_LENGTH) => Framing::None,
        Some(length) => Framing::Length(length),
        None => Framing::Chunked,
    }
}

/// The head that this request has on the wire.
#[cfg(feature = "fuzzing")]
pub(crate) fn head_of(request: &UpstreamRequest) -> Vec<u8> {
    write_head(request, framing_of(request))
}

/// RFC 9112 §3 and §5. Names and values cannot hold a line end: their types see to it.
fn write_head(request: &UpstreamRequest, framing: Framing) -> Vec<u8> {
    let mut head = Vec::with_capacity(USUAL_HEAD);
    for part in [request.method.as_str(), " ", request.target.as_str(), " HTTP/1.1\r\n"] {
        head.extend_from_slice(part.as_bytes());
    }
    for (name, value) in &request.own.0 {
        write_line(&mut head, name.as_str(), value.as_bytes());
    }
    for (name, value) in &request.headers {
        if !is_framing(name) && !request.own.names(name) {
            write_line(&mut head, name.as_str(), value.as_bytes());
        }
    }
    match framing {
        Framing::None => {}
        // Writing to memory cannot fail.
        Framing::Length(length) => drop(write!(head, "content-length: {length}\r\n")),
        Framing::Chunked => write_line(&mut head, "transfer-encoding", b"chunked"),
    }
    head.extend_from_slice(b"\r\n");
    head
}

fn is_framing(name: &HeaderName) -> bool {
    matches!(*name, header::CONTENT_LENGTH | header::TRANSFER_ENCODING)
}

fn write_line(head: &mut Vec<u8>, name: &str, value: &[u8]) {
    for part in [name.as_bytes(), b": ", value, b"\r\n"] {
        head.extend_from_slice(part);
    }
}

//! A whole connection out of memory, read as [`Http1Connection`](super::Http1Connection) reads one, for the fuzz targets.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use crossgate_core::client_address::PeerAddress;
use http::{HeaderMap, Request};
use http_body::Body as _;
use tokio::io::{join, sink};

use super::body::Http1Body;
use super::request::{RequestHead, read_request};
use super::wire::{Phase, Wire};
use crate::fuzzing::{Delimiting, Pieces, lines_of};
use crate::listener::body::ChunkState;
use crate::listener::head::{Framing, HeadError};
use crate::listener::{InboundBody, InboundRequest, ListenerRules, judge};
use crate::request_id::RequestId;
use crate::upstream::{OutgoingHead, PublicSide, RequestBody, head_of};

/// What the defaults of the configuration allow.
const MOST_BYTES: usize = 64 * 1024;
const MOST_LINES: usize = 100;

/// A request as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRequest {
    /// As sent.
    pub method: String,
    /// As sent.
    pub target: String,
    /// HTTP/1.0.
    pub is_old: bool,
    /// Names in lower case.
    pub lines: Vec<(String, Vec<u8>)>,
    /// How its body is delimited.
    pub framing: Delimiting,
    /// No other request follows.
    pub closes: bool,
    /// What came of its body, without chunk lines and trailers.
    pub body: Vec<u8>,
    /// The head that an upstream would get; none where nobody serves it.
    pub forwarded: Option<Vec<u8>>,
}

/// Why nothing more was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionEnd {
    /// There are no more bytes, or none that belong to HTTP.
    Over,
    /// A head was refused, and this is why.
    Refused(String),
    /// A body is malformed or incomplete.
    BrokenBody,
}

/// What came over a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// In their order; the body of the last one may be incomplete.
    pub requests: Vec<ReadRequest>,
    /// What came then.
    pub end: ConnectionEnd,
}

/// Reads everything that comes in these pieces, and serves nothing.
#[must_use]
pub fn converse(pieces: &[&[u8]], rules: &PublicRules<'_>) -> Conversation {
    let stream = Box::new(join(Pieces::new(pieces), sink()));
    let mut reader = Reader { wire: Rc::new(RefCell::new(Wire::new(stream))), rules };
    let mut requests = Vec::new();
    let end = loop {
        match reader.next_head() {
            Err(error) => break ConnectionEnd::Refused(error.to_string()),
            Ok(None) => break ConnectionEnd::Over,
            Ok(Some(head)) => {
                let closes = head.manner.closes;
                requests.push(reader.read(head));
                match reader.phase() {
                    Phase::Head if !closes => {}
                    Phase::Head | Phase::Upgrade => break ConnectionEnd::Over,
                    _ => break ConnectionEnd::BrokenBody,
                }
            }
        }
    };
    Conversation { requests, end }
}

/// Whose site it is, and whom it trusts.
#[derive(Debug, Clone, Copy)]
pub struct PublicRules<'a> {
    /// The origin in whose name requests are forwarded.
    pub origin: &'a crossgate_core::origin::PublicOrigin,
    /// Proxies before it.
    pub trusted_proxies: &'a crossgate_core::client_address::TrustedProxies,
}

struct Reader<'a> {
    wire: Rc<RefCell<Wire>>,
    rules: &'a PublicRules<'a>,
}

impl Reader<'_> {
    fn phase(&self) -> Phase {
        self.wire.borrow().phase
    }

    fn next_head(&self) -> Result<Option<RequestHead>, HeadError> {
        let mut wire = self.wire.borrow_mut();
        loop {
            if let Some(head) = wire.take_head(MOST_BYTES)? {
                return read_request(&head, MOST_LINES).map(Some);
            }
            match wire.poll_fill(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(Ok(1..)) => {}
                _ => return Ok(None),
            }
        }
    }

    fn read(&mut self, head: RequestHead) -> ReadRequest {
        let RequestHead { request, framing, manner, asks_first } = head;
        let mut read = describe(&request, framing, (manner.is_old, manner.closes));
        let body = self.body_of(framing, asks_first);
        match self.judged(request.map(|()| InboundBody::http1(body, Duration::ZERO))) {
            Some(mut inbound) => {
                let mut body = RequestBody::streamed(inbound.take_body(), u64::MAX);
                read.forwarded = Some(self.forwarded(&inbound, &body));
                read.body = drain(&mut body);
            }
            // Served to nobody, the request is over when its body was passed over.
            None => drop(self.wire.borrow_mut().begin_answer(&mut Context::from_waker(Waker::noop()))),
        }
        read
    }

    fn body_of(&self, framing: Framing, asks_first: bool) -> Http1Body {
        let phase = match framing {
            Framing::None => Phase::Head,
            Framing::Length(length) => Phase::Length(length),
            Framing::Chunked => Phase::Chunks(ChunkState::START),
            Framing::Upgrade => Phase::Upgrade,
        };
        self.wire.borrow_mut().phase = phase;
        match phase {
            Phase::Length(_) | Phase::Chunks(_) => Http1Body::lent(&self.wire, asks_first),
            _ => Http1Body::NONE,
        }
    }

    fn judged(&self, request: Request<InboundBody>) -> Option<InboundRequest> {
        let PublicRules { origin, trusted_proxies } = *self.rules;
        let (peer, rules) =
            (PeerAddress(std::net::Ipv4Addr::LOCALHOST.into()), ListenerRules { origin, trusted_proxies });
        let target = judge(&request, peer, &rules).ok()?;
        Some(InboundRequest::new(request, target, peer, RequestId::NOBODYS, &rules))
    }

    fn forwarded(&self, inbound: &InboundRequest, body: &RequestBody) -> Vec<u8> {
        let mut head = OutgoingHead::new(&inbound.method, &inbound.target);
        PublicSide::new(self.rules.origin).describe(&mut head);
        head_of(head, &inbound.headers, body)
    }
}

fn describe(request: &Request<()>, framing: Framing, (is_old, closes): (bool, bool)) -> ReadRequest {
    let headers: &HeaderMap = request.headers();
    ReadRequest {
        method: request.method().to_string(),
        target: request.uri().to_string(),
        is_old,
        lines: lines_of(headers),
        framing: match framing {
            Framing::None => Delimiting::None,
            Framing::Length(length) => Delimiting::Length(length),
            Framing::Chunked => Delimiting::Chunked,
            Framing::Upgrade => Delimiting::Upgrade,
        },
        closes,
        body: Vec::new(),
        forwarded: None,
    }
}

fn drain(body: &mut RequestBody) -> Vec<u8> {
    let mut read = Vec::new();
    let cx = &mut Context::from_waker(Waker::noop());
    while let Poll::Ready(Some(Ok(frame))) = Pin::new(&mut *body).poll_frame(cx) {
        read.extend_from_slice(&frame.into_data().unwrap_or_default());
    }
    read
}

/// A body of known length, as an endpoint gets it.
pub(crate) fn body_of(bytes: &[u8]) -> InboundBody {
    let wire = Wire::new(Box::new(join(Pieces::new(&[bytes]), sink())));
    let wire = Rc::new(RefCell::new(wire));
    wire.borrow_mut().phase = match bytes.len() {
        0 => return InboundBody::NONE,
        length => Phase::Length(length as u64),
    };
    InboundBody::http1(Http1Body::lent(&wire, false), Duration::ZERO)
}

/// The head of an answer as a browser gets it, where the body is `length` bytes long or of a length that nobody knows.
pub(crate) fn answer_head_of(
    status: http::StatusCode,
    headers: &HeaderMap,
    (length, is_head): (Option<u64>, bool),
) -> Bytes {
    let manner = super::request::Manner { is_head, is_old: false, closes: false };
    let said = super::answer_head::Delimited { length, manner, closes: false };
    let mut head = Vec::new();
    super::answer_head::write_head(&mut head, status, headers, (&said, RequestId::NOBODYS), |_| {});
    head.into()
}

//! From a permitted request to the request an upstream sees, and back.

use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use crossgate_core::cookie::{CookieNames, write_kept};
use crossgate_core::origin::PublicOrigin;
use crossgate_core::page::Transport;
use crossgate_core::route::RouteTarget;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

use super::answer_stream::AnswerStream;
use super::body::{AnswerBody, RequestBody};
use super::error::UpstreamError;
use super::outgoing::{Outgoing, UpstreamRequest};
use super::outgoing_head::OutgoingHead;
use super::pool::{Answered, Pool};
use super::response;
use super::tunnel::Switch;
use crate::answer::Answer;
use crate::listener::InboundRequest;
use crate::next_auth::ReservedNames;
use crate::permit::Permit;
use crate::request_id::{RequestId, is_trace_parent};
use crate::session::{CSRF_TOKEN, LiveSession};

/// Where a request goes and what of it may be seen there.
pub(crate) struct Forwarding<'a> {
    pub(crate) pool: &'a Rc<Pool>,
    pub(crate) public: &'a PublicSide,
    /// Browser cookies that the upstream may see; the app sees all but ours.
    pub(crate) cookies: CookiePolicy<'a>,
    /// Names of cookies that no upstream hears of from a browser.
    pub(crate) reserved: Option<&'a ReservedNames>,
    /// Headers that carry tokens: from a browser they never pass.
    pub(crate) token_headers: &'a [HeaderName],
    pub(crate) body_limit: u64,
    pub(crate) hidden_headers: &'a [HeaderName],
}

/// Which browser cookies an upstream may see.
pub(crate) enum CookiePolicy<'a> {
    AllButOurs,
    Only(&'a [String]),
}

impl Forwarding<'_> {
    /// Whether a cookie of the browser goes on.
    fn lets_pass(&self, name: &str) -> bool {
        let is_wanted = match self.cookies {
            CookiePolicy::AllButOurs => !CookieNames::is_ours(name),
            CookiePolicy::Only(names) => names.iter().any(|listed| listed == name),
        };
        is_wanted && !self.reserved.is_some_and(|reserved| reserved.include(name))
    }
}

/// Forwards. Only a [`Permit`] opens this door. What needs no waiting is done before there is a future that has to hold it.
pub(crate) fn forward<'a>(
    inbound: &mut InboundRequest,
    permit: &'a Permit,
    forwarding: &'a Forwarding<'a>,
) -> impl Future<Output = Result<Answer, UpstreamError>> + use<'a> {
    let wants_websocket = inbound.wants_websocket;
    let body = RequestBody::streamed(inbound.take_body(), forwarding.body_limit);
    let (method, headers, head) =
        (&inbound.method, &inbound.headers, write_head(inbound, permit, forwarding));
    let outgoing = Outgoing::new(UpstreamRequest { method, head, headers, body });
    async move {
        let answered = forwarding.pool.send(outgoing).await?;
        let answer = answer_of(answered, wants_websocket, permit)?;
        Ok(clean_answer(answer, permit, forwarding))
    }
}

fn answer_of(answered: Answered, wants_websocket: bool, permit: &Permit) -> Result<Answer, UpstreamError> {
    let Answered { status, headers, stream } = answered;
    let body = match (status, wants_websocket) {
        (StatusCode::SWITCHING_PROTOCOLS, true) => switch(stream, permit.session().cloned())?,
        (StatusCode::SWITCHING_PROTOCOLS, false) => return Err(UpstreamError::UnaskedSwitch),
        _ => AnswerBody::upstream(stream, permit.session()),
    };
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    Ok(answer)
}

/// What the upstream sees: who asks and whose session it is, from us; the rest as the browser says it.
fn write_head(inbound: &InboundRequest, permit: &Permit, forwarding: &Forwarding<'_>) -> OutgoingHead {
    let mut head = OutgoingHead::new(&inbound.method, &inbound.target);
    for (name, value) in permit.upstream_headers() {
        head.say_with(name, |line| permit.write(value, line));
    }
    forwarding.public.describe(&mut head);
    head.say_with(FORWARDED_FOR, |line| write_address(inbound.client.0, line));
    head.say(RequestId::NAME, &inbound.id.text());
    if !inbound.headers.get(TRACE_PARENT).is_some_and(is_trace_parent) {
        head.say_with(TRACE_PARENT, |line| inbound.id.write_trace_parent(line));
        head.withhold(TRACE_STATE);
    }
    say_cookies(&mut head, &inbound.headers, permit, forwarding);
    withhold(&mut head, permit, forwarding);
    if inbound.wants_websocket {
        head.say(header::CONNECTION, b"upgrade");
        head.say(header::UPGRADE, b"websocket");
    }
    head
}

/// All cookies stand in one line (RFC 6265 §5.4). Ours come first: where a browser sends one of the same name too, most
/// servers take the first.
fn say_cookies(head: &mut OutgoingHead, headers: &HeaderMap, permit: &Permit, forwarding: &Forwarding<'_>) {
    let mut line = Vec::new();
    permit.write_own_cookies(&mut line);
    write_kept(headers, |name| forwarding.lets_pass(name), &mut line);
    match line.is_empty() {
        true => head.withhold(header::COOKIE),
        false => head.say(header::COOKIE, &line),
    }
}

fn withhold(head: &mut OutgoingHead, permit: &Permit, forwarding: &Forwarding<'_>) {
    if !permit.keeps_bearer() {
        head.withhold(header::AUTHORIZATION);
        forwarding.token_headers.iter().for_each(|name| head.withhold(name.clone()));
    }
    if permit.target() != RouteTarget::App(Transport::Data) {
        head.withhold(NEXT_DATA);
    }
    if !permit.keeps_next_url() {
        head.withhold(NEXT_URL);
    }
    // The listener answers `Expect: 100-continue` when the body is wanted.
    head.withhold(header::EXPECT);
}

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const TRACE_PARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACE_STATE: HeaderName = HeaderName::from_static("tracestate");
const NEXT_DATA: HeaderName = HeaderName::from_static("x-nextjs-data");
const NEXT_URL: HeaderName = HeaderName::from_static("next-url");

/// What upstreams are told about our side of the connection: the same for every request, so made once.
#[derive(Debug)]
pub(crate) struct PublicSide {
    origin: String,
    authority: HeaderValue,
    scheme: HeaderValue,
    port: HeaderValue,
}

impl PublicSide {
    pub(crate) fn new(origin: &PublicOrigin) -> Self {
        let value = |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("-"));
        Self {
            origin: origin.as_str().to_owned(),
            authority: value(origin.authority()),
            scheme: HeaderValue::from_static(origin.scheme()),
            port: origin.port().into(),
        }
    }

    /// Says it in the head of a request to an upstream.
    pub(crate) fn describe(&self, head: &mut OutgoingHead) {
        head.say(header::HOST, self.authority.as_bytes());
        head.say(FORWARDED_HOST, self.authority.as_bytes());
        head.say(FORWARDED_PROTO, self.scheme.as_bytes());
        head.say(FORWARDED_PORT, self.port.as_bytes());
    }
}

/// Every request has one, so the usual kind is written without the formatting machinery.
fn write_address(address: IpAddr, line: &mut Vec<u8>) {
    match address {
        IpAddr::V4(address) => write_dotted(address.octets(), line),
        IpAddr::V6(address) => line.extend_from_slice(address.to_string().as_bytes()),
    }
}

fn write_dotted(octets: [u8; 4], line: &mut Vec<u8>) {
    for (index, octet) in octets.into_iter().enumerate() {
        if index > 0 {
            line.push(b'.');
        }
        for (divisor, least) in [(100, 100), (10, 10), (1, 0)] {
            if octet >= least {
                line.push(b'0' + octet / divisor % 10);
            }
        }
    }
}

fn ask_for_websocket(headers: &mut HeaderMap) {
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
}

/// The upstream agreed: the answer goes to the browser, then both connections are joined.
fn switch(stream: AnswerStream, session: Option<Arc<LiveSession>>) -> Result<AnswerBody, UpstreamError> {
    let upstream = stream.into_connection().ok_or(UpstreamError::UnaskedSwitch)?;
    Ok(AnswerBody::Switch(Box::new(Switch { upstream, session })))
}

fn clean_answer(answer: Answer, permit: &Permit, forwarding: &Forwarding<'_>) -> Answer {
    let mut answer = answer;
    let switching = answer.status() == StatusCode::SWITCHING_PROTOCOLS;
    let headers = answer.headers_mut();
    response::clean(headers, forwarding.hidden_headers);
    response::name_public_side(headers, &forwarding.pool.settings, &forwarding.public.origin);
    response::guard_caches(headers, permit.depends_on_session());
    if let (RouteTarget::Api(_), Some(session)) = (permit.target(), permit.session()) {
        session.csrf_token().map(|token| headers.insert(CSRF_TOKEN, token));
    }
    if switching {
        ask_for_websocket(headers);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_as_everybody_writes_it() {
        for text in ["0.0.0.0", "127.0.0.1", "10.20.100.9", "255.199.250.200", "::1", "2001:db8::7"] {
            let mut line = Vec::new();
            write_address(text.parse().unwrap(), &mut line);
            assert_eq!(line, text.as_bytes());
        }
    }
}

//! From a permitted request to the request an upstream sees, and back.

use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use crossgate_core::client_address::ClientAddress;
use crossgate_core::cookie::{CookieNames, retain};
use crossgate_core::origin::PublicOrigin;
use crossgate_core::page::Transport;
use crossgate_core::route::RouteTarget;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

use super::answer_stream::AnswerStream;
use super::body::{AnswerBody, RequestBody};
use super::error::UpstreamError;
use super::outgoing::{Outgoing, OwnHeaders, UpstreamRequest};
use super::pool::{Answered, Pool};
use super::response;
use super::tunnel::Switch;
use crate::listener::InboundRequest;
use crate::next_auth::ReservedNames;
use crate::permit::Permit;
use crate::request_id::{RequestId, is_trace_parent};
use crate::session::LiveSession;

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
    inbound: InboundRequest,
    permit: Permit,
    forwarding: &'a Forwarding<'a>,
) -> impl Future<Output = Result<Response<AnswerBody>, UpstreamError>> + 'a {
    let InboundRequest { method, target, mut headers, body, client, id, wants_websocket } = inbound;
    prepare(&mut headers, &permit, forwarding);
    let own = own_headers(&mut headers, &permit, (client, id), forwarding.public);
    if wants_websocket {
        ask_for_websocket(&mut headers);
    }
    let body = RequestBody::streamed(body, forwarding.body_limit);
    let outgoing = Outgoing::new(UpstreamRequest { method, target, headers, own, body });
    async move {
        let answered = forwarding.pool.send(outgoing).await?;
        let answer = answer_of(answered, wants_websocket, &permit)?;
        Ok(clean_answer(answer, &permit, forwarding))
    }
}

fn answer_of(
    answered: Answered,
    wants_websocket: bool,
    permit: &Permit,
) -> Result<Response<AnswerBody>, UpstreamError> {
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

fn prepare(headers: &mut HeaderMap, permit: &Permit, forwarding: &Forwarding<'_>) {
    retain(headers, |name| forwarding.lets_pass(name));
    if !permit.keeps_bearer() {
        headers.remove(header::AUTHORIZATION);
        forwarding.token_headers.iter().for_each(|name| {
            headers.remove(name);
        });
    }
    if permit.target() != RouteTarget::App(Transport::Data) {
        headers.remove(NEXT_DATA);
    }
    if !permit.keeps_next_url() {
        headers.remove(NEXT_URL);
    }
    // The listener answers `Expect: 100-continue` when the body is wanted.
    headers.remove(header::EXPECT);
    if let Some(cookies) = permit.own_cookies() {
        add_cookies(headers, cookies);
    }
}

/// All cookies stand in one line (RFC 6265 §5.4). Ours come first: where a browser sends one of the same name too, most
/// servers take the first.
fn add_cookies(headers: &mut HeaderMap, cookies: &HeaderValue) {
    let joined =
        headers.get(header::COOKIE).map(|line| [cookies.as_bytes(), b"; ", line.as_bytes()].concat());
    let line = joined.and_then(|joined| HeaderValue::from_bytes(&joined).ok());
    headers.insert(header::COOKIE, line.unwrap_or_else(|| cookies.clone()));
}

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACE_PARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACE_STATE: HeaderName = HeaderName::from_static("tracestate");
const NEXT_DATA: HeaderName = HeaderName::from_static("x-nextjs-data");
const NEXT_URL: HeaderName = HeaderName::from_static("next-url");
const CSRF_TOKEN: HeaderName = HeaderName::from_static("x-csrf-token");

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

    /// Says it in the headers of a request to an upstream.
    pub(super) fn describe(&self, own: &mut OwnHeaders) {
        own.say(header::HOST, self.authority.clone());
        own.say(FORWARDED_HOST, self.authority.clone());
        own.say(FORWARDED_PROTO, self.scheme.clone());
        own.say(FORWARDED_PORT, self.port.clone());
    }
}

/// What we say to an upstream ourselves: who asks, whose session it is, where we are.
fn own_headers(
    headers: &mut HeaderMap,
    permit: &Permit,
    (client, id): (ClientAddress, RequestId),
    public: &PublicSide,
) -> OwnHeaders {
    let mut own = OwnHeaders::new();
    public.describe(&mut own);
    own.say(FORWARDED_FOR, address_value(client.0));
    own.say(REQUEST_ID, id.header());
    if !headers.get(TRACE_PARENT).is_some_and(is_trace_parent) {
        own.say(TRACE_PARENT, id.trace_parent());
        headers.remove(TRACE_STATE);
    }
    for (name, value) in permit.upstream_headers() {
        own.say_instead(name, value.clone());
    }
    own
}

/// Every request has one, so the usual kind is written without the formatting machinery.
fn address_value(address: IpAddr) -> HeaderValue {
    let text = match address {
        IpAddr::V4(address) => dotted(address.octets()),
        IpAddr::V6(address) => address.to_string().into_bytes(),
    };
    HeaderValue::from_maybe_shared(Bytes::from(text)).unwrap_or(HeaderValue::from_static("unknown"))
}

fn dotted(octets: [u8; 4]) -> Vec<u8> {
    let mut text = Vec::with_capacity(16);
    for octet in octets {
        if !text.is_empty() {
            text.push(b'.');
        }
        for (divisor, least) in [(100, 100), (10, 10), (1, 0)] {
            if octet >= least {
                text.push(b'0' + octet / divisor % 10);
            }
        }
    }
    text
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

fn clean_answer(
    answer: Response<AnswerBody>,
    permit: &Permit,
    forwarding: &Forwarding<'_>,
) -> Response<AnswerBody> {
    let mut answer = answer;
    let switching = answer.status() == StatusCode::SWITCHING_PROTOCOLS;
    let headers = answer.headers_mut();
    response::clean(headers, forwarding.hidden_headers);
    response::name_public_side(headers, &forwarding.pool.settings, &forwarding.public.origin);
    response::guard_caches(headers, permit.depends_on_session());
    if let (RouteTarget::Api(_), Some(session)) = (permit.target(), permit.session()) {
        headers.insert(CSRF_TOKEN, session.csrf_token.clone());
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
            assert_eq!(address_value(text.parse().unwrap()), text);
        }
    }
}

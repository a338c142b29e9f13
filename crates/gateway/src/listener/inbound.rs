//! The listener step: from a parsed request to one with a canonical target, a checked host, a client address and
//! clean headers. What is judged here is what is forwarded.

use std::borrow::Cow;

use crossgate_core::client_address::{ClientAddress, PeerAddress, TrustedProxies};
use crossgate_core::header_rules::clean_request;
use crossgate_core::origin::PublicOrigin;
use crossgate_core::target::{CanonicalTarget, TargetError};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, header};

use super::inbound_body::InboundBody;
use crate::refusal::Refusal;
use crate::request_id::RequestId;

const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// A request with one meaning.
#[derive(Debug)]
pub(crate) struct InboundRequest {
    pub(crate) method: Method,
    /// Canonical.
    pub(crate) target: PathAndQuery,
    /// Clean: nothing in here that a stranger could use to pass for somebody else.
    pub(crate) headers: HeaderMap,
    pub(crate) body: InboundBody,
    pub(crate) client: ClientAddress,
    pub(crate) id: RequestId,
    /// Whether the browser asks for a WebSocket.
    pub(crate) wants_websocket: bool,
}

/// What the step needs to know.
pub(crate) struct ListenerRules<'a> {
    pub(crate) origin: &'a PublicOrigin,
    pub(crate) trusted_proxies: &'a TrustedProxies,
}

/// Whether the request asks for another protocol, as its framing says too: never with a body.
fn asks_for_upgrade(headers: &HeaderMap) -> bool {
    headers.contains_key(header::UPGRADE)
        && !announces_body(headers)
        && headers.get_all(header::CONNECTION).iter().any(|line| {
            line.to_str().is_ok_and(|line| {
                line.split(',').any(|element| element.trim().eq_ignore_ascii_case("upgrade"))
            })
        })
}

/// Judges a request; gives its canonical target.
///
/// # Errors
/// With the reason why nobody will serve it.
pub(crate) fn judge<B>(
    request: &Request<B>,
    peer: PeerAddress,
    rules: &ListenerRules<'_>,
) -> Result<PathAndQuery, Refusal> {
    if matches!(*request.method(), Method::TRACE | Method::CONNECT) {
        return Err(Refusal::Method);
    }
    let trusts_peer = rules.trusted_proxies.trusts(peer.0);
    judge_host(request.uri(), request.headers(), (rules.origin, trusts_peer))?;
    judge_target(request.uri())
}

impl InboundRequest {
    /// A request that was [judged](judge), with this target.
    pub(crate) fn new(
        request: Request<InboundBody>,
        target: PathAndQuery,
        peer: PeerAddress,
        id: RequestId,
        rules: &ListenerRules<'_>,
    ) -> Self {
        let wants_websocket = wants_websocket(request.method(), request.headers());
        let (parts, body) = request.into_parts();
        let mut headers = parts.headers;
        let client = rules.trusted_proxies.client_of(peer, &headers);
        clean_request(&mut headers);
        Self { method: parts.method, target, headers, body, client, id, wants_websocket }
    }

    /// The body, for whoever reads it.
    pub(crate) const fn take_body(&mut self) -> InboundBody {
        std::mem::replace(&mut self.body, InboundBody::NONE)
    }
}

/// Both the Host header and the authority of an absolute-form target must be ours (RFC 9112 §3.2). A trusted proxy that
/// does not pass `Host` on says in `X-Forwarded-Host` what it was.
fn judge_host(
    uri: &Uri,
    headers: &HeaderMap,
    (origin, trusts_peer): (&PublicOrigin, bool),
) -> Result<(), Refusal> {
    let is_ours = |host: &HeaderValue| host.to_str().is_ok_and(|host| origin.owns_authority(host));
    let host_is_ours = headers.get(header::HOST).is_some_and(is_ours)
        || trusts_peer && the_one(headers, FORWARDED_HOST).is_some_and(is_ours);
    let authority_is_ours = uri.authority().is_none_or(|authority| origin.owns_authority(authority.as_str()));
    if host_is_ours && authority_is_ours { Ok(()) } else { Err(Refusal::WrongHost) }
}

/// A header that stands there once.
fn the_one(headers: &HeaderMap, name: HeaderName) -> Option<&HeaderValue> {
    let mut lines = headers.get_all(name).iter();
    lines.next().filter(|_| lines.next().is_none())
}

fn judge_target(uri: &Uri) -> Result<PathAndQuery, Refusal> {
    // Without a path it is a bare authority, which belongs to CONNECT (RFC 9112 §3.2.3).
    let target = uri.path_and_query().ok_or(TargetError::NotAbsolute)?;
    let canonical = CanonicalTarget::parse(target.as_str())?;
    match canonical.path {
        Cow::Borrowed(_) => Ok(target.clone()),
        Cow::Owned(_) => PathAndQuery::try_from(canonical.path_and_query().as_ref())
            .map_err(|_| Refusal::Target(TargetError::ForbiddenCharacter)),
    }
}

fn announces_body(headers: &HeaderMap) -> bool {
    let is_not_zero = |length: &HeaderValue| length.as_bytes().iter().any(|digit| *digit != b'0');
    headers.contains_key(header::TRANSFER_ENCODING)
        || headers.get(header::CONTENT_LENGTH).is_some_and(is_not_zero)
}

/// WebSocket is the one protocol that is switched to, and GET the one method that asks for it (RFC 6455 §4.1); other
/// offers are not taken up. Upstreams do not agree where such a request with a body ends.
fn wants_websocket(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::GET
        && asks_for_upgrade(headers)
        && headers
            .get(header::UPGRADE)
            .is_some_and(|offer| offer.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

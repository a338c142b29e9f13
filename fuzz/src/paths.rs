//! Addresses: which rule decides, who asked, and where a browser is sent.

use std::net::IpAddr;

use crossgate_core::client_address::{ClientAddress, PeerAddress};
use crossgate_core::route::{Access, Forward, RouteDecision, RouteTarget};
use crossgate_core::target::{CanonicalTarget, canonical_path};
use http::{HeaderMap, HeaderValue, Method};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::shop::{ORIGIN, SHOP};
use crate::text_of;

/// What is forwarded is what was judged, and no router finds a protected page or a closed route behind an open decision.
pub fn path_decision(data: &[u8]) {
    let Some(target) = text_of(data).and_then(|text| CanonicalTarget::parse(text).ok()) else { return };
    let forwarded = target.path_and_query().into_owned();
    let path = forwarded.split('?').next().unwrap_or_default();
    assert_eq!(canonical_path(path).as_deref(), Ok(path), "the canonical form is its own");
    let decision = SHOP.routes.decide(&Method::GET, path);
    if let RouteDecision::Forward(Forward { target, access: Access::Open, .. }) = decision {
        let (first, second) = as_routers_read(path);
        match target {
            RouteTarget::App(_) => assert_ne!(first, "private", "{path} is open"),
            RouteTarget::Api(_) => assert_eq!((&*first, &*second), ("api", "open"), "{path} is open"),
        }
    }
}

/// The first two segments, decoded, as Next.js and Express give them to their routes.
fn as_routers_read(path: &str) -> (String, String) {
    let mut segments = path.split('/').skip(1).map(|segment| percent_decode_str(segment).decode_utf8_lossy());
    let mut next = || segments.next().unwrap_or_default().into_owned();
    (next(), next())
}

/// Who asked is the peer, unless the peer is trusted; then it is somebody who stands in the header.
pub fn forwarded_for(data: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n').filter_map(|line| HeaderValue::from_bytes(line).ok()) {
        headers.append("x-forwarded-for", line);
    }
    let proxies = &SHOP.listen.trusted_proxies;
    let (stranger, proxy) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([10, 0, 0, 1]));
    assert_eq!(proxies.client_of(PeerAddress(stranger), &headers), ClientAddress(stranger));
    let ClientAddress(client) = proxies.client_of(PeerAddress(proxy), &headers);
    assert!(client == proxy || stands_in(&headers, client), "{client} stands nowhere");
}

fn stands_in(headers: &HeaderMap, client: IpAddr) -> bool {
    let lines = headers.values().filter_map(|line| line.to_str().ok());
    let mut entries =
        lines.flat_map(|line| line.split(',')).filter_map(|entry| entry.trim().parse::<IpAddr>().ok());
    entries.any(|address| address.to_canonical() == client)
}

/// A browser is sent to this site or to one that is allowed, and nothing of the text ends the header.
pub fn return_to(data: &[u8]) {
    let Some(accepted) = text_of(data).and_then(|text| SHOP.return_to.parse(text).ok()) else { return };
    let url = Url::parse(accepted.absolute()).expect("what is emitted is an address");
    let origin = url.origin().ascii_serialization();
    assert!([ORIGIN, "https://help.example"].contains(&&*origin), "{origin}");
    assert!(HeaderValue::from_str(accepted.location()).is_ok(), "it stands in a header");
    let base = Url::parse(ORIGIN).expect("ours is one");
    assert_eq!(base.join(accepted.location()).as_ref(), Ok(&url), "browsers go where we looked");
    assert_eq!(
        SHOP.return_to.parse(accepted.absolute()).as_ref(),
        Ok(&accepted),
        "looking twice changes nothing"
    );
}

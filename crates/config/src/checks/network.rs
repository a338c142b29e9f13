//! Addresses compared with each other.

use std::net::{IpAddr, SocketAddr};

use crossgate_core::settings::UpstreamSettings;

use crate::report::{Complaint, Place};
use crate::sections::Draft;

pub(super) fn check(draft: &Draft<'_>) {
    check_admin(draft);
    check_proxies(draft);
    check_tls(draft);
    let app = draft.app.iter().map(|app| (&app.url_place, app.upstream.as_ref()));
    let apis = draft.apis.iter().map(|api| (&api.url_place, api.upstream.as_ref()));
    for (place, upstream) in app.chain(apis) {
        if let Some(upstream) = upstream {
            check_upstream(place, upstream, draft.listen.address);
        }
    }
}

fn check_admin(draft: &Draft<'_>) {
    let Some(admin) = draft.listen.admin else { return };
    let place = &draft.listen.admin_place;
    if admin == draft.listen.address {
        let reason = "is the public address too; nothing of the admin listener may be public";
        place.complain(Complaint::new(reason, "write another port, such as \"127.0.0.1:9090\""));
    }
    if !admin.ip().is_loopback() {
        let reason = "the admin listener can be reached from other machines";
        let fix = "keep strangers out with a firewall, or write \"127.0.0.1:9090\"";
        place.warn(Complaint::new(reason, fix));
    }
}

/// An https address without a certificate of ours means that a proxy stands in front.
fn check_proxies(draft: &Draft<'_>) {
    let is_secure = draft.top.public_origin.as_ref().is_some_and(|origin| origin.is_secure());
    if is_secure && !draft.listen.has_tls && !draft.listen.has_proxies {
        let reason = "whatever ends TLS in front is not trusted, so all clients have its address: \
                      they share one limit of sign-in attempts, and logs do not tell them apart";
        let fix =
            "list the addresses of the proxy, such as [\"127.0.0.1\"], or give [listen.tls] a certificate";
        draft.listen.proxies_place.warn(Complaint::new(reason, fix));
    }
}

/// What browsers see is `public_url`, and cookies go by it.
fn check_tls(draft: &Draft<'_>) {
    let is_plain = draft.top.public_origin.as_ref().is_some_and(|origin| !origin.is_secure());
    if is_plain && draft.listen.has_tls {
        let reason = "TLS is spoken here, but public_url begins with http://";
        draft.listen.tls_place.complain(Complaint::new(reason, "write public_url with https://"));
    }
}

fn check_upstream(place: &Place<'_>, upstream: &UpstreamSettings, own: SocketAddr) {
    if upstream.port == own.port() && is_own_host(&upstream.host, own.ip()) {
        let reason = "is Crossgate's own address: it would call itself for ever";
        place.complain(Complaint::new(reason, "write the address where the upstream listens"));
    }
}

fn is_own_host(host: &str, own: IpAddr) -> bool {
    let address: Option<IpAddr> =
        if host == "localhost" { Some([127, 0, 0, 1].into()) } else { host.parse().ok() };
    address.is_some_and(|address| address == own || (own.is_unspecified() && address.is_loopback()))
}

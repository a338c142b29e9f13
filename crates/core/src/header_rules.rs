//! Which headers pass, in both directions.

use http::{HeaderMap, HeaderName, header};

/// Request headers that only Next.js itself may set; from outside they skip middleware, choose routes or poison
/// caches (CVE-2025-29927, CVE-2025-57822, CVE-2026-44572 and relatives). The list is that of
/// `INTERNAL_HEADERS` and its neighbours in Next.js 16. `x-nextjs-request-id` and `x-nextjs-html-request-id` are not in
/// it: Next.js's own browser code sends them, and hot reload does not work without.
const NEXT_INTERNAL: &[&str] = &[
    "next-resume",
    "next-resume-state-length",
    "x-matched-path",
    "x-now-route-matches",
    "x-next-cache-tags",
    "x-next-resume-state-length",
    "x-next-revalidate-tag-token",
    "x-next-revalidated-tags",
    "x-prerender-revalidate",
    "x-prerender-revalidate-if-generated",
    "x-prerender-bypass",
    "x-vercel-sc-headers",
    "location",
];

/// Beginnings of such names.
const NEXT_INTERNAL_PREFIXES: &[&str] =
    &["x-middleware-", "x-invoke-", "x-next-internal", "x-nextjs-internal"];

/// Headers about one connection only (RFC 9110 §7.6.1), beside those that `Connection` nominates.
const HOP_BY_HOP: &[&str] = &[
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "http2-settings",
];

/// Whether a request header is removed before anything else looks at it. The name is in lower case, as
/// [`HeaderName`] keeps it.
#[must_use]
pub fn is_removed_from_requests(name: &str) -> bool {
    match name.as_bytes().first() {
        Some(b'x') => {
            name.starts_with("x-crossgate-")
                || name.starts_with("x-forwarded-")
                || name == "x-real-ip"
                || name.contains('_')
                || is_next_internal(name)
        }
        Some(b'f') => name == "forwarded" || name.contains('_'),
        Some(b'l' | b'n') => name.contains('_') || is_next_internal(name),
        _ => name.contains('_') || HOP_BY_HOP.contains(&name),
    }
}

fn is_next_internal(name: &str) -> bool {
    NEXT_INTERNAL.contains(&name) || NEXT_INTERNAL_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

fn nominated(headers: &HeaderMap) -> Vec<HeaderName> {
    let lines = headers.get_all(header::CONNECTION).iter().filter_map(|line| line.to_str().ok());
    let names = lines.flat_map(|line| line.split(',')).map(str::trim);
    // `Keep-Alive` goes anyway, and nearly every upstream says this.
    names
        .filter(|name| !name.eq_ignore_ascii_case("keep-alive"))
        .filter_map(|name| name.parse().ok())
        .collect()
}

/// Cleans a request: everything a stranger could use to pass for somebody else, or to talk to the framework
/// behind us, is gone afterwards. `Authorization` is judged per route and stays for now.
pub fn clean_request(headers: &mut HeaderMap) {
    // Nobody may nominate away what later steps rely on.
    remove_nominated(headers, |name| {
        !matches!(*name, header::COOKIE | header::AUTHORIZATION | header::ORIGIN | header::HOST)
    });
    remove_where(headers, is_removed_from_requests);
}

/// Cleans an upstream's answer of what is about its own connection, and of what only we say.
pub fn clean_response(headers: &mut HeaderMap) {
    remove_nominated(headers, |_| true);
    remove_where(headers, |name| HOP_BY_HOP.contains(&name) || is_removed_from_responses(name));
}

fn remove_nominated(headers: &mut HeaderMap, may_go: impl Fn(&HeaderName) -> bool) {
    if headers.contains_key(header::CONNECTION) {
        nominated(headers).iter().filter(|name| may_go(name)).for_each(|name| {
            headers.remove(name);
        });
    }
}

fn remove_where(headers: &mut HeaderMap, doomed: impl Fn(&str) -> bool) {
    let doomed: Vec<HeaderName> = headers.keys().filter(|name| doomed(name.as_str())).cloned().collect();
    for name in doomed {
        headers.remove(name);
    }
}

/// Response headers of upstreams that never pass: what only we say, and framework internals.
fn is_removed_from_responses(name: &str) -> bool {
    name.starts_with("x-crossgate-") || name.starts_with("x-middleware-") || name == "x-csrf-token"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spoofed_headers_are_gone_and_ordinary_ones_stay() {
        let spoofed = [
            "x-middleware-subrequest",
            "x-middleware-subrequest-id",
            "x-invoke-path",
            "x-matched-path",
            "x-now-route-matches",
            "x-crossgate-identity",
            "x-forwarded-for",
            "x-forwarded-host",
            "forwarded",
            "x-real-ip",
            "x_forwarded_user",
            "authorization_",
            "transfer-encoding",
            "te",
            "location",
            "next-resume",
        ];
        let ordinary = [
            "accept",
            "rsc",
            "next-action",
            "next-router-state-tree",
            "x-csrf-token",
            "x-access-token",
            "if-none-match",
            "content-type",
            "cookie",
            "authorization",
        ];
        let mut headers = HeaderMap::new();
        for name in spoofed.iter().chain(&ordinary) {
            headers.insert(HeaderName::from_static(name), "v".parse().unwrap());
        }
        clean_request(&mut headers);
        for name in spoofed {
            assert!(!headers.contains_key(name), "{name}");
        }
        for name in ordinary {
            assert!(headers.contains_key(name), "{name}");
        }
    }

    #[test]
    fn connection_takes_its_nominees_along_but_not_what_we_rely_on() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "close, x-secret, cookie, origin"),
            ("x-secret", "1"),
            ("cookie", "a=b"),
            ("origin", "x"),
        ] {
            headers.insert(HeaderName::from_static(name), value.parse().unwrap());
        }
        clean_request(&mut headers);
        assert!(!headers.contains_key("x-secret") && !headers.contains_key("connection"));
        assert!(headers.contains_key("cookie") && headers.contains_key("origin"));
    }
}

//! What of an upstream's answer reaches the browser.

use std::net::IpAddr;

use crossgate_core::cookie::{CookieNames, name_set_by};
use crossgate_core::header_rules::clean_response;
use crossgate_core::settings::UpstreamSettings;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use url::Url;

/// What shared caches must not keep.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");

/// Headers that speak to shared caches behind `Cache-Control`'s back.
const SHARED_CACHE: [HeaderName; 5] = [
    HeaderName::from_static("cdn-cache-control"),
    HeaderName::from_static("surrogate-control"),
    HeaderName::from_static("vercel-cdn-cache-control"),
    HeaderName::from_static("cloudflare-cdn-cache-control"),
    HeaderName::from_static("netlify-cdn-cache-control"),
];

/// Removes what an upstream must not say to a browser.
pub(super) fn clean(headers: &mut HeaderMap, hidden: &[HeaderName]) {
    clean_response(headers);
    for name in hidden {
        headers.remove(name);
    }
    drop_our_cookies(headers);
}

/// An upstream that sends the browser to its own address means ours: Next.js makes absolute addresses of the one that it
/// listens on, which in a container is `0.0.0.0` or `localhost`, whatever we call it.
pub(super) fn name_public_side(headers: &mut HeaderMap, upstream: &UpstreamSettings, public: &str) {
    let Some(location) = headers.get(header::LOCATION).and_then(|value| value.to_str().ok()) else { return };
    let Ok(target) = Url::parse(location) else { return };
    let is_http = matches!(target.scheme(), "http" | "https");
    let is_upstream = target
        .host_str()
        .is_some_and(|host| host.eq_ignore_ascii_case(&upstream.host) || is_every_machines_own(host));
    if is_http && is_upstream && target.port_or_known_default() == Some(upstream.port) {
        let rest = &target[url::Position::BeforePath..];
        if let Ok(location) = HeaderValue::from_str(&format!("{public}{rest}")) {
            headers.insert(header::LOCATION, location);
        }
    }
}

/// A loopback address, or the unspecified one.
fn is_every_machines_own(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_own = |address: IpAddr| address.is_loopback() || address.is_unspecified();
    host.eq_ignore_ascii_case("localhost") || bare.parse().is_ok_and(is_own)
}

fn drop_our_cookies(headers: &mut HeaderMap) {
    let is_ours = |line: &HeaderValue| {
        std::str::from_utf8(name_set_by(line.as_bytes())).is_ok_and(CookieNames::is_ours)
    };
    if headers.get_all(header::SET_COOKIE).iter().any(is_ours) {
        let kept: Vec<_> =
            headers.get_all(header::SET_COOKIE).iter().filter(|line| !is_ours(line)).cloned().collect();
        headers.remove(header::SET_COOKIE);
        kept.into_iter().for_each(|line| {
            headers.append(header::SET_COOKIE, line);
        });
    }
}

/// An answer that depends on a session, or sets a cookie, never leaves with a shared-cache header, whatever the
/// upstream says; where it said private already, its own words stay.
pub(crate) fn guard_caches(headers: &mut HeaderMap, depends_on_session: bool) {
    if !depends_on_session && !headers.contains_key(header::SET_COOKIE) {
        return;
    }
    // One look at the names there are, in place of one search for each of these.
    if headers.keys().any(|name| SHARED_CACHE.contains(name)) {
        SHARED_CACHE.iter().for_each(|name| drop(headers.remove(name)));
    }
    if !is_private(headers) {
        headers.insert(header::CACHE_CONTROL, PRIVATE);
        headers.remove(header::EXPIRES);
    }
}

/// Every line must be free of `public` and `s-maxage`, and one must say `private` or `no-store`.
fn is_private(headers: &HeaderMap) -> bool {
    let mut private = false;
    for line in headers.get_all(header::CACHE_CONTROL) {
        let Ok(line) = line.to_str() else { return false };
        for directive in line.split(',').map(|directive| directive.trim().to_ascii_lowercase()) {
            // `private="field"` restricts one field only (RFC 9111 §5.2.2.7).
            private |= directive == "private" || directive == "no-store";
            if directive == "public" || directive.starts_with("s-maxage") {
                return false;
            }
        }
    }
    private
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guarded(lines: &[(&'static str, &str)], depends: bool) -> Option<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        guard_caches(&mut headers, depends);
        assert!(!depends || !headers.contains_key("cdn-cache-control"));
        headers.get(header::CACHE_CONTROL).map(|value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn what_depends_on_a_session_is_never_shared() {
        let private = Some("private, no-store".to_owned());
        assert_eq!(guarded(&[], true), private);
        assert_eq!(guarded(&[("cache-control", "public, max-age=60")], true), private);
        assert_eq!(guarded(&[("cache-control", "s-maxage=31536000")], true), private);
        assert_eq!(guarded(&[("cache-control", "private, s-maxage=9")], true), private);
        assert_eq!(guarded(&[("cache-control", "private"), ("cache-control", "public")], true), private);
        assert_eq!(guarded(&[("cache-control", "private=\"set-cookie\"")], true), private);
        assert_eq!(guarded(&[("cdn-cache-control", "max-age=9")], true), private);
        assert_eq!(guarded(&[("set-cookie", "a=b"), ("cache-control", "s-maxage=31536000")], false), private);
    }

    #[test]
    fn what_is_private_already_or_anonymous_keeps_its_words() {
        assert_eq!(guarded(&[("cache-control", "private, max-age=9")], true).unwrap(), "private, max-age=9");
        assert_eq!(guarded(&[("cache-control", "public, max-age=60")], false).unwrap(), "public, max-age=60");
        assert_eq!(guarded(&[], false), None);
    }

    fn location(upstream: (&str, u16), location: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(header::LOCATION, location.parse().unwrap());
        let second = std::time::Duration::from_secs(1);
        let (name, host) = ("app".to_owned(), upstream.0.to_owned());
        let upstream = UpstreamSettings {
            name,
            host,
            port: upstream.1,
            connect_timeout: second,
            answer_timeout: second,
        };
        name_public_side(&mut headers, &upstream, "https://shop.example.com");
        headers[header::LOCATION].to_str().unwrap().to_owned()
    }

    #[test]
    fn an_upstream_that_names_itself_means_the_public_address() {
        for (upstream, given, rest) in [
            (("127.0.0.1", 3000), "http://127.0.0.1:3000/login?next=%2Fa#b", "/login?next=%2Fa#b"),
            (("127.0.0.1", 3000), "http://localhost:3000/login", "/login"),
            (("localhost", 3000), "http://[::1]:3000", "/"),
            (("localhost", 3000), "HTTPS://LOCALHOST:3000/x", "/x"),
            (("app", 80), "http://app/x", "/x"),
            (("web", 3000), "http://0.0.0.0:3000/x", "/x"),
            (("web", 3000), "http://[::]:3000/x", "/x"),
            (("web", 3000), "http://localhost:3000/x", "/x"),
            (("App.Internal", 3000), "http://app.internal:3000//x", "//x"),
        ] {
            assert_eq!(location(upstream, given), format!("https://shop.example.com{rest}"), "{given}");
        }
    }

    #[test]
    fn every_other_address_stays_as_it_is() {
        for given in [
            "/login",
            "login?x",
            "//localhost:3000/x",
            "http://localhost:3001/x",
            "http://localhost/x",
            "http://localhost.evil.test:3000/x",
            "http://localhost:3000@evil.test/x",
            "https://shop.example.com/x",
            "https://provider.test/authorize?redirect_uri=http://localhost:3000/x",
            "ftp://localhost:3000/x",
            "http://",
        ] {
            assert_eq!(location(("localhost", 3000), given), given);
        }
    }

    #[test]
    fn upstreams_cannot_set_our_cookies_or_speak_in_our_name() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("set-cookie", "theme=dark"),
            ("set-cookie", "__host-http-Crossgate=x; Path=/"),
            ("set-cookie", " crossgate =x"),
            ("x-crossgate-identity", "x"),
            ("x-csrf-token", "x"),
            ("x-middleware-rewrite", "/x"),
            ("x-powered-by", "Express"),
            ("connection", "x-one"),
            ("x-one", "1"),
        ] {
            headers.append(name, value.parse().unwrap());
        }
        clean(&mut headers, &["x-powered-by".parse().unwrap()]);
        let left: Vec<_> =
            headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
        assert_eq!(left, ["set-cookie: theme=dark"]);
    }
}

//! Cookies of requests: ours found, everybody's filtered, none guessed.

use http::{HeaderMap, header};
use memchr::memchr;

/// The names of our cookies. The prefixes make browsers refuse what a sibling domain or plain http plants
/// (RFC 6265bis §4.1.3; `__Host-Http-` also proves HttpOnly where browsers know it).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CookieNames {
    /// The session id.
    pub session: &'static str,
    /// The random name of this browser, to which the CSRF token is bound before sign-in.
    pub browser: &'static str,
    /// What the names of the cookies begin with that hold a sign-in at a provider; one per attempt.
    pub transaction_prefix: &'static str,
    /// A sign-in between its first and its second step.
    pub step: &'static str,
    /// Whether the cookies carry `Secure`.
    pub secure: bool,
}

impl CookieNames {
    /// On https.
    pub const SECURE: Self = Self {
        session: "__Host-Http-crossgate",
        browser: "__Host-Http-crossgate-browser",
        transaction_prefix: "__Host-Http-crossgate-signin-",
        step: "__Host-Http-crossgate-step",
        secure: true,
    };
    /// On plain http, which is accepted on loopback only.
    pub const LOOPBACK: Self = Self {
        session: "crossgate",
        browser: "crossgate-browser",
        transaction_prefix: "crossgate-signin-",
        step: "crossgate-step",
        secure: false,
    };

    /// Whether a cookie name is one of ours, in either form and in any case: browsers compare prefixes without
    /// regard to case, and nobody else may use these names.
    #[must_use]
    pub fn is_ours(name: &str) -> bool {
        let is = |own: &str| name.eq_ignore_ascii_case(own);
        let begins_with =
            |own: &str| name.get(..own.len()).is_some_and(|start| start.eq_ignore_ascii_case(own));
        [Self::SECURE, Self::LOOPBACK].iter().any(|names| {
            [names.session, names.browser, names.step].into_iter().any(is)
                || begins_with(names.transaction_prefix)
        })
    }
}

/// What a request says about one cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresentedCookie<'a> {
    /// Nothing.
    Absent,
    /// One value.
    One(&'a str),
    /// Several different values: somebody planted one, and no order tells which (RFC 6265bis §5.6).
    Ambiguous,
}

/// The names of all cookies that begin with `prefix`, each once.
#[must_use]
pub fn names_with_prefix<'a>(headers: &'a HeaderMap, prefix: &str) -> Vec<&'a str> {
    let names = pairs(headers).filter_map(|(name, _)| std::str::from_utf8(name).ok());
    let mut names: Vec<_> = names.filter(|name| name.starts_with(prefix)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Finds a cookie in all `Cookie` lines.
#[must_use]
pub fn find<'a>(headers: &'a HeaderMap, name: &str) -> PresentedCookie<'a> {
    let mut found = PresentedCookie::Absent;
    for (_, value) in pairs(headers).filter(|(candidate, _)| *candidate == name.as_bytes()) {
        // None of ours has bytes outside ASCII; one that has is somebody else's doing.
        let Ok(value) = std::str::from_utf8(value) else { return PresentedCookie::Ambiguous };
        found = match found {
            PresentedCookie::Absent => PresentedCookie::One(value),
            PresentedCookie::One(first) if first == value => found,
            _ => return PresentedCookie::Ambiguous,
        };
    }
    found
}

/// Names and values of all cookies, in their order. One with bytes outside ASCII is left out.
pub fn texts(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    pairs(headers).filter_map(|(name, value)| {
        let text = |bytes| std::str::from_utf8(bytes).ok().filter(|text| text.is_ascii());
        Some((text(name)?, text(value)?))
    })
}

/// Writes the cookies that `keep` wants as one line, byte for byte; nothing where none is left.
pub fn write_kept(headers: &HeaderMap, keep: impl Fn(&str) -> bool, line: &mut Vec<u8>) {
    let wanted = |name: &[u8]| std::str::from_utf8(name).is_ok_and(&keep);
    for (name, value) in pairs(headers).filter(|(name, _)| wanted(name)) {
        let separator: &[u8] = if line.is_empty() { b"" } else { b"; " };
        [separator, name, b"=", value].into_iter().for_each(|part| line.extend_from_slice(part));
    }
}

/// A path without its query.
pub(crate) fn path_without_query(path: &str) -> &str {
    path.split('?').next().unwrap_or_default()
}

/// The name that a `Set-Cookie` line sets.
#[must_use]
pub fn name_set_by(line: &[u8]) -> &[u8] {
    let end = line.iter().position(|byte| matches!(byte, b'=' | b';')).unwrap_or(line.len());
    line.get(..end).unwrap_or_default().trim_ascii()
}

/// On which requests from other sites a cookie comes along (RFC 6265bis §4.1.2.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// On navigations only.
    Lax,
    /// On every request, also on a form that another site posts.
    None,
}

/// A `Set-Cookie` line for one of ours. Without `max_age` it lasts as long as the browser session.
#[must_use]
pub fn set_line(name: &str, value: &str, secure: bool, max_age: Option<u64>) -> String {
    set_line_for(name, value, SameSite::Lax, secure, max_age)
}

/// As [`set_line`], for requests of other sites too. Browsers take `SameSite=None` only together with `Secure`, which
/// they accept on loopback as well.
#[must_use]
pub fn set_line_for(
    name: &str,
    value: &str,
    same_site: SameSite,
    secure: bool,
    max_age: Option<u64>,
) -> String {
    let (secure, same_site) = match same_site {
        SameSite::Lax => (secure, "Lax"),
        SameSite::None => (true, "None"),
    };
    let secure = if secure { "; Secure" } else { "" };
    let max_age = max_age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    format!("{name}={value}; Path=/{max_age}; HttpOnly{secure}; SameSite={same_site}")
}

/// Names and values in bytes: one cookie with a byte outside ASCII must not hide its neighbours.
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    headers.get_all(header::COOKIE).iter().flat_map(|line| Pairs(line.as_bytes()))
}

/// What of a line is not read yet.
struct Pairs<'a>(&'a [u8]);

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.0.is_empty() {
            let (pair, rest) = split_at_byte(b';', self.0);
            self.0 = rest.unwrap_or_default();
            if let (name, Some(value)) = split_at_byte(b'=', pair) {
                return Some((name.trim_ascii(), value.trim_ascii()));
            }
        }
        None
    }
}

/// What stands before the first such byte, and what stands behind it.
fn split_at_byte(byte: u8, text: &[u8]) -> (&[u8], Option<&[u8]>) {
    match memchr(byte, text).and_then(|position| text.split_at_checked(position)) {
        Some((before, rest)) => (before, rest.get(1..)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn kept(headers: &HeaderMap, keep: impl Fn(&str) -> bool) -> Vec<u8> {
        let mut line = Vec::new();
        write_kept(headers, keep, &mut line);
        line
    }

    fn headers(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        lines.iter().for_each(|line| {
            headers.append(header::COOKIE, line.parse().unwrap());
        });
        headers
    }

    #[test]
    fn a_planted_second_value_makes_the_cookie_ambiguous() {
        assert_eq!(find(&headers(&["a=1; crossgate=x"]), "crossgate"), PresentedCookie::One("x"));
        assert_eq!(find(&headers(&["crossgate=x", "crossgate=x"]), "crossgate"), PresentedCookie::One("x"));
        assert_eq!(find(&headers(&["crossgate=x", "crossgate=y"]), "crossgate"), PresentedCookie::Ambiguous);
        assert_eq!(find(&headers(&["crossgatex=1"]), "crossgate"), PresentedCookie::Absent);
        assert_eq!(find(&headers(&[]), "crossgate"), PresentedCookie::Absent);
    }

    #[test]
    fn a_neighbour_with_odd_bytes_hides_nothing() {
        let mut headers = HeaderMap::new();
        let line = HeaderValue::from_bytes("name=Zo\u{eb}; crossgate=x".as_bytes()).unwrap();
        headers.append(header::COOKIE, line);
        assert_eq!(find(&headers, "crossgate"), PresentedCookie::One("x"));
        assert_eq!(kept(&headers, |name| name != "crossgate"), "name=Zo\u{eb}".as_bytes());
    }

    #[test]
    fn our_cookies_never_go_on_whatever_their_case() {
        let headers = headers(&[
            "theme=dark; __HOST-HTTP-crossgate=x",
            "Crossgate-Browser=y; lang=de",
            "__Host-Http-Crossgate-Step=z; crossgate-step=z",
        ]);
        assert_eq!(kept(&headers, |name| !CookieNames::is_ours(name)), b"theme=dark; lang=de");
        assert!(kept(&headers, |_| false).is_empty());
    }

    #[test]
    fn the_name_in_a_set_cookie_line_is_found_however_it_is_spaced() {
        for line in ["crossgate=x; Path=/", " crossgate =x", "crossgate", "crossgate;x"] {
            assert_eq!(name_set_by(line.as_bytes()), b"crossgate", "{line}");
        }
    }
}

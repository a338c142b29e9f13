//! Cookies of requests: ours found, everybody's filtered, none guessed.

use http::{HeaderMap, HeaderValue, header};

/// The names of our cookies. The prefixes make browsers refuse what a sibling domain or plain http plants
/// (RFC 6265bis §4.1.3; `__Host-Http-` also proves HttpOnly where browsers know it).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CookieNames {
    /// The session id.
    pub session: &'static str,
    /// The random name of this browser, to which the CSRF token is bound before sign-in.
    pub browser: &'static str,
    /// Whether the cookies carry `Secure`.
    pub secure: bool,
}

impl CookieNames {
    /// On https.
    pub const SECURE: Self =
        Self { session: "__Host-Http-crossgate", browser: "__Host-Http-crossgate-browser", secure: true };
    /// On plain http, which is accepted on loopback only.
    pub const LOOPBACK: Self = Self { session: "crossgate", browser: "crossgate-browser", secure: false };

    /// Whether a cookie name is one of ours, in either form and in any case: browsers compare prefixes without
    /// regard to case, and nobody else may use these names.
    #[must_use]
    pub fn is_ours(name: &str) -> bool {
        [Self::SECURE, Self::LOOPBACK]
            .iter()
            .any(|names| name.eq_ignore_ascii_case(names.session) || name.eq_ignore_ascii_case(names.browser))
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

/// Finds a cookie in all `Cookie` lines.
#[must_use]
pub fn find<'a>(headers: &'a HeaderMap, name: &str) -> PresentedCookie<'a> {
    let mut found = PresentedCookie::Absent;
    for (_, value) in pairs(headers).filter(|(candidate, _)| *candidate == name) {
        found = match found {
            PresentedCookie::Absent => PresentedCookie::One(value),
            PresentedCookie::One(first) if first == value => found,
            _ => return PresentedCookie::Ambiguous,
        };
    }
    found
}

/// Leaves only the cookies that `keep` wants; the line disappears when none is left.
pub fn retain(headers: &mut HeaderMap, keep: impl Fn(&str) -> bool) {
    if !headers.contains_key(header::COOKIE) {
        return;
    }
    let kept: Vec<String> = pairs(headers)
        .filter(|(name, _)| keep(name))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    headers.remove(header::COOKIE);
    if let Ok(line) = HeaderValue::from_str(&kept.join("; "))
        && !kept.is_empty()
    {
        headers.insert(header::COOKIE, line);
    }
}

/// The name that a `Set-Cookie` line sets.
#[must_use]
pub fn name_set_by(line: &[u8]) -> &[u8] {
    let end = line.iter().position(|byte| matches!(byte, b'=' | b';')).unwrap_or(line.len());
    line.get(..end).unwrap_or_default().trim_ascii()
}

/// A `Set-Cookie` line for one of ours. Without `max_age` it lasts as long as the browser session.
#[must_use]
pub fn set_line(name: &str, value: &str, secure: bool, max_age: Option<u64>) -> String {
    let secure = if secure { "; Secure" } else { "" };
    let max_age = max_age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    format!("{name}={value}; Path=/{max_age}; HttpOnly{secure}; SameSite=Lax")
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        Some((name.trim(), value.trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn our_cookies_never_go_on_whatever_their_case() {
        let mut headers = headers(&["theme=dark; __HOST-HTTP-crossgate=x", "Crossgate-Browser=y; lang=de"]);
        retain(&mut headers, |name| !CookieNames::is_ours(name));
        assert_eq!(headers.get(header::COOKIE).unwrap(), "theme=dark; lang=de");
        retain(&mut headers, |_| false);
        assert!(!headers.contains_key(header::COOKIE));
    }

    #[test]
    fn the_name_in_a_set_cookie_line_is_found_however_it_is_spaced() {
        for line in ["crossgate=x; Path=/", " crossgate =x", "crossgate", "crossgate;x"] {
            assert_eq!(name_set_by(line.as_bytes()), b"crossgate", "{line}");
        }
    }
}

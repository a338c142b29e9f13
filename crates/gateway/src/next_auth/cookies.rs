//! Cookies of next-auth: which names are the gateway's own affair, and what an app says about its session cookie.

use crossgate_core::cookie::name_set_by;
use crossgate_core::time::Timestamp;
use crossgate_core::upstream_cookie::SetCookie;
use crossgate_nextauth::cookie::{Joined, join};
use http::{HeaderMap, HeaderValue, header};

/// What the names of session cookies begin with, in both generations: readers join everything that begins so.
const SESSION: [&str; 2] = ["next-auth.session-token", "authjs.session-token"];
/// Whole names of the other cookies that only the gateway has a say in.
const OTHERS: [&str; 4] =
    ["next-auth.csrf-token", "next-auth.callback-url", "authjs.csrf-token", "authjs.callback-url"];
/// What may stand before any of them (RFC 6265bis §4.1.3). The longer ones first.
const PREFIXES: [&str; 4] = ["__host-http-", "__http-", "__host-", "__secure-"];

/// The names that neither a browser may send to an upstream nor an upstream may set.
#[derive(Debug)]
pub(crate) struct ReservedNames {
    /// The session cookie as this app calls it, in lower case.
    own: String,
}

impl ReservedNames {
    pub(super) fn new(session_cookie: &str) -> Self {
        Self { own: session_cookie.to_ascii_lowercase() }
    }

    /// Whether a name is one of them: in any case, with any prefix, and with whatever stands behind the name of a session
    /// cookie, be it the number of a piece or not.
    pub(crate) fn include(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        let bare = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(&name);
        name.starts_with(&self.own)
            || SESSION.iter().any(|session| bare.starts_with(session))
            || OTHERS.contains(&bare)
    }

    /// Takes their lines out of an answer.
    pub(super) fn take_out(&self, headers: &mut HeaderMap) -> Vec<HeaderValue> {
        let is_reserved =
            |line: &HeaderValue| self.include(&String::from_utf8_lossy(name_set_by(line.as_bytes())));
        if !headers.get_all(header::SET_COOKIE).iter().any(is_reserved) {
            return Vec::new();
        }
        let (taken, left): (Vec<_>, Vec<_>) =
            headers.get_all(header::SET_COOKIE).iter().cloned().partition(is_reserved);
        headers.remove(header::SET_COOKIE);
        left.into_iter().for_each(|line| {
            headers.append(header::SET_COOKIE, line);
        });
        taken
    }
}

/// What the lines of an answer make of the session cookie.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SaidOfSession {
    /// Nothing.
    Nothing,
    /// It is gone.
    Removed,
    /// It has this value.
    Set(String),
    /// Pieces that are no whole.
    Broken,
}

impl SaidOfSession {
    /// Reads the lines that were taken out. Of several about one cookie the last one counts, as in a browser (RFC 6265
    /// §5.3). Where the number of pieces changes, some lines set and others remove: then it is set.
    pub(super) fn read(lines: &[HeaderValue], name: &str, now: Timestamp) -> Self {
        let mut said: Vec<SetCookie> = Vec::new();
        for line in lines.iter().filter_map(|line| line.to_str().ok()) {
            if let Some(cookie) = SetCookie::read(line, now) {
                said.retain(|earlier| earlier.name != cookie.name);
                said.push(cookie);
            }
        }
        let set = said.iter().filter_map(|cookie| Some((cookie.name.as_str(), cookie.value.as_ref()?)));
        match join(set.map(|(name, value)| (name, value.expose_secret())), name) {
            Joined::Whole(value) => Self::Set(value),
            Joined::Broken => Self::Broken,
            Joined::Absent if said.iter().any(|cookie| begins(name, &cookie.name)) => Self::Removed,
            Joined::Absent => Self::Nothing,
        }
    }
}

/// Whether a cookie is where a session cookie of this name begins: whole, or its first piece.
fn begins(session: &str, cookie: &str) -> bool {
    cookie.strip_prefix(session).is_some_and(|rest| rest.is_empty() || rest == ".0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_names_are_known_in_every_spelling() {
        let names = ReservedNames::new("Shop.Session");
        for name in [
            "next-auth.session-token",
            "__Secure-next-auth.session-token.12",
            "__secure-NEXT-AUTH.session-token-backup",
            "__Host-authjs.session-token",
            "authjs.session-token.0",
            "__Host-next-auth.csrf-token",
            "__Host-Http-authjs.csrf-token",
            "__Secure-authjs.callback-url",
            "next-auth.callback-url",
            "shop.session",
            "Shop.Session.3",
        ] {
            assert!(names.include(name), "{name}");
        }
        for name in ["theme", "next-auth.state", "my-next-auth.session-token", "authjs.csrf-token2", "shop"] {
            assert!(!names.include(name), "{name}");
        }
    }

    #[test]
    fn only_the_lines_of_reserved_names_are_taken_out() {
        let mut headers = HeaderMap::new();
        for line in ["a=1", "AUTHJS.session-token.0=x; Path=/", "b=2", " next-auth.csrf-token =y"] {
            headers.append(header::SET_COOKIE, line.parse().unwrap());
        }
        assert_eq!(ReservedNames::new("s").take_out(&mut headers).len(), 2);
        let left: Vec<_> = headers.get_all(header::SET_COOKIE).iter().collect();
        assert_eq!(left, ["a=1", "b=2"]);
    }

    fn said(lines: &[&str]) -> SaidOfSession {
        let lines: Vec<HeaderValue> = lines.iter().map(|line| line.parse().unwrap()).collect();
        SaidOfSession::read(&lines, "s", Timestamp::from_seconds(1_000_000_000))
    }

    #[test]
    fn what_an_answer_says_of_the_session_cookie() {
        let set = |value: &str| SaidOfSession::Set(value.to_owned());
        for (lines, expected) in [
            (&[][..], SaidOfSession::Nothing),
            (&["other=x"], SaidOfSession::Nothing),
            (&["s=; Max-Age=0; Path=/"], SaidOfSession::Removed),
            (&["s=; Path=/"], SaidOfSession::Removed),
            (&["s=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], SaidOfSession::Removed),
            (&["s.0=; Max-Age=0", "s.1=; Max-Age=0"], SaidOfSession::Removed),
            (&["s.2=; Max-Age=0"], SaidOfSession::Nothing),
            (&["s=x; Max-Age=9"], set("x")),
            (&["s=old", "s=new"], set("new")),
            (&["s=old", "s=; Max-Age=0"], SaidOfSession::Removed),
            (&["s.1=b", "s.0=a"], set("ab")),
            (&["s.0=a", "s.1=b", "s.2=; Max-Age=0", "s=; Max-Age=0"], set("ab")),
            (&["s=ab", "s.0=; Max-Age=0"], set("ab")),
            (&["s.0=a", "s.2=c"], SaidOfSession::Broken),
        ] {
            assert_eq!(said(lines), expected, "{lines:?}");
        }
    }
}

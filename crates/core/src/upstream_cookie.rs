//! Cookies that an API sets: kept in the session, sent back to that API only, never seen by a browser.
//!
//! The storage and the choice of what is sent follow RFC 6265 §5.3 and §5.4 for a user agent that knows one host:
//! `Domain`, `Secure`, `HttpOnly` and `SameSite` make no difference there.

use cookie::Cookie;
use http::{HeaderMap, HeaderValue, header};
use serde::{Deserialize, Serialize};

use crate::cookie::path_without_query;
use crate::secret::SecretText;
use crate::time::Timestamp;
use crate::token::expiry_of_jwt;
use crate::token_life::TokenLife;

/// Cookies kept per session at most (RFC 6265 §6.1 asks for 50 per domain).
const MOST_COOKIES: usize = 50;
/// Longest name and value together, in bytes (RFC 6265 §6.1).
const LONGEST_COOKIE: usize = 4096;
/// All of them together, in bytes: they stand in one header.
const LARGEST_JAR: usize = 16 * 1024;

/// See the [module](self).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CookieJar {
    cookies: Vec<KeptCookie>,
}

/// One cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
struct KeptCookie {
    name: String,
    value: SecretText,
    path: String,
    expires_at: Option<Timestamp>,
    obtained_at: Option<Timestamp>,
    /// Whether a route set it by the way. Its end says nothing about whether somebody is signed in.
    is_aside: bool,
}

/// What a `Set-Cookie` line says of its cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetCookie {
    /// The name.
    pub name: String,
    /// The value. None where the line removes the cookie.
    pub value: Option<SecretText>,
}

impl SetCookie {
    /// Reads a line. An empty value, or an end that has passed, removes.
    #[must_use]
    pub fn read(line: &str, now: Timestamp) -> Option<Self> {
        let cookie = Cookie::parse(line).ok()?;
        let is_over = cookie.value().is_empty() || end_of(&cookie, now).is_some_and(|end| now >= end);
        let value = (!is_over).then(|| SecretText::new(cookie.value().to_owned()));
        Some(Self { name: cookie.name().to_owned(), value })
    }
}

/// The stored form of a cookie.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredCookie {
    name: String,
    value: String,
    path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    obtained_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_aside: bool,
}

/// The answer in which cookies came.
#[derive(Debug, Clone, Copy)]
pub struct CookieSource<'a> {
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Path and query of the request.
    pub path: &'a str,
    /// When it came.
    pub now: Timestamp,
}

impl CookieJar {
    /// Whether nothing was ever set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cookies.is_empty()
    }

    /// Takes in what an answer sets and removes. Whether anything changed that is worth writing down: an end that only
    /// moves on a little (a session that slides with every answer) is not.
    pub fn take_in(&mut self, source: &CookieSource<'_>) -> bool {
        self.take_in_lines(source, false)
    }

    /// As [`take_in`](Self::take_in), for the answer to any other request than a sign-in or a refresh: what only such
    /// answers set is not counted by [`life`](Self::life).
    pub fn take_in_aside(&mut self, source: &CookieSource<'_>) -> bool {
        self.take_in_lines(source, true)
    }

    /// After a refresh: what it did not set anew is not renewed by it, and its end is not counted by
    /// [`life`](Self::life) any more. Nothing happens where the refresh set nothing.
    pub fn set_aside_older_than(&mut self, refreshed_at: Timestamp) {
        let is_new = |cookie: &KeptCookie| cookie.obtained_at == Some(refreshed_at) && !cookie.is_aside;
        if self.cookies.iter().any(is_new) {
            self.cookies
                .iter_mut()
                .for_each(|cookie| cookie.is_aside |= cookie.obtained_at != Some(refreshed_at));
        }
    }

    fn take_in_lines(&mut self, source: &CookieSource<'_>, is_aside: bool) -> bool {
        let lines = source.headers.get_all(header::SET_COOKIE);
        let mut changed = false;
        for line in lines.iter().filter_map(|line| std::str::from_utf8(line.as_bytes()).ok()) {
            if let Some(cookie) = KeptCookie::read(line, source) {
                changed |= self.take_in_one(KeptCookie { is_aside, ..cookie }, source.now);
            }
        }
        changed
    }

    fn take_in_one(&mut self, new: KeptCookie, now: Timestamp) -> bool {
        let mut new = new;
        let known = self.cookies.iter().position(|kept| kept.name == new.name && kept.path == new.path);
        let old = known.map(|position| self.cookies.remove(position));
        new.is_aside &= old.as_ref().is_none_or(|old| old.is_aside);
        if new.has_ended(now) {
            return old.is_some();
        }
        let (old_end, value_changed) =
            (old.as_ref().map(|old| old.expires_at), old.as_ref().is_none_or(|old| old.value != new.value));
        let new_end = new.expires_at;
        self.cookies.push(new);
        self.drop_surplus();
        value_changed || old_end.is_none_or(|old_end| moved_notably(old_end, new_end, now))
    }

    /// The oldest go first, as in a browser (RFC 6265 §5.3).
    fn drop_surplus(&mut self) {
        let size = |cookies: &[KeptCookie]| cookies.iter().map(KeptCookie::size).sum::<usize>();
        while self.cookies.len() > MOST_COOKIES || size(&self.cookies) > LARGEST_JAR {
            self.cookies.remove(0);
        }
    }

    /// The `Cookie` header for a request to this path, if any cookie belongs into it: longer paths first
    /// (RFC 6265 §5.4).
    #[must_use]
    pub fn header_for(&self, path: &str, now: Timestamp) -> Option<HeaderValue> {
        let mut sent: Vec<_> = self.matching(path).filter(|cookie| !cookie.has_ended(now)).collect();
        sent.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pair = |cookie: &&KeptCookie| format!("{}={}", cookie.name, cookie.value.expose_secret());
        let line = zeroize::Zeroizing::new(sent.iter().map(pair).collect::<Vec<_>>().join("; "));
        let mut value = HeaderValue::from_str(&line).ok().filter(|_| !line.is_empty())?;
        value.set_sensitive(true);
        Some(value)
    }

    /// The life of that cookie for this path which ends first, by its own attributes or as a JWT; also when that has
    /// passed. None where no such cookie is for this path. What routes set by the way is not counted.
    #[must_use]
    pub fn life(&self, path: &str) -> Option<TokenLife> {
        let endless = |life: &TokenLife| life.ends_at.unwrap_or(Timestamp::from_millis(i64::MAX));
        self.matching(path).filter(|cookie| !cookie.is_aside).map(KeptCookie::life).min_by_key(endless)
    }

    /// The value of a cookie, whatever its path.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&SecretText> {
        self.cookies.iter().rev().find(|cookie| cookie.name == name).map(|cookie| &cookie.value)
    }

    fn matching<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a KeptCookie> {
        let path = path_without_query(path);
        self.cookies.iter().filter(move |cookie| path_matches(path, &cookie.path))
    }

    pub(crate) fn stored(&self) -> Vec<StoredCookie> {
        let stored = |cookie: &KeptCookie| StoredCookie {
            name: cookie.name.clone(),
            value: cookie.value.expose_secret().to_owned(),
            path: cookie.path.clone(),
            expires_at: cookie.expires_at,
            obtained_at: cookie.obtained_at,
            is_aside: cookie.is_aside,
        };
        self.cookies.iter().map(stored).collect()
    }

    pub(crate) fn from_stored(stored: Vec<StoredCookie>) -> Self {
        let cookie = |StoredCookie { name, value, path, expires_at, obtained_at, is_aside }| KeptCookie {
            name,
            value: SecretText::new(value),
            path,
            expires_at,
            obtained_at,
            is_aside,
        };
        Self { cookies: stored.into_iter().map(cookie).collect() }
    }
}

/// Whether the end moved by a tenth of what was left, or at all where there was none.
fn moved_notably(old: Option<Timestamp>, new: Option<Timestamp>, now: Timestamp) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => new < old || new.since(old) >= old.since(now) / 10,
        (old, new) => old != new,
    }
}

impl KeptCookie {
    /// A `Set-Cookie` line (RFC 6265 §5.2). One without a name, too long, or that could not stand in a header is
    /// passed over.
    fn read(line: &str, source: &CookieSource<'_>) -> Option<Self> {
        let parsed = Cookie::parse(line).ok()?;
        let (name, value) = (parsed.name(), parsed.value());
        let is_usable = !name.is_empty()
            && name.len() + value.len() <= LONGEST_COOKIE
            && HeaderValue::from_str(&format!("{name}={value}")).is_ok();
        let path = parsed.path().filter(|path| path.starts_with('/'));
        is_usable.then(|| Self {
            name: name.to_owned(),
            value: SecretText::new(value),
            path: path.unwrap_or_else(|| default_path(source.path)).to_owned(),
            expires_at: end_of(&parsed, source.now),
            obtained_at: Some(source.now),
            is_aside: false,
        })
    }

    fn size(&self) -> usize {
        self.name.len() + self.value.expose_secret().len()
    }

    fn has_ended(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    fn life(&self) -> TokenLife {
        let own = expiry_of_jwt(self.value.expose_secret());
        TokenLife { obtained_at: self.obtained_at, ends_at: self.expires_at.into_iter().chain(own).min() }
    }
}

/// `Max-Age` comes before `Expires` (RFC 6265 §5.3, step 3).
fn end_of(cookie: &Cookie<'_>, now: Timestamp) -> Option<Timestamp> {
    let after =
        |seconds: i64| Timestamp::from_millis(now.as_millis().saturating_add(seconds.saturating_mul(1000)));
    let by_age = cookie.max_age().map(|age| after(age.whole_seconds()));
    by_age.or_else(|| Some(Timestamp::from_seconds(cookie.expires_datetime()?.unix_timestamp())))
}

/// RFC 6265 §5.1.4.
fn default_path(path: &str) -> &str {
    let path = path_without_query(path);
    match path.rfind('/') {
        Some(end @ 1..) => path.get(..end).unwrap_or("/"),
        _ => "/",
    }
}

/// RFC 6265 §5.1.4.
fn path_matches(path: &str, cookie_path: &str) -> bool {
    path.strip_prefix(cookie_path)
        .is_some_and(|rest| rest.is_empty() || cookie_path.ends_with('/') || rest.starts_with('/'))
}

#[cfg(test)]
#[path = "upstream_cookie_tests.rs"]
mod tests;

//! Cookies of browsers and of upstreams.

use std::collections::BTreeSet;

use crossgate_core::cookie::{CookieNames, PresentedCookie, find, texts, write_kept};
use crossgate_core::time::Timestamp;
use crossgate_core::upstream_cookie::{CookieJar, CookieSource, SetCookie};
use http::{HeaderMap, HeaderValue, header};

use crate::text_of;

const OURS: &str = "crossgate";

fn lines_of(data: &[u8], name: header::HeaderName) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n').filter_map(|line| HeaderValue::from_bytes(line).ok()) {
        headers.append(&name, line);
    }
    headers
}

/// A cookie counts only where all its values are one; none of ours goes on, and the others stay as they were.
pub fn cookie_header(data: &[u8]) {
    let headers = lines_of(data, header::COOKIE);
    let values: BTreeSet<_> =
        texts(&headers).filter(|(name, _)| *name == OURS).map(|(_, value)| value.to_owned()).collect();
    if let PresentedCookie::One(value) = find(&headers, OURS) {
        assert!(values.is_empty() || values.iter().eq([value]), "{values:?} are several");
    }
    let others: Vec<_> = owned(&headers).filter(|(name, _)| !CookieNames::is_ours(name)).collect();
    let mut line = Vec::new();
    write_kept(&headers, |name| !CookieNames::is_ours(name), &mut line);
    let kept = lines_of(&line, header::COOKIE);
    assert!(owned(&kept).eq(others), "what is not ours is as it was");
    assert_eq!(find(&kept, OURS), PresentedCookie::Absent);
}

fn owned(headers: &HeaderMap) -> impl Iterator<Item = (String, String)> {
    texts(headers).map(|(name, value)| (name.to_owned(), value.to_owned()))
}

/// What an upstream sets goes back to it in one line, under its name and with its value.
pub fn set_cookie(data: &[u8]) {
    let (headers, now) = (lines_of(data, header::SET_COOKIE), Timestamp::from_seconds(1_000_000));
    for line in headers.values().filter_map(|line| text_of(line.as_bytes())) {
        drop(SetCookie::read(line, now));
    }
    let mut jar = CookieJar::default();
    jar.take_in(&CookieSource { headers: &headers, path: "/api/login", now });
    if let Some(line) = jar.header_for("/api/orders", now) {
        let sent = HeaderMap::from_iter([(header::COOKIE, line)]);
        for (name, value) in texts(&sent) {
            let said = |line: &HeaderValue| {
                text_of(line.as_bytes()).is_some_and(|line| line.contains(name) && line.contains(value))
            };
            assert!(headers.values().any(said), "{name} was never set to this");
        }
    }
}

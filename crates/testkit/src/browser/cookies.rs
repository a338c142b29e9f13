//! A cookie jar with the rules that matter here (RFC 6265bis §5.7, §5.8).

use std::sync::Arc;
use std::time::Duration;

use crossgate_core::time::{Clock as _, Timestamp};

use crate::clock::TestClock;

#[derive(Clone)]
pub(super) struct Jar {
    secure: bool,
    clock: Arc<TestClock>,
    cookies: Vec<Cookie>,
}

#[derive(Clone)]
struct Cookie {
    name: String,
    value: String,
    path: String,
    http_only: bool,
    same_site: SameSite,
    expires_at: Option<Timestamp>,
}

/// To which requests of other sites a cookie is added (RFC 6265bis §5.6.7).
#[derive(Clone, Copy, PartialEq, Eq)]
enum SameSite {
    Strict,
    Lax,
    None,
}

impl SameSite {
    /// A cookie that says nothing is `Lax`.
    fn of(attribute: Option<&str>) -> Self {
        match attribute.map(str::to_ascii_lowercase).as_deref() {
            Some("strict") => Self::Strict,
            Some("none") => Self::None,
            _ => Self::Lax,
        }
    }
}

/// Who has the browser make a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SentBy {
    /// A page of ours, or the person.
    ThisSite,
    /// A link or redirect of another site.
    LinkElsewhere,
    /// A form of another site.
    FormElsewhere,
}

impl Jar {
    pub(super) fn new(secure: bool, clock: Arc<TestClock>) -> Self {
        Self { secure, clock, cookies: Vec::new() }
    }

    /// Keeps what a `Set-Cookie` line says, if a browser would.
    pub(super) fn set(&mut self, line: &str) {
        let mut parts = line.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
        let attributes: Vec<(String, &str)> = parts
            .map(|part| part.split_once('=').unwrap_or((part, "")))
            .map(|(name, value)| (name.to_ascii_lowercase(), value))
            .collect();
        let attribute =
            |wanted: &str| attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value);
        let flag = |wanted: &str| attribute(wanted).is_some();
        let path = attribute("path").filter(|path| path.starts_with('/')).unwrap_or("/");
        let prefix_holds = !name.starts_with("__Host-")
            || (flag("secure") && path == "/" && !flag("domain"))
                && (!name.starts_with("__Host-Http-") || flag("httponly"));
        let same_site = SameSite::of(attribute("samesite"));
        let too_open = same_site == SameSite::None && !flag("secure");
        if !prefix_holds || too_open || flag("domain") || (flag("secure") && !self.secure) {
            return;
        }
        let age = attribute("max-age").and_then(|age| age.parse::<i64>().ok());
        self.cookies.retain(|cookie| cookie.name != name || cookie.path != path);
        if age.is_none_or(|age| age > 0) {
            let seconds = |age: i64| self.clock.now().after(Duration::from_secs(age.unsigned_abs()));
            self.cookies.push(Cookie {
                name: name.to_owned(),
                value: value.to_owned(),
                path: path.to_owned(),
                http_only: flag("httponly"),
                same_site,
                expires_at: age.map(seconds),
            });
        }
    }

    fn alive(&self) -> impl Iterator<Item = &Cookie> {
        let now = self.clock.now();
        self.cookies.iter().filter(move |cookie| cookie.expires_at.is_none_or(|end| now < end))
    }

    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.alive().find(|cookie| cookie.name == name).map(|cookie| cookie.value.clone())
    }

    /// The `Cookie` line for a path: longer paths first.
    pub(super) fn line_for(&self, path: &str, sent_by: SentBy) -> Option<String> {
        let fitting = self.alive().filter(|cookie| cookie.fits(path) && cookie.goes_along(sent_by));
        let mut fitting: Vec<&Cookie> = fitting.collect();
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> = fitting.iter().map(|cookie| cookie.pair()).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// All names.
    pub(super) fn names(&self) -> Vec<String> {
        self.alive().map(|cookie| cookie.name.clone()).collect()
    }

    pub(super) fn visible_to_scripts(&self) -> String {
        let pairs: Vec<String> = self.alive().filter(|cookie| !cookie.http_only).map(Cookie::pair).collect();
        pairs.join("; ")
    }
}

impl Cookie {
    fn pair(&self) -> String {
        format!("{}={}", self.name, self.value)
    }

    fn goes_along(&self, sent_by: SentBy) -> bool {
        match sent_by {
            SentBy::ThisSite => true,
            SentBy::LinkElsewhere => self.same_site != SameSite::Strict,
            SentBy::FormElsewhere => self.same_site == SameSite::None,
        }
    }

    fn fits(&self, path: &str) -> bool {
        let below = path.strip_prefix(self.path.trim_end_matches('/'));
        below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_sites_get_only_the_cookies_that_say_so_to_come_along() {
        let mut jar = Jar::new(true, Arc::default());
        for line in [
            "strict=1; Secure; SameSite=Strict",
            "lax=1; Secure; SameSite=Lax",
            "silent=1",
            "none=1; Secure; SameSite=None",
            "open=1; SameSite=None",
        ] {
            jar.set(line);
        }
        for (sent_by, line) in [
            (SentBy::ThisSite, "strict=1; lax=1; silent=1; none=1"),
            (SentBy::LinkElsewhere, "lax=1; silent=1; none=1"),
            (SentBy::FormElsewhere, "none=1"),
        ] {
            assert_eq!(jar.line_for("/", sent_by).as_deref(), Some(line), "{sent_by:?}");
        }
    }
}

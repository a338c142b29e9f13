//! Where the browser goes after sign-in or sign-out: a checked target and never a string.

use std::fmt;

use url::Url;

use crate::origin::PublicOrigin;

/// Longest accepted target, in bytes: of the text, and of the whole address that is emitted for it, in which a character may
/// take three times as many. So what was accepted once is accepted again, wherever it was kept in between.
const LONGEST: usize = 2048;

/// A target on our own origin, or on one that the operator allowed. What was checked is what is emitted: it
/// holds the serialisation of the parsed URL (WHATWG URL), never the caller's text.
#[derive(Clone, PartialEq, Eq)]
pub struct ReturnTo {
    absolute: String,
    origin_length: usize,
    is_local: bool,
}

/// Which origins a browser may be sent to.
#[derive(Debug, Clone)]
pub struct ReturnToPolicy {
    own: PublicOrigin,
    allowed: Vec<String>,
}

/// The text is not a target we send a browser to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a target on this site or an allowed origin")]
pub struct ReturnToError;

impl ReturnToPolicy {
    /// A policy that allows our own origin and, in addition, the origins listed (as in an `Origin` header).
    #[must_use]
    pub const fn new(own: PublicOrigin, allowed: Vec<String>) -> Self {
        Self { own, allowed }
    }

    /// Parses as a browser would, relative to our origin, and accepts only our origin and allowed ones.
    ///
    /// # Errors
    /// See [`ReturnToError`].
    pub fn parse(&self, text: &str) -> Result<ReturnTo, ReturnToError> {
        if text.is_empty() || text.len() > LONGEST || text.chars().any(|c| c.is_control() || c == '\\') {
            return Err(ReturnToError);
        }
        let base = Url::parse(self.own.as_str()).map_err(|_| ReturnToError)?;
        let url = base.join(text).map_err(|_| ReturnToError)?;
        self.accept(&url)
    }

    /// As [`parse`](Self::parse), with our front page in place of anything unacceptable.
    #[must_use]
    pub fn parse_or_home(&self, text: Option<&str>) -> ReturnTo {
        text.and_then(|text| self.parse(text).ok()).unwrap_or_else(|| self.home())
    }

    /// The origins that the operator allowed beside our own.
    pub fn allowed_origins(&self) -> impl Iterator<Item = &str> {
        self.allowed.iter().map(String::as_str)
    }

    /// Our front page.
    #[must_use]
    pub fn home(&self) -> ReturnTo {
        let own = self.own.as_str();
        ReturnTo { absolute: format!("{own}/"), origin_length: own.len(), is_local: true }
    }

    fn accept(&self, url: &Url) -> Result<ReturnTo, ReturnToError> {
        // `blob:` inherits the inner origin; only real http(s) targets may pass.
        let plain =
            matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
        let origin = url.origin().ascii_serialization();
        let is_local = origin == self.own.as_str();
        if !plain || !(is_local || self.allowed.contains(&origin)) {
            return Err(ReturnToError);
        }
        if url.as_str().len() > LONGEST {
            return Err(ReturnToError);
        }
        // A path that begins with two slashes would leave the site once it stands alone in `Location`.
        if url.path().starts_with("//") {
            return Err(ReturnToError);
        }
        Ok(ReturnTo { absolute: url.as_str().to_owned(), origin_length: origin.len(), is_local })
    }
}

impl ReturnTo {
    /// The absolute URL.
    #[must_use]
    pub fn absolute(&self) -> &str {
        &self.absolute
    }

    /// Path, query and fragment for a target on our own origin, else the absolute URL.
    #[must_use]
    pub fn location(&self) -> &str {
        if self.is_local { self.absolute.get(self.origin_length..).unwrap_or("/") } else { &self.absolute }
    }
}

impl fmt::Debug for ReturnTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReturnTo({})", self.absolute)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> ReturnToPolicy {
        let own = PublicOrigin::parse("https://shop.example.com").unwrap();
        ReturnToPolicy::new(own, vec!["https://help.example.com".into()])
    }

    #[test]
    fn targets_of_our_own_keep_path_query_and_fragment() {
        for (text, location) in [
            ("/dashboard?tab=2#top", "/dashboard?tab=2#top"),
            ("https://shop.example.com/a b", "/a%20b"),
            ("HTTPS://SHOP.example.com:443/x", "/x"),
            ("a/b", "/a/b"),
            ("https://shop.example.com", "/"),
            ("/a/../b", "/b"),
        ] {
            assert_eq!(policy().parse(text).unwrap().location(), location, "{text}");
        }
    }

    #[test]
    fn everything_that_leads_elsewhere_is_refused() {
        for text in [
            "",
            "//evil.test/x",
            "/\\evil.test",
            "\\\\evil.test",
            "https://evil.test",
            "https://shop.example.com@evil.test",
            "https://user@shop.example.com/",
            "https://shop.example.com.evil.test",
            "http://shop.example.com/",
            "https://shop.example.com:8443/",
            "javascript:alert(1)",
            "data:text/html,x",
            "blob:https://shop.example.com/id",
            "https://shop.example.com//evil.test",
            "/.//evil.test",
            "/x\r\nSet-Cookie: a=b",
            "/\tx",
        ] {
            assert!(policy().parse(text).is_err(), "{text:?}");
        }
        assert!(policy().parse(&format!("/{}", "x".repeat(3000))).is_err());
    }

    #[test]
    fn what_is_emitted_for_an_accepted_target_is_accepted_again() {
        let room = LONGEST - "https://shop.example.com/".len();
        for (kind, character, bytes) in [("as it is", "x", 1), ("encoded", " ", 3), ("beyond ASCII", "ä", 6)]
        {
            let longest = room / bytes;
            let accepted = policy().parse(&format!("/{}?", character.repeat(longest - 1))).unwrap();
            assert_eq!(policy().parse(accepted.absolute()), Ok(accepted), "{kind}");
            assert!(policy().parse(&format!("/{}?", character.repeat(longest + 1))).is_err(), "{kind}");
        }
    }

    #[test]
    fn an_allowed_origin_is_emitted_whole() {
        assert_eq!(
            policy().parse("https://help.example.com/q?a=1").unwrap().location(),
            "https://help.example.com/q?a=1"
        );
    }
}

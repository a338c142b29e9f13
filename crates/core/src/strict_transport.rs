//! `Strict-Transport-Security`: browsers that have seen it come back by https alone (RFC 6797).

use http::HeaderValue;

use crate::origin::PublicOrigin;

/// A year: what OWASP ASVS 5.0 (v5.0.0-3.4.1) asks for at least, and the list that browsers bring along too.
const YEAR_IN_SECONDS: u64 = 365 * 86_400;

/// A checked value of the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrictTransport(HeaderValue);

/// What the operator wants to be said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum StrictTransportSetting {
    /// A year, for this host alone: nobody's other hosts are closed by our default.
    #[default]
    OneYear,
    /// This, in its place.
    Value(StrictTransport),
    /// Nothing.
    Off,
}

/// Why a text cannot be the value of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StrictTransportError {
    /// RFC 6797 §6.1.1: exactly one, a number of seconds.
    #[error("needs max-age once, a number of seconds")]
    MaxAge,
    /// Only max-age, includeSubDomains and preload mean anything, each once and the last two without a value.
    #[error("has a directive that means nothing, or one twice")]
    Directive,
    /// Browsers' lists take no host that says less.
    #[error("preload needs includeSubDomains and a max-age of a year")]
    Preload,
}

#[derive(Default)]
struct Directives {
    max_age: Option<u64>,
    include_sub_domains: bool,
    preload: bool,
}

impl StrictTransport {
    /// Checks a value (RFC 6797 §6.1).
    ///
    /// # Errors
    /// See [`StrictTransportError`].
    pub fn parse(text: &str) -> Result<Self, StrictTransportError> {
        let mut said = Directives::default();
        for directive in text.split(';') {
            said.take(directive.trim())?;
        }
        let max_age = said.max_age.ok_or(StrictTransportError::MaxAge)?;
        if said.preload && !(said.include_sub_domains && max_age >= YEAR_IN_SECONDS) {
            return Err(StrictTransportError::Preload);
        }
        HeaderValue::from_str(text).map(Self).map_err(|_| StrictTransportError::Directive)
    }

    /// What is to be said under this address, if anything. Never on plain http (§7.2), for an address in place of a name
    /// (§8.1.1: browsers do not heed it), or on loopback, where it would close every other port of the machine.
    #[must_use]
    pub fn said_at(origin: &PublicOrigin, setting: StrictTransportSetting) -> Option<Self> {
        if !origin.is_secure() || !origin.has_public_name() {
            return None;
        }
        match setting {
            StrictTransportSetting::OneYear => Some(Self(HeaderValue::from_static("max-age=31536000"))),
            StrictTransportSetting::Value(value) => Some(value),
            StrictTransportSetting::Off => None,
        }
    }

    /// The value.
    #[must_use]
    pub const fn header(&self) -> &HeaderValue {
        &self.0
    }
}

impl Directives {
    /// Names are the same in every case of letters (§6.1).
    fn take(&mut self, directive: &str) -> Result<(), StrictTransportError> {
        let (name, value) =
            directive.split_once('=').map_or((directive, None), |(name, value)| (name, Some(value)));
        let is_new = match (name.trim().to_ascii_lowercase().as_str(), value) {
            ("max-age", Some(seconds)) => self.max_age.replace(seconds_of(seconds)?).is_none(),
            ("includesubdomains", None) => !std::mem::replace(&mut self.include_sub_domains, true),
            ("preload", None) => !std::mem::replace(&mut self.preload, true),
            _ => false,
        };
        if is_new { Ok(()) } else { Err(StrictTransportError::Directive) }
    }
}

fn seconds_of(text: &str) -> Result<u64, StrictTransportError> {
    let digits = text.trim();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten().ok_or(StrictTransportError::MaxAge)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(origin: &str, setting: StrictTransportSetting) -> Option<String> {
        let said = StrictTransport::said_at(&PublicOrigin::parse(origin).unwrap(), setting)?;
        Some(said.header().to_str().unwrap().to_owned())
    }

    #[test]
    fn it_is_said_under_names_that_https_reaches_and_nowhere_else() {
        let year = Some("max-age=31536000".to_owned());
        assert_eq!(said("https://shop.example.com", StrictTransportSetting::OneYear), year);
        assert_eq!(said("https://shop.example.com:8443", StrictTransportSetting::OneYear), year);
        assert_eq!(said("https://shop.example.com", StrictTransportSetting::Off), None);
        let own = || {
            StrictTransportSetting::Value(StrictTransport::parse("max-age=60; includeSubDomains").unwrap())
        };
        assert_eq!(said("https://a.example", own()).as_deref(), Some("max-age=60; includeSubDomains"));
        for origin in [
            "http://localhost:8080",
            "https://localhost",
            "https://shop.localhost",
            "https://127.0.0.1",
            "https://192.0.2.7",
            "https://[2001:db8::7]",
        ] {
            assert_eq!(said(origin, StrictTransportSetting::OneYear), None, "{origin}");
            assert_eq!(said(origin, own()), None, "{origin}");
        }
    }

    #[test]
    fn only_what_browsers_understand_is_a_value() {
        for good in
            ["max-age=0", "MAX-AGE=1 ; includesubdomains", "max-age=31536000; includeSubDomains; preload"]
        {
            assert!(StrictTransport::parse(good).is_ok(), "{good}");
        }
        use StrictTransportError::{Directive, MaxAge, Preload};
        for (bad, why) in [
            ("", Directive),
            ("includeSubDomains", MaxAge),
            ("max-age=", MaxAge),
            ("max-age=-1", MaxAge),
            ("max-age=1y", MaxAge),
            ("max-age=1; max-age=1", Directive),
            ("max-age=1;", Directive),
            ("max-age=1, includeSubDomains", MaxAge),
            ("max-age=1; includeSubDomains=1", Directive),
            ("max-age=1; x\r\ny: z", Directive),
            ("max-age=31536000; preload", Preload),
            ("max-age=31535999; includeSubDomains; preload", Preload),
        ] {
            assert_eq!(StrictTransport::parse(bad), Err(why), "{bad}");
        }
    }
}

//! Values of an answer that a later call needs: a CSRF token, the challenge of a second step.

use std::fmt;

use http::HeaderName;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::judge::{AnswerFault, ApiAnswer, missing};
use crate::secret::SecretText;
use crate::upstream_cookie::CookieJar;

/// Where a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueSource {
    /// At this JSON Pointer (RFC 6901).
    Pointer(String),
    /// In the cookie of this name, whichever answer set it. Its percent-encoding is undone, as the scripts do that
    /// usually read it.
    Cookie(String),
    /// In this header.
    Header(HeaderName),
}

/// Which values are wanted, by the names under which templates know them.
pub type ValueSources = Vec<(String, ValueSource)>;

/// Values by name. They may be secrets and are not printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ReadValues(Vec<(String, SecretText)>);

impl ReadValues {
    /// Reads all of them. `cookies` are those that the API has set so far.
    ///
    /// # Errors
    /// When one is not there.
    pub fn read(
        sources: &[(String, ValueSource)],
        answer: &ApiAnswer<'_>,
        cookies: &CookieJar,
    ) -> Result<Self, AnswerFault> {
        let body = answer.value();
        let mut values = Self::default();
        for (name, source) in sources {
            let value = source.find(answer, body.as_ref(), cookies);
            values.insert(name, &value.ok_or_else(|| source.is_missing(name, answer))?);
        }
        Ok(values)
    }

    /// The value of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value> {
        let (_, text) = self.0.iter().find(|(known, _)| known == name)?;
        serde_json::from_str(text.expose_secret()).ok()
    }

    /// Adds a value; one that had the name is gone.
    pub fn insert(&mut self, name: &str, value: &Value) {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), SecretText::new(value.to_string())));
    }
}

impl ReadValues {
    pub(super) fn stored(&self) -> Vec<(String, String)> {
        self.0.iter().map(|(name, text)| (name.clone(), text.expose_secret().to_owned())).collect()
    }

    pub(super) fn from_stored(stored: Vec<(String, String)>) -> Self {
        Self(stored.into_iter().map(|(name, text)| (name, SecretText::new(text))).collect())
    }
}

impl fmt::Debug for ReadValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl ValueSource {
    fn find(&self, answer: &ApiAnswer<'_>, body: Option<&Value>, cookies: &CookieJar) -> Option<Value> {
        match self {
            Self::Pointer(pointer) => body?.pointer(pointer).filter(|value| !value.is_null()).cloned(),
            Self::Cookie(name) => {
                let value = cookies.value(name)?.expose_secret();
                let decoded = percent_decode_str(value).decode_utf8();
                Some(Value::String(decoded.map_or_else(|_| value.to_owned(), Into::into)))
            }
            Self::Header(name) => answer.headers.get(name)?.to_str().ok().map(Value::from),
        }
    }

    fn is_missing(&self, name: &str, answer: &ApiAnswer<'_>) -> AnswerFault {
        let place = match self {
            Self::Pointer(pointer) => return answer.or_not_json(missing(name, pointer)),
            Self::Cookie(cookie) => format!("cookie `{cookie}`"),
            Self::Header(header) => format!("header `{header}`"),
        };
        AnswerFault::Missing { what: name.to_owned(), place }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};
    use serde_json::json;

    use super::*;
    use crate::time::Timestamp;
    use crate::upstream_cookie::CookieSource;

    fn read(source: ValueSource, body: &str) -> Result<ReadValues, AnswerFault> {
        let mut headers = HeaderMap::new();
        headers.insert("x-csrf", "of a header".parse().unwrap());
        headers.insert("set-cookie", "XSRF-TOKEN=a%7Cb; Path=/elsewhere".parse().unwrap());
        let mut cookies = CookieJar::default();
        cookies.take_in(&CookieSource { headers: &headers, path: "/", now: Timestamp::from_seconds(0) });
        let answer = ApiAnswer { status: StatusCode::OK, headers: &headers, body: body.as_bytes() };
        ReadValues::read(&[("csrf".to_owned(), source)], &answer, &cookies)
    }

    #[test]
    fn values_are_in_the_body_in_cookies_and_in_headers() {
        let pointer = |text: &str| ValueSource::Pointer(text.to_owned());
        for (source, wanted) in [
            (pointer("/csrfToken"), json!("of the body")),
            (pointer("/id"), json!(7)),
            (ValueSource::Cookie("XSRF-TOKEN".into()), json!("a|b")),
            (ValueSource::Header(HeaderName::from_static("x-csrf")), json!("of a header")),
        ] {
            let values = read(source, r#"{"csrfToken":"of the body","id":7}"#).unwrap();
            assert_eq!(values.get("csrf"), Some(wanted));
            assert_eq!(format!("{values:?}"), r#"["csrf"]"#);
        }
        assert_eq!(read(pointer(""), "bare").unwrap().get("csrf"), Some(json!("bare")));
    }

    #[test]
    fn what_is_not_there_is_named_by_its_place() {
        let headers = HeaderName::from_static("x-other");
        for (source, body, word) in [
            (ValueSource::Pointer("/a".into()), "{}", "no csrf at JSON Pointer `/a`"),
            (ValueSource::Pointer("/a".into()), r#"{"a":null}"#, "no csrf at JSON Pointer `/a`"),
            (ValueSource::Pointer("/a".into()), "<html>", "not JSON"),
            (ValueSource::Cookie("other".into()), "<html>", "no csrf at cookie `other`"),
            (ValueSource::Header(headers), "", "no csrf at header `x-other`"),
        ] {
            let fault = read(source, body).unwrap_err().to_string();
            assert!(fault.contains(word), "{fault}");
        }
    }
}

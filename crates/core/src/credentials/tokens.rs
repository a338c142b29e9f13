//! Tokens in an answer of the API: of its login, or of its refresh.

use std::time::Duration;

use serde_json::Value;

use super::judge::{AnswerFault, missing, unusable};
use crate::secret::SecretText;
use crate::session::TokenSet;
use crate::time::Timestamp;
use crate::token::expiry_of_jwt;

/// Seconds since the epoch stay below this until the year 5138; what is larger counts milliseconds.
const FIRST_MILLISECONDS: i64 = 100_000_000_000;

/// JSON Pointers (RFC 6901) to tokens in an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenReading {
    /// The access token.
    pub access_token: Option<String>,
    /// The refresh token.
    pub refresh_token: Option<String>,
    /// Seconds until the access token ends. A JWT's own `exp` counts without it, and where that is earlier.
    pub expires_in: Option<String>,
    /// When the access token ends: ISO 8601, or seconds or milliseconds since 1970; as `expires_in` otherwise.
    pub expires_at: Option<String>,
    /// The word that may stand before the access token (`Bearer eyJ…`) and is no part of it.
    pub scheme: Option<String>,
}

/// The tokens of a login; none where no access token is declared.
pub(super) fn read_tokens(
    body: &Value,
    reading: &TokenReading,
    now: Timestamp,
) -> Result<Option<TokenSet>, AnswerFault> {
    let Some(pointer) = &reading.access_token else { return Ok(None) };
    let read = |what, pointer| read_token(body, what, pointer, reading.scheme.as_deref());
    let access_token = read("access_token", pointer)?;
    let refresh_token =
        reading.refresh_token.as_ref().map(|pointer| read("refresh_token", pointer)).transpose()?;
    let expires_at = read_end(body, reading, &access_token, now)?;
    Ok(Some(TokenSet { access_token, refresh_token, expires_at, obtained_at: Some(now) }))
}

/// The tokens of a refresh: a refresh token that is not in the answer stays what it was.
pub(super) fn read_renewed_tokens(
    body: &Value,
    reading: &TokenReading,
    old: Option<&TokenSet>,
    now: Timestamp,
) -> Result<Option<TokenSet>, AnswerFault> {
    let is_there = |pointer: &&String| body.pointer(pointer).is_some_and(|value| !value.is_null());
    let refresh_token = reading.refresh_token.as_ref().filter(is_there).cloned();
    let keeps_old = refresh_token.is_none();
    let mut tokens = read_tokens(body, &TokenReading { refresh_token, ..reading.clone() }, now)?;
    if let Some(tokens) = tokens.as_mut().filter(|_| keeps_old) {
        tokens.refresh_token = old.and_then(|old| old.refresh_token.clone());
    }
    Ok(tokens)
}

fn read_token(
    body: &Value,
    what: &'static str,
    pointer: &str,
    scheme: Option<&str>,
) -> Result<SecretText, AnswerFault> {
    match body.pointer(pointer) {
        None | Some(Value::Null) => Err(missing(what, pointer)),
        Some(Value::String(text)) => match without_scheme(text, scheme.unwrap_or("Bearer")) {
            token if is_header_safe(token) => Ok(SecretText::new(token)),
            _ => Err(unusable(what, pointer, "it is empty or cannot stand in a header")),
        },
        Some(_) => Err(unusable(what, pointer, "it is not a text")),
    }
}

/// Some APIs answer with what belongs into the header, `Bearer eyJ…`, and some with the token.
fn without_scheme<'a>(text: &'a str, scheme: &str) -> &'a str {
    match text.split_once(' ') {
        Some((word, token)) if word.eq_ignore_ascii_case(scheme) => token,
        _ => text,
    }
}

fn is_header_safe(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())
}

fn read_end(
    body: &Value,
    reading: &TokenReading,
    access_token: &SecretText,
    now: Timestamp,
) -> Result<Option<Timestamp>, AnswerFault> {
    let declared = match (&reading.expires_in, &reading.expires_at) {
        (Some(pointer), _) => Some(now.after(read_seconds(body, pointer)?)),
        (None, Some(pointer)) => Some(read_time(body, pointer)?),
        (None, None) => None,
    };
    // What the API compares with is in the token, in whole seconds: up to one of them earlier than a date beside it.
    Ok(declared.into_iter().chain(expiry_of_jwt(access_token.expose_secret())).min())
}

fn read_seconds(body: &Value, pointer: &str) -> Result<Duration, AnswerFault> {
    let value = body.pointer(pointer).ok_or_else(|| missing("expires_in", pointer))?;
    let of_text = || value.as_str().and_then(|text| text.parse().ok());
    let of_fraction = || value.as_f64().filter(|seconds| *seconds >= 0.0).map(|seconds| seconds as u64);
    let seconds = value.as_u64().or_else(of_text).or_else(of_fraction);
    seconds
        .map(Duration::from_secs)
        .ok_or_else(|| unusable("expires_in", pointer, "it is not a number of seconds"))
}

fn read_time(body: &Value, pointer: &str) -> Result<Timestamp, AnswerFault> {
    let value = body.pointer(pointer).ok_or_else(|| missing("expires_at", pointer))?;
    let reason = "it is neither an ISO 8601 time nor a number";
    time_of(value).ok_or_else(|| unusable("expires_at", pointer, reason))
}

/// A time as APIs write it: seconds or milliseconds since 1970, as a number or a text, or ISO 8601.
#[must_use]
pub fn time_of(value: &Value) -> Option<Timestamp> {
    let of_number = |number: i64| match number {
        FIRST_MILLISECONDS.. => Timestamp::from_millis(number),
        seconds => Timestamp::from_seconds(seconds),
    };
    let of_text = |text: &str| {
        let number = text.parse().ok().map(of_number);
        number
            .or_else(|| Some(Timestamp::from_millis(text.parse::<jiff::Timestamp>().ok()?.as_millisecond())))
    };
    value.as_i64().map(of_number).or_else(|| value.as_str().and_then(of_text))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use serde_json::json;

    use super::*;

    fn end(value: &Value) -> Result<Timestamp, AnswerFault> {
        read_time(&json!({ "end": value }), "/end")
    }

    #[test]
    fn a_jwt_ends_when_it_says_so_itself_where_that_is_earlier() {
        let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(r#"{"exp":100}"#);
        let jwt = format!("h.{payload}.s");
        let pointer = |key: &str| Some(format!("/{key}"));
        for (token, date, wanted) in [
            (jwt.as_str(), "1970-01-01T00:01:40.900Z", 100_000),
            (jwt.as_str(), "1970-01-01T00:01:39.900Z", 99_900),
            ("opaque", "1970-01-01T00:01:40.900Z", 100_900),
        ] {
            let body = json!({ "token": token, "expires": date });
            let reading = TokenReading {
                access_token: pointer("token"),
                expires_at: pointer("expires"),
                ..TokenReading::default()
            };
            let tokens = read_tokens(&body, &reading, Timestamp::from_seconds(0)).unwrap().unwrap();
            assert_eq!(tokens.expires_at, Some(Timestamp::from_millis(wanted)), "{token} {date}");
        }
    }

    #[test]
    fn the_scheme_is_no_part_of_a_token() {
        let token = |text: &str, scheme: Option<&str>| {
            let token = read_token(&json!({ "token": text }), "access_token", "/token", scheme);
            token.ok().map(|token| token.expose_secret().to_owned())
        };
        for (text, scheme, wanted) in [
            ("eyJ", None, Some("eyJ")),
            ("Bearer eyJ", None, Some("eyJ")),
            ("bearer eyJ", Some("Bearer"), Some("eyJ")),
            ("JWT eyJ", Some("JWT"), Some("eyJ")),
            ("Bearer eyJ", Some("JWT"), None),
            ("Bearer  eyJ", None, None),
            ("Bearer ", None, None),
            ("Bearer", None, Some("Bearer")),
            ("Bearer a b", None, None),
        ] {
            assert_eq!(token(text, scheme).as_deref(), wanted, "{text} {scheme:?}");
        }
    }

    #[test]
    fn an_end_is_a_text_or_a_number() {
        let wanted = Timestamp::from_seconds(1_790_000_000);
        for value in [
            json!("2026-09-21T14:13:20.000Z"),
            json!("2026-09-21T16:13:20+02:00"),
            json!(1_790_000_000),
            json!(1_790_000_000_000_i64),
            json!("1790000000"),
        ] {
            assert_eq!(end(&value), Ok(wanted), "{value}");
        }
        for value in [json!("tomorrow"), json!(""), json!({}), json!(1.5), json!(null)] {
            assert!(end(&value).is_err(), "{value}");
        }
    }
}

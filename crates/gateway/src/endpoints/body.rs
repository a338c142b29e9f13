//! Bodies of requests to our endpoints: a form or a JSON object, small, each field once.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::{BodyExt as _, Limited};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::listener::{InboundBody, InboundBodyError};
use crate::refusal::Refusal;

/// Largest body, in bytes.
const LARGEST: usize = 64 * 1024;

/// The fields of a body. Values may be passwords: there is no `Debug`.
#[derive(Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    #[cfg(feature = "fuzzing")]
    pub(super) fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }

    /// The value of a field.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Reads the whole body.
pub(super) async fn read_bytes(body: Option<InboundBody>) -> Result<Bytes, Refusal> {
    read_up_to(body, LARGEST).await
}

async fn read_up_to(body: Option<InboundBody>, limit: usize) -> Result<Bytes, Refusal> {
    let Some(body) = body else { return Ok(Bytes::new()) };
    match Limited::new(body, limit).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => {
            Err(Refusal::BodyTooLarge(limit as u64))
        }
        Err(error) if error.downcast_ref() == Some(&InboundBodyError::TooSlow) => Err(Refusal::BodyTooSlow),
        Err(_) => Err(Refusal::MalformedBody("it broke off or its framing is malformed")),
    }
}

/// Reads the fields of a form or a flat JSON object. A field that stands twice would be read differently by
/// different readers, so it is refused.
pub(super) async fn read_fields(headers: &HeaderMap, body: Option<InboundBody>) -> Result<Fields, Refusal> {
    fields_of(headers, &read_bytes(body).await?)
}

fn fields_of(headers: &HeaderMap, bytes: &[u8]) -> Result<Fields, Refusal> {
    let kind = content_type(headers);
    let fields = match kind.as_deref() {
        Some("application/x-www-form-urlencoded") => read_form(bytes)?,
        Some("application/json") => read_json(bytes)?,
        None if bytes.is_empty() => Vec::new(),
        _ => return Err(Refusal::UnsupportedMediaType),
    };
    refuse_repetitions(&fields)?;
    Ok(Fields(fields))
}

/// As [`read_fields`], with one member of a JSON object as the value that it is, whatever it is.
pub(super) async fn read_fields_and(
    headers: &HeaderMap,
    body: Option<InboundBody>,
    member: &str,
) -> Result<(Fields, Option<Value>), Refusal> {
    let bytes = read_bytes(body).await?;
    let fields = fields_of(headers, &bytes)?;
    let object: Option<Value> = serde_json::from_slice(&bytes).ok();
    let value = object.and_then(|mut object| object.get_mut(member).map(Value::take));
    Ok((fields, value))
}

/// Reads a form as OAuth wants it (RFC 6749 §3.2): nothing but a form, no parameter twice, and one without a value is as
/// good as none.
pub(super) async fn read_parameters(
    headers: &HeaderMap,
    body: Option<InboundBody>,
    limit: usize,
) -> Result<Fields, Refusal> {
    if content_type(headers).as_deref() != Some("application/x-www-form-urlencoded") {
        return Err(Refusal::UnsupportedMediaType);
    }
    let bytes = read_up_to(body, limit).await?;
    std::str::from_utf8(&bytes).map_err(|_| Refusal::MalformedBody("the form is not UTF-8"))?;
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(&bytes).into_owned().collect();
    refuse_repetitions(&pairs)?;
    pairs.retain(|(_, value)| !value.is_empty());
    Ok(Fields(pairs))
}

fn refuse_repetitions(fields: &[(String, String)]) -> Result<(), Refusal> {
    let mut names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    match names.windows(2).any(|pair| pair.first() == pair.last()) {
        true => Err(Refusal::MalformedBody("a field stands twice")),
        false => Ok(()),
    }
}

fn content_type(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

fn read_form(bytes: &[u8]) -> Result<Vec<(String, String)>, Refusal> {
    std::str::from_utf8(bytes).map_err(|_| Refusal::MalformedBody("the form is not UTF-8"))?;
    // next-auth's v4 client sends `callbackUrl` twice, with the same value; exact repetitions say nothing new.
    let mut fields: Vec<(String, String)> = Vec::new();
    for pair in form_urlencoded::parse(bytes).into_owned() {
        if !fields.contains(&pair) {
            fields.push(pair);
        }
    }
    Ok(fields)
}

fn read_json(bytes: &[u8]) -> Result<Vec<(String, String)>, Refusal> {
    serde_json::from_slice::<Members>(bytes)
        .map(|members| members.0)
        .map_err(|_| Refusal::MalformedBody("it is not a well-formed JSON object"))
}

/// The members of a JSON object as they stand there: a map would drop one of two with the same name in silence.
struct Members(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some((name, value)) = access.next_entry::<String, Value>()? {
            let text = match value {
                Value::String(text) => text,
                other => other.to_string(),
            };
            members.push((name, text));
        }
        Ok(Members(members))
    }
}

//! The claims of tokens that we sign.

use crossgate_core::identity::Identity;
use crossgate_core::template::{JsonTemplate, MissingVariable};
use crossgate_core::time::Timestamp;
use serde_json::{Map, Value, json};

/// What every issued token says, whatever the template.
pub(crate) struct RegisteredClaims<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) audience: &'a str,
    pub(crate) session: &'a str,
    pub(crate) id: String,
    pub(crate) issued_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

/// All claims: those of the template, then those that RFC 9068 §2.2 requires, which no template can override.
pub(crate) fn build(
    registered: &RegisteredClaims<'_>,
    identity: &Identity,
    template: Option<&JsonTemplate>,
) -> Result<Value, MissingVariable> {
    let values = |name: &str| identity.claim(name);
    let mut claims = match template.map(|template| template.render(&values)).transpose()?.flatten() {
        Some(Value::Object(claims)) => claims,
        _ => Map::new(),
    };
    let fixed = json!({
        "iss": registered.issuer,
        "aud": registered.audience,
        "iat": registered.issued_at.as_seconds(),
        "exp": registered.expires_at.as_seconds(),
        "jti": registered.id,
        "sid": registered.session,
        "client_id": "crossgate",
    });
    claims.extend(fixed.as_object().cloned().unwrap_or_default());
    claims.entry("sub").or_insert_with(|| Value::String(identity.subject.as_str().to_owned()));
    Ok(Value::Object(claims))
}

/// What pages learn about who is asking.
pub(crate) fn identity_template(identity: &Identity) -> Map<String, Value> {
    let mut claims = Map::new();
    for name in ["name", "email", "image"] {
        claims.extend(identity.claim(name).map(|value| (name.to_owned(), value)));
    }
    claims.insert("user".to_owned(), Value::Object(identity.user.clone()));
    claims
}

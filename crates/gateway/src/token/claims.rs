//! The claims of tokens that we sign.

use crossgate_core::identity::Identity;
use crossgate_core::template::{JsonTemplate, MissingVariable};
use crossgate_core::time::Timestamp;
use serde::{Serialize, Serializer};
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

/// Claims in the order in which they are written: what is the same for everybody first, so that it is there once for all
/// sessions that keep a token ready.
pub(super) struct Ordered<'a>(pub(super) &'a Value);

/// What is the same for everybody.
const SAME_FOR_ALL: [&str; 3] = ["iss", "aud", "client_id"];

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let is_same = |(name, _): &(&String, &Value)| SAME_FOR_ALL.contains(&name.as_str());
        let claims = self.0.as_object().into_iter().flatten();
        serializer.collect_map(claims.clone().filter(is_same).chain(claims.filter(|claim| !is_same(claim))))
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_for_everybody_is_written_first_and_nothing_is_lost() {
        let claims =
            json!({ "admin": true, "aud": "api", "exp": 1, "iss": "https://shop.example", "sub": "ada" });
        let written = serde_json::to_string(&Ordered(&claims)).unwrap();
        assert!(
            written.starts_with(r#"{"aud":"api","iss":"https://shop.example","admin":true,"#),
            "{written}"
        );
        assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), claims);
    }
}

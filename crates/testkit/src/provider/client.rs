//! How a client proves to a provider who it is (RFC 6749 §2.3, OIDC Core §9).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crossgate_core::time::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::{Map, Value};

use crate::upstream::Seen;

/// The shop's `client_id` at every provider. Its colon is why both halves are encoded before they are joined.
pub const CLIENT_ID: &str = "shop:1";

/// The shop's `client_secret` at every provider.
pub const CLIENT_SECRET: &str = "p+r%o:v&i=d er secret";

/// The shop's own private key, for providers that want no secret.
pub const CLIENT_KEY: &str = include_str!("pem/client.pem");
const CLIENT_KEY_PUBLIC: &str = include_str!("pem/client_public.pem");

/// How a client proved who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientProof {
    /// Not at all.
    None,
    /// `client_secret_basic`
    Basic,
    /// `client_secret_post`
    Post,
    /// `private_key_jwt`
    PrivateKeyJwt,
}

/// What the provider compares with.
pub(super) struct ClientCheck<'a> {
    /// Whom an assertion may be for: the issuer or the token endpoint.
    pub(super) audiences: &'a [String],
    pub(super) now: Timestamp,
}

impl ClientCheck<'_> {
    /// How the client of this request proved who it is; `None` when it did not.
    pub(super) fn judge(&self, seen: &Seen) -> Option<ClientProof> {
        let id = seen.form_value("client_id");
        let id_fits = id.as_deref().is_none_or(|id| id == CLIENT_ID);
        let secret = seen.form_value("client_secret");
        let assertion = seen.form_value("client_assertion");
        match (seen.header("authorization"), secret, assertion) {
            (Some(line), None, None) => (id_fits && is_basic(line)).then_some(ClientProof::Basic),
            (None, Some(secret), None) => {
                (id.is_some() && id_fits && secret == CLIENT_SECRET).then_some(ClientProof::Post)
            }
            (None, None, Some(assertion)) => self.judge_assertion(seen, &assertion),
            (None, None, None) => (id.is_some() && id_fits).then_some(ClientProof::None),
            // RFC 6749 §2.3: "The client MUST NOT use more than one authentication method in each request."
            _ => None,
        }
    }

    /// RFC 7523 §3.
    fn judge_assertion(&self, seen: &Seen, assertion: &str) -> Option<ClientProof> {
        let kind = seen.form_value("client_assertion_type")?;
        let key = DecodingKey::from_ec_pem(CLIENT_KEY_PUBLIC.as_bytes()).unwrap();
        let mut rules = Validation::new(Algorithm::ES256);
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.required_spec_claims.clear();
        let claims = decode::<Map<String, Value>>(assertion, &key, &rules).ok()?.claims;
        let is_us = |name: &str| claims.get(name).is_some_and(|value| value == CLIENT_ID);
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let number = |name: &str| claims.get(name).and_then(Value::as_i64);
        let good = kind == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            && is_us("iss")
            && is_us("sub")
            && text("aud").is_some_and(|audience| self.audiences.iter().any(|ours| ours == audience))
            && number("exp").is_some_and(|end| end > self.now.as_seconds())
            && text("jti").is_some_and(|id| id.len() >= 16);
        good.then_some(ClientProof::PrivateKeyJwt)
    }
}

/// RFC 6749 §2.3.1: id and secret are form-encoded before they are joined.
fn is_basic(line: &str) -> bool {
    let joined = line.strip_prefix("Basic ").and_then(|text| STANDARD.decode(text).ok());
    let Some(joined) = joined.and_then(|bytes| String::from_utf8(bytes).ok()) else { return false };
    let Some((id, secret)) = joined.split_once(':') else { return false };
    decoded(id) == CLIENT_ID && decoded(secret) == CLIENT_SECRET
}

fn decoded(text: &str) -> String {
    form_urlencoded::parse(format!("x={text}").as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap()
}

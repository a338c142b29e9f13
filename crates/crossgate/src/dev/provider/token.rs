//! Token, UserInfo, revocation and what the discovery document says about all of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crossgate_core::secret::SecretText;
use crossgate_core::time::Timestamp;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

use super::answer::{self, Answer};
use super::grants::{Grant, Refused};
use super::keys::KeyError;
use super::server::Fields;
use super::{CLIENT_ID, Provider};
use crate::system::SystemEntropy;

/// How long an access token lives, in seconds. Short, so that renewing is nothing rare.
const LIFETIME_OF_ACCESS_TOKENS: i64 = 300;
/// How long an ID token lives, in seconds.
const LIFETIME_OF_ID_TOKENS: i64 = 300;
/// RFC 9068 §2.1.
const ACCESS_TOKEN: &str = "at+jwt";
/// Claims of an access token that are not about the person.
const OWN_CLAIMS: [&str; 8] = ["iss", "aud", "client_id", "scope", "sid", "iat", "exp", "jti"];

/// OIDC Discovery §3.
pub(super) fn discovery(provider: &Provider) -> Value {
    let at = |path: &str| format!("{}{path}", provider.issuer());
    json!({
        "issuer": provider.issuer(),
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/userinfo"),
        "jwks_uri": at("/jwks"),
        "revocation_endpoint": at("/revoke"),
        "end_session_endpoint": at("/end-session"),
        "scopes_supported": ["openid", "email", "profile", "offline_access"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
    })
}

/// `POST /token` (RFC 6749 §4.1.3, §6)
pub(super) fn token(provider: &Provider, headers: &HeaderMap, fields: &Fields) -> Answer {
    match provider.grant(headers, fields) {
        Ok((grant, id_token)) => match provider.tokens(&grant, id_token, fields) {
            Ok(tokens) => answer::json(StatusCode::OK, &tokens),
            Err(error) => answer::fault(&error.to_string()),
        },
        Err(refused) => answer::token_error(refused),
    }
}

/// `POST /revoke` (RFC 7009 §2). Access tokens are over soon by themselves.
pub(super) fn revoke(provider: &Provider, headers: &HeaderMap, fields: &Fields) -> Answer {
    if !provider.is_client(headers, fields) {
        return answer::token_error("invalid_client");
    }
    provider.grants.revoke(fields.get("token").unwrap_or_default());
    answer::json(StatusCode::OK, &json!({}))
}

/// `GET /userinfo` (OIDC Core §5.3)
pub(super) fn user_info(provider: &Provider, headers: &HeaderMap) -> Answer {
    let line = headers.get(AUTHORIZATION).and_then(|line| line.to_str().ok());
    let token = line.and_then(|line| line.strip_prefix("Bearer "));
    match token.and_then(|token| provider.claims_of(token)) {
        Some(claims) => answer::json(StatusCode::OK, &Value::Object(claims)),
        None => {
            let mut refusal = answer::refusal(StatusCode::UNAUTHORIZED, "no good access token came along");
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            refusal.headers_mut().insert(WWW_AUTHENTICATE, challenge);
            refusal
        }
    }
}

/// What stands in an ID token beside the person's claims.
struct IdToken {
    nonce: Option<String>,
    signed_in_at: Timestamp,
}

/// The tokens could not be made.
#[derive(Debug, thiserror::Error)]
enum IssueError {
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Seal(#[from] crossgate_core::seal::SealError),
    #[error(transparent)]
    Entropy(#[from] crossgate_core::entropy::EntropyError),
}

impl Provider {
    fn grant(&self, headers: &HeaderMap, fields: &Fields) -> Result<(Grant, Option<IdToken>), Refused> {
        if !self.is_client(headers, fields) {
            return Err("invalid_client");
        }
        let text = |name| fields.get(name).ok_or("invalid_request");
        match text("grant_type")? {
            "authorization_code" => {
                let (code, redirect_uri) = (text("code")?, text("redirect_uri")?);
                let coded = self.grants.redeem(code, redirect_uri, text("code_verifier")?, self.now())?;
                let id_token = IdToken { nonce: coded.nonce, signed_in_at: coded.issued_at };
                Ok((coded.grant, Some(id_token)))
            }
            "refresh_token" => Ok((self.grants.refresh(text("refresh_token")?)?, None)),
            _ => Err("unsupported_grant_type"),
        }
    }

    /// `client_secret_basic` or `client_secret_post`, and not both (RFC 6749 §2.3).
    fn is_client(&self, headers: &HeaderMap, fields: &Fields) -> bool {
        let (id, secret) = match (headers.get(AUTHORIZATION), fields.get("client_secret")) {
            (Some(line), None) => match basic(line) {
                Some((id, secret)) => (Some(id), Some(secret)),
                None => return false,
            },
            (None, secret) => (fields.get("client_id").map(str::to_owned), secret.map(str::to_owned)),
            (Some(_), Some(_)) => return false,
        };
        let is_secret = secret.is_some_and(|secret| SecretText::new(secret) == self.client_secret);
        is_secret && id.as_deref() == Some(CLIENT_ID)
    }

    fn tokens(&self, grant: &Grant, id_token: Option<IdToken>, fields: &Fields) -> Result<Value, IssueError> {
        let mut answer = Map::from_iter([
            ("access_token".to_owned(), json!(self.access_token(grant, fields)?)),
            ("token_type".to_owned(), json!("Bearer")),
            ("expires_in".to_owned(), json!(LIFETIME_OF_ACCESS_TOKENS)),
            ("refresh_token".to_owned(), json!(self.grants.issue_refresh_token(grant, &SystemEntropy)?)),
            ("scope".to_owned(), json!(grant.scope)),
        ]);
        if let Some(id_token) = id_token {
            answer.insert("id_token".to_owned(), json!(self.id_token(grant, &id_token)?));
        }
        Ok(Value::Object(answer))
    }

    /// RFC 9068 §2.2. For whom it is may be said anew with every request.
    fn access_token(&self, grant: &Grant, fields: &Fields) -> Result<String, IssueError> {
        let asked = fields.get("audience").or_else(|| fields.get("resource"));
        let audience = asked.or(grant.audience.as_deref()).unwrap_or(self.issuer());
        let now = self.now().as_seconds();
        let own = json!({
            "iss": self.issuer(), "aud": audience, "client_id": CLIENT_ID, "scope": grant.scope,
            "sid": grant.session, "iat": now, "exp": now + LIFETIME_OF_ACCESS_TOKENS,
            "jti": super::grants::random_text(&SystemEntropy)?,
        });
        Ok(self.keys.sign(ACCESS_TOKEN, &with(&grant.claims, own))?)
    }

    /// OIDC Core §2.
    fn id_token(&self, grant: &Grant, id_token: &IdToken) -> Result<String, KeyError> {
        let now = self.now().as_seconds();
        let mut own = json!({
            "iss": self.issuer(), "aud": CLIENT_ID, "sid": grant.session, "iat": now,
            "exp": now + LIFETIME_OF_ID_TOKENS, "auth_time": id_token.signed_in_at.as_seconds(),
        });
        if let (Some(nonce), Some(own)) = (&id_token.nonce, own.as_object_mut()) {
            own.insert("nonce".to_owned(), json!(nonce));
        }
        self.keys.sign("JWT", &with(&grant.claims, own))
    }

    /// What an access token of ours says about the person, as long as it is good.
    fn claims_of(&self, token: &str) -> Option<Map<String, Value>> {
        let mut claims = self.keys.verify(ACCESS_TOKEN, token)?;
        let ends_at = claims.get("exp").and_then(Value::as_i64)?;
        OWN_CLAIMS.iter().for_each(|own| drop(claims.remove(*own)));
        (self.now().as_seconds() < ends_at).then_some(claims)
    }
}

/// What we say counts more than what is claimed about a person.
fn with(claims: &Map<String, Value>, own: Value) -> Map<String, Value> {
    let own = if let Value::Object(own) = own { own } else { Map::new() };
    claims.clone().into_iter().chain(own).collect()
}

/// RFC 6749 §2.3.1: id and secret are form-encoded before they are joined.
fn basic(line: &HeaderValue) -> Option<(String, String)> {
    let joined = STANDARD.decode(line.to_str().ok()?.strip_prefix("Basic ")?).ok()?;
    let joined = String::from_utf8(joined).ok()?;
    let (id, secret) = joined.split_once(':')?;
    Some((decoded(id)?, decoded(secret)?))
}

fn decoded(text: &str) -> Option<String> {
    let pair = format!("x={text}");
    form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned())
}

//! Access tokens that we issued, offered to us again.

use crossgate_core::session::SessionHandle;
use crossgate_core::time::Timestamp;
use crossgate_core::token::{IssuedTokenSettings, TokenSigning};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde_json::{Map, Value};

use super::issuer::ACCESS_TOKEN_TYPE;
use super::ring::KeyRing;

/// An access token that is ours, for this API, and has not expired. Its session may have ended.
pub(crate) struct VerifiedToken {
    pub(crate) claims: Map<String, Value>,
    pub(crate) session: SessionHandle,
}

/// Why a text is no access token of ours for this API. For the operator; whoever asks is not told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenFault {
    #[error("no token of ours for this API: {0}")]
    Jwt(#[from] jsonwebtoken::errors::Error),
    #[error("a token of another kind")]
    Type,
    #[error("signed with a key that is not known or has retired")]
    Key,
    #[error("it has expired")]
    Expired,
    #[error("it names no session")]
    Session,
}

/// What tokens are judged by.
pub(crate) struct Verifier<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) ring: &'a KeyRing,
    /// How tokens for the API that asks are made.
    pub(crate) settings: &'a IssuedTokenSettings,
}

impl Verifier<'_> {
    /// Judges a token by the steps of RFC 9068 §4:
    ///
    /// 1. `typ` must be `at+jwt`: no other token of ours passes for an access token.
    /// 2. The signature must be good, with the one algorithm and the keys that tokens for this API are signed with. What
    ///    the header says chooses among our own keys and nothing else (RFC 8725 §3.1), and no retired one counts.
    /// 3. `iss` must be exactly ours.
    /// 4. `aud` must be this API's.
    /// 5. The time must be before `exp`.
    ///
    /// And of our own: 6. `sid` names a session.
    pub(crate) fn verify(&self, text: &str, now: Timestamp) -> Result<VerifiedToken, TokenFault> {
        let header = decode_header(text)?;
        if header.typ.as_deref() != Some(ACCESS_TOKEN_TYPE) {
            return Err(TokenFault::Type); // 1
        }
        let (algorithm, key) = self.key(&header, now)?;
        let claims = decode::<Map<String, Value>>(text, &key, &self.rules(algorithm))?.claims; // 2, 3, 4
        let expires_at = claims.get("exp").and_then(Value::as_i64).map(Timestamp::from_seconds);
        if expires_at.is_none_or(|expires_at| now >= expires_at) {
            return Err(TokenFault::Expired); // 5
        }
        let session = claims.get("sid").and_then(Value::as_str).map(SessionHandle::parse);
        let session = session.and_then(Result::ok).ok_or(TokenFault::Session)?; // 6
        Ok(VerifiedToken { claims, session })
    }

    fn key(&self, header: &Header, now: Timestamp) -> Result<(Algorithm, DecodingKey), TokenFault> {
        match &self.settings.signing {
            TokenSigning::Hs256(secret) => {
                Ok((Algorithm::HS256, DecodingKey::from_secret(secret.expose_secret().as_bytes())))
            }
            TokenSigning::Es256 => {
                let key = header.kid.as_deref().and_then(|id| self.ring.verifier(id, now));
                Ok((Algorithm::ES256, key.ok_or(TokenFault::Key)?.decoding.clone()))
            }
        }
    }

    /// The library's clock is not ours, so the time is compared by us.
    fn rules(&self, algorithm: Algorithm) -> Validation {
        let mut rules = Validation::new(algorithm);
        rules.validate_exp = false;
        rules.set_required_spec_claims(&["iss", "aud", "exp"]);
        rules.set_issuer(&[self.issuer]);
        rules.set_audience(&[self.settings.audience.as_str()]);
        rules
    }
}

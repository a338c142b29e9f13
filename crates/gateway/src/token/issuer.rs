//! Signs tokens. They are signed once per session and period and reused.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossgate_core::entropy::{Entropy, EntropyError, random_bytes};
use crossgate_core::session::ContentError;
use crossgate_core::template::MissingVariable;
use crossgate_core::time::Timestamp;
use crossgate_core::token::{IssuedTokenSettings, TokenSigning};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::claims::{Ordered, RegisteredClaims, build, identity_template};
use super::keeper::KeyKeeper;
use super::ring::KeysOutOfDate;
use crate::session::LiveSession;

/// What is left of a token's life when it leaves us, at least.
const MARGIN: Duration = Duration::from_secs(60);
/// How long the identity token for pages lives.
const IDENTITY_LIFETIME: Duration = Duration::from_secs(300);
/// How long the proof for a hook lives: it is used at once.
const PROOF_LIFETIME: Duration = Duration::from_secs(60);
/// Media type of access tokens (RFC 9068 §2.1), and of the tokens for pages, which must never pass for one.
pub(super) const ACCESS_TOKEN_TYPE: &str = "at+jwt";
const IDENTITY_TYPE: &str = "crossgate-identity+jwt";

/// To which hook of an API something is proved.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ProofKind {
    /// The one that says who somebody from a provider is.
    Account,
    /// The one that says which claims the app's token has.
    Claims,
}

impl ProofKind {
    /// None passes for the other, nor for an access token.
    const fn media_type(self) -> &'static str {
        match self {
            Self::Account => "crossgate-account+jwt",
            Self::Claims => "crossgate-claims+jwt",
        }
    }
}

/// Why a token could not be signed. For the operator.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IssueError {
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    #[error("the claim template cannot be filled in: {0}")]
    Template(#[from] MissingVariable),
    #[error("signing failed: {0}")]
    Signing(#[from] jsonwebtoken::errors::Error),
    #[error(transparent)]
    OutOfDate(#[from] KeysOutOfDate),
    #[error("the app's session token cannot be sealed: {0}")]
    Seal(#[from] crossgate_nextauth::cookie::SealError),
    #[error("the token cannot stand in a header")]
    Header(#[from] http::header::InvalidHeaderValue),
    #[error(transparent)]
    Content(#[from] ContentError),
}

/// A header's value with a token that was just signed, and until when it may be sent.
pub(super) struct Signed {
    pub(super) value: String,
    pub(super) use_until: Timestamp,
}

/// Signs with our own keys or with an API's secret.
pub(crate) struct Issuer {
    issuer: String,
    keys: Arc<KeyKeeper>,
    entropy: Arc<dyn Entropy>,
}

impl Issuer {
    pub(crate) fn new(issuer: String, keys: Arc<KeyKeeper>, entropy: Arc<dyn Entropy>) -> Self {
        Self { issuer, keys, entropy }
    }

    /// To be called before anything is signed for a request: see [`KeyKeeper::catch_up`].
    pub(crate) async fn catch_up(&self, now: Timestamp) {
        self.keys.catch_up(now).await;
    }

    /// An access token for an API, under the header it expects.
    pub(super) fn access_token(
        &self,
        settings: &IssuedTokenSettings,
        session: &LiveSession,
        now: Timestamp,
    ) -> Result<Signed, IssueError> {
        let (id, expires_at) = self.id_and_expiry(settings.lifetime, now)?;
        let handle = session.handle();
        let registered = RegisteredClaims {
            issuer: &self.issuer,
            audience: &settings.audience,
            session: handle.as_str(),
            id,
            issued_at: now,
            expires_at,
        };
        let claims = build(&registered, &session.content()?.identity, Some(&settings.claims))?;
        let token = self.sign_with(&settings.signing, ACCESS_TOKEN_TYPE, &claims, now)?;
        Ok(Signed { value: settings.header.value(&token), use_until: use_until(now, expires_at) })
    }

    /// The token that tells pages who is asking.
    pub(super) fn identity_token(&self, session: &LiveSession, now: Timestamp) -> Result<Signed, IssueError> {
        let (id, expires_at) = self.id_and_expiry(IDENTITY_LIFETIME, now)?;
        let handle = session.handle();
        let registered = RegisteredClaims {
            issuer: &self.issuer,
            audience: &self.issuer,
            session: handle.as_str(),
            id,
            issued_at: now,
            expires_at,
        };
        let content = session.content()?;
        let mut claims = build(&registered, &content.identity, None)?;
        if let Some(claims) = claims.as_object_mut() {
            claims.extend(identity_template(&content.identity));
        }
        let value = self.sign(IDENTITY_TYPE, &claims, now)?;
        Ok(Signed { value, use_until: use_until(now, expires_at) })
    }

    /// The token that proves to a hook of an API that we ask, and about whom. It is signed as that API's access tokens
    /// are, and can never pass for one.
    pub(crate) fn proof(
        &self,
        kind: ProofKind,
        (audience, signing): (&str, &TokenSigning),
        about: Value,
        now: Timestamp,
    ) -> Result<String, IssueError> {
        let random: [u8; 16] = random_bytes(&*self.entropy)?;
        let fixed = json!({
            "iss": self.issuer,
            "aud": audience,
            "iat": now.as_seconds(),
            "exp": now.after(PROOF_LIFETIME).as_seconds(),
            "jti": URL_SAFE_NO_PAD.encode(random),
        });
        let mut claims = about.as_object().cloned().unwrap_or_default();
        claims.extend(fixed.as_object().cloned().unwrap_or_default());
        self.sign_with(signing, kind.media_type(), &Value::Object(claims), now)
    }

    fn sign_with(
        &self,
        signing: &TokenSigning,
        media_type: &str,
        claims: &Value,
        now: Timestamp,
    ) -> Result<String, IssueError> {
        match signing {
            TokenSigning::Es256 => self.sign(media_type, claims, now),
            TokenSigning::Hs256(secret) => {
                let key = EncodingKey::from_secret(secret.expose_secret().as_bytes());
                Ok(jsonwebtoken::encode(&header(Algorithm::HS256, media_type, None), &Ordered(claims), &key)?)
            }
        }
    }

    fn sign(&self, media_type: &str, claims: &Value, now: Timestamp) -> Result<String, IssueError> {
        let ring = self.keys.ring();
        let key = ring.signer(now)?;
        let header = header(Algorithm::ES256, media_type, Some(key.id.clone()));
        Ok(jsonwebtoken::encode(&header, &Ordered(claims), &key.encoding)?)
    }

    /// A random `jti`, and the expiry with up to 5 % taken off, so that tokens made together do not end together.
    fn id_and_expiry(&self, lifetime: Duration, now: Timestamp) -> Result<(String, Timestamp), IssueError> {
        let random: [u8; 16] = random_bytes(&*self.entropy)?;
        let jitter = u32::from(random.first().copied().unwrap_or(0));
        Ok((URL_SAFE_NO_PAD.encode(random), now.after(lifetime - lifetime * jitter / (255 * 20))))
    }
}

/// The margin, but never more than half of a short life.
fn use_until(now: Timestamp, expires_at: Timestamp) -> Timestamp {
    expires_at.before(MARGIN.min(expires_at.since(now) / 2))
}

fn header(algorithm: Algorithm, media_type: &str, key_id: Option<String>) -> Header {
    Header { typ: Some(media_type.to_owned()), kid: key_id, ..Header::new(algorithm) }
}

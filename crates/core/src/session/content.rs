//! The sealed part of a session: who it is and the tokens the sign-in brought.

use serde::{Deserialize, Serialize};

use crate::entropy::Entropy;
use crate::identity::{Identity, Subject};
use crate::provider::{Issuer, ProviderId, ProviderLogin, ProviderSessionId, ProviderToken, TokenTarget};
use crate::seal::{SealError, Sealer};
use crate::secret::SecretText;
use crate::session::id::HashedSessionId;
use crate::time::Timestamp;

/// Tokens that the sign-in returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSet {
    /// The access token.
    pub access_token: SecretText,
    /// The refresh token, where the login gave one.
    pub refresh_token: Option<SecretText>,
    /// When the access token ends, where that is known.
    pub expires_at: Option<Timestamp>,
}

/// What a session knows. Only ever stored sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionContent {
    /// Who is signed in.
    pub identity: Identity,
    /// Which way of signing in made it (`credentials`, or a provider's id).
    pub sign_in: String,
    /// The API's own tokens, if the sign-in returned any.
    pub tokens: Option<TokenSet>,
    /// The sign-in at a provider, if it was one.
    pub provider: Option<ProviderLogin>,
    /// The browser's `User-Agent` at sign-in, for the person's own list of sessions.
    pub user_agent: Option<String>,
}

/// Why stored content could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// It does not open.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// It opened, but is not what this program writes.
    #[error("the session content has an unknown form")]
    Form(#[from] serde_json::Error),
}

/// The stored form; kept apart so that the in-memory form has no serialisation and cannot leak by accident.
#[derive(Serialize, Deserialize)]
struct StoredContent {
    identity: Identity,
    sign_in: String,
    access_token: Option<String>,
    refresh_token: Option<String>,
    expires_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider: Option<StoredLogin>,
    user_agent: Option<String>,
}

/// The stored form of a [`ProviderLogin`].
#[derive(Serialize, Deserialize)]
struct StoredLogin {
    provider: ProviderId,
    issuer: Issuer,
    subject: Subject,
    session: Option<ProviderSessionId>,
    id_token: Option<String>,
    tokens: Vec<StoredToken>,
    refresh_token: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct StoredToken {
    target: TokenTarget,
    access_token: String,
    expires_at: Option<Timestamp>,
}

impl SessionContent {
    /// Seals the content for the row `id`.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn seal(
        &self,
        id: &HashedSessionId,
        sealer: &Sealer,
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, ContentError> {
        let plain = zeroize::Zeroizing::new(serde_json::to_vec(&StoredContent::from(self))?);
        Ok(sealer.seal(&plain, id.as_bytes(), entropy)?)
    }

    /// Opens what was sealed for the row `id`.
    ///
    /// # Errors
    /// When it does not open or has an unknown form.
    pub fn open(sealed: &[u8], id: &HashedSessionId, sealer: &Sealer) -> Result<Self, ContentError> {
        let plain = zeroize::Zeroizing::new(sealer.open(sealed, id.as_bytes())?);
        Ok(serde_json::from_slice::<StoredContent>(&plain)?.into())
    }
}

impl From<&SessionContent> for StoredContent {
    fn from(content: &SessionContent) -> Self {
        let tokens = content.tokens.as_ref();
        Self {
            identity: content.identity.clone(),
            sign_in: content.sign_in.clone(),
            access_token: tokens.map(|tokens| exposed(&tokens.access_token)),
            refresh_token: tokens.and_then(|tokens| tokens.refresh_token.as_ref()).map(exposed),
            expires_at: tokens.and_then(|tokens| tokens.expires_at),
            provider: content.provider.as_ref().map(StoredLogin::from),
            user_agent: content.user_agent.clone(),
        }
    }
}

impl From<StoredContent> for SessionContent {
    fn from(stored: StoredContent) -> Self {
        let StoredContent { access_token, refresh_token, expires_at, .. } = stored;
        let tokens = access_token.map(|access_token| TokenSet {
            access_token: SecretText::new(access_token),
            refresh_token: refresh_token.map(SecretText::new),
            expires_at,
        });
        Self {
            identity: stored.identity,
            sign_in: stored.sign_in,
            tokens,
            provider: stored.provider.map(ProviderLogin::from),
            user_agent: stored.user_agent,
        }
    }
}

fn exposed(secret: &SecretText) -> String {
    secret.expose_secret().to_owned()
}

impl From<&ProviderLogin> for StoredLogin {
    fn from(login: &ProviderLogin) -> Self {
        let stored = |token: &ProviderToken| StoredToken {
            target: token.target.clone(),
            access_token: exposed(&token.access_token),
            expires_at: token.expires_at,
        };
        Self {
            provider: login.provider.clone(),
            issuer: login.issuer.clone(),
            subject: login.subject.clone(),
            session: login.session.clone(),
            id_token: login.id_token.as_ref().map(exposed),
            tokens: login.tokens.iter().map(stored).collect(),
            refresh_token: login.refresh_token.as_ref().map(exposed),
        }
    }
}

impl From<StoredLogin> for ProviderLogin {
    fn from(stored: StoredLogin) -> Self {
        let token = |token: StoredToken| ProviderToken {
            target: token.target,
            access_token: SecretText::new(token.access_token),
            expires_at: token.expires_at,
        };
        Self {
            provider: stored.provider,
            issuer: stored.issuer,
            subject: stored.subject,
            session: stored.session,
            id_token: stored.id_token.map(SecretText::new),
            tokens: stored.tokens.into_iter().map(token).collect(),
            refresh_token: stored.refresh_token.map(SecretText::new),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::EntropyError;
    use crate::identity::Subject;
    use crate::keys::{KeyPurpose, Secrets};

    struct Sevens;
    impl Entropy for Sevens {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
            bytes.fill(7);
            Ok(())
        }
    }

    fn sealer(first: &str, older: &[&str]) -> Sealer {
        let older = older.iter().map(|text| SecretText::new(*text)).collect();
        Sealer::new(Secrets::new(SecretText::new(first), older).derive(KeyPurpose::SessionContent))
    }

    fn content() -> SessionContent {
        SessionContent {
            identity: Identity {
                subject: Subject::parse("1").unwrap(),
                name: Some("Ada".into()),
                email: None,
                image: None,
                user: serde_json::Map::new(),
            },
            sign_in: "credentials".into(),
            tokens: Some(TokenSet {
                access_token: SecretText::new("the-access-token"),
                refresh_token: Some(SecretText::new("the-refresh-token")),
                expires_at: Some(Timestamp::from_seconds(5)),
            }),
            provider: Some(ProviderLogin {
                provider: ProviderId::parse("google").unwrap(),
                issuer: Issuer::parse("https://accounts.google.com").unwrap(),
                subject: Subject::parse("10769150350006150715113082367").unwrap(),
                session: Some(ProviderSessionId("their-session".into())),
                id_token: Some(SecretText::new("the-id-token")),
                tokens: vec![ProviderToken {
                    target: TokenTarget::Audience("https://api.shop.example".into()),
                    access_token: SecretText::new("the-access-token-there"),
                    expires_at: Some(Timestamp::from_seconds(9)),
                }],
                refresh_token: Some(SecretText::new("the-refresh-token-there")),
            }),
            user_agent: None,
        }
    }

    #[test]
    fn content_survives_a_rotation_of_the_secret_but_not_a_move_to_another_row() {
        let row = HashedSessionId::from_bytes([1; 32]);
        let sealed = content().seal(&row, &sealer("old", &[]), &Sevens).unwrap();
        assert_eq!(SessionContent::open(&sealed, &row, &sealer("new", &["old"])).unwrap(), content());
        assert!(SessionContent::open(&sealed, &row, &sealer("new", &[])).is_err());
        let other_row = HashedSessionId::from_bytes([2; 32]);
        assert!(SessionContent::open(&sealed, &other_row, &sealer("old", &[])).is_err());
    }

    #[test]
    fn no_token_is_readable_in_the_sealed_form_or_in_debug() {
        let row = HashedSessionId::from_bytes([1; 32]);
        let sealed = content().seal(&row, &sealer("s", &[]), &Sevens).unwrap();
        let seen = format!("{:?} {}", content(), String::from_utf8_lossy(&sealed));
        for secret in ["access-token", "refresh-token", "id-token"] {
            assert!(!seen.contains(secret), "{secret}: {seen}");
        }
    }

    #[test]
    fn every_single_changed_byte_is_noticed() {
        let row = HashedSessionId::from_bytes([1; 32]);
        let sealed = content().seal(&row, &sealer("s", &[]), &Sevens).unwrap();
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(SessionContent::open(&changed, &row, &sealer("s", &[])).is_err(), "byte {position}");
        }
    }
}

//! What a session remembers of a sign-in at a provider.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::address::Issuer;
use super::settings::{ProviderId, TokenTarget};
use crate::identity::Subject;
use crate::secret::SecretText;
use crate::time::Timestamp;
use crate::token_life::TokenLife;

/// The session of a person at the provider (claim `sid`, OIDC Back-Channel Logout §2.1). Theirs, never ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProviderSessionId(pub String);

/// The sign-in at a provider that began a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderLogin {
    /// Which provider, by its id in the configuration.
    pub provider: ProviderId,
    /// Who vouched.
    pub issuer: Issuer,
    /// The person's name there.
    pub subject: Subject,
    /// The person's session there, if the provider named one.
    pub session: Option<ProviderSessionId>,
    /// The ID token, as the hint for signing out there (OIDC RP-Initiated Logout §2).
    pub id_token: Option<SecretText>,
    /// Access tokens, one per target.
    pub tokens: Vec<ProviderToken>,
    /// The refresh token.
    pub refresh_token: Option<SecretText>,
}

/// An access token of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderToken {
    /// For whom it was asked.
    pub target: TokenTarget,
    /// The token.
    pub access_token: SecretText,
    /// When it ends, where that is known.
    pub expires_at: Option<Timestamp>,
    /// When it was obtained. Unknown of those that an older Crossgate stored.
    pub obtained_at: Option<Timestamp>,
}

impl ProviderToken {
    /// How long the access token is good.
    #[must_use]
    pub const fn life(&self) -> TokenLife {
        TokenLife { obtained_at: self.obtained_at, ends_at: self.expires_at }
    }
}

impl ProviderLogin {
    /// What the store finds this session by.
    #[must_use]
    pub fn keys(&self) -> ProviderKeys {
        ProviderKeys {
            subject: ProviderKey::of_subject(&self.issuer, &self.subject),
            session: self.session.as_ref().map(|session| ProviderKey::of_session(&self.issuer, session)),
        }
    }

    /// The token for a target.
    #[must_use]
    pub fn token_for(&self, target: &TokenTarget) -> Option<&ProviderToken> {
        self.tokens.iter().find(|token| token.target == *target)
    }
}

/// SHA-256 of an issuer and a name that it gave: finds sessions of a provider and shows nothing of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderKey([u8; 32]);

impl ProviderKey {
    /// Of a person.
    #[must_use]
    pub fn of_subject(issuer: &Issuer, subject: &Subject) -> Self {
        Self::of(b"subject", issuer, subject.as_str())
    }

    /// Of a session at the provider.
    #[must_use]
    pub fn of_session(issuer: &Issuer, session: &ProviderSessionId) -> Self {
        Self::of(b"session", issuer, &session.0)
    }

    /// The zero bytes keep the parts apart: neither an issuer nor a kind has one.
    fn of(kind: &[u8], issuer: &Issuer, name: &str) -> Self {
        let parts = [kind, b"\0", issuer.as_str().as_bytes(), b"\0", name.as_bytes()];
        Self(parts.into_iter().fold(Sha256::new(), Sha256::chain_update).finalize().into())
    }

    /// From the store.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// For the store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for ProviderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProviderKey(…)")
    }
}

/// What the store finds a session of a provider by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderKeys {
    /// The person at the provider.
    pub subject: ProviderKey,
    /// The session at the provider.
    pub session: Option<ProviderKey>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_at_two_issuers_is_two_people() {
        let (one, two) =
            (Issuer::parse("https://a.example").unwrap(), Issuer::parse("https://b.example").unwrap());
        let (subject, session) = (Subject::parse("1").unwrap(), ProviderSessionId("1".into()));
        assert_ne!(ProviderKey::of_subject(&one, &subject), ProviderKey::of_subject(&two, &subject));
        assert_ne!(ProviderKey::of_subject(&one, &subject), ProviderKey::of_session(&one, &session));
    }
}

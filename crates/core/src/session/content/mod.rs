//! The sealed part of a session: who it is and the tokens the sign-in brought.

mod dense;
mod packed;
mod stored;

use serde_json::{Map, Value};

use crate::entropy::Entropy;
use crate::identity::Identity;
use crate::provider::ProviderLogin;
use crate::seal::{SealError, Sealer};
use crate::secret::{SecretText, secret_json};
use crate::session::id::HashedSessionId;
use crate::time::Timestamp;
use crate::token_life::TokenLife;
use crate::upstream_cookie::CookieJar;
pub use packed::{AccessToken, PackedContent};
use stored::StoredContent;

/// Tokens that the sign-in returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSet {
    /// The access token.
    pub access_token: SecretText,
    /// The refresh token, where the login gave one.
    pub refresh_token: Option<SecretText>,
    /// When the access token ends, where that is known.
    pub expires_at: Option<Timestamp>,
    /// When they were obtained. Unknown of those that an older Crossgate stored.
    pub obtained_at: Option<Timestamp>,
}

impl TokenSet {
    /// The value of a template's variable, where it is one of the tokens.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<Value> {
        let token = match name {
            "access_token" => Some(&self.access_token),
            "refresh_token" => self.refresh_token.as_ref(),
            _ => None,
        };
        token.map(|token| Value::String(token.expose_secret().to_owned()))
    }

    /// How long the access token is good.
    #[must_use]
    pub const fn life(&self) -> TokenLife {
        TokenLife { obtained_at: self.obtained_at, ends_at: self.expires_at }
    }
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
    /// The cookies that the API set.
    pub cookies: CookieJar,
    /// The sign-in at a provider, if it was one.
    pub provider: Option<ProviderLogin>,
    /// Claims that the app's token has beside those that follow from the identity, and over them.
    pub app_claims: Map<String, Value>,
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
    /// It could not be packed, or not be unpacked.
    #[error("the session content could not be packed or unpacked")]
    Packing,
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
        let plain = secret_json(&StoredContent::from(self))?;
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

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

//! The stored form of a session's content; kept apart so that the form in memory has no serialisation and cannot leak
//! by accident.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::{SessionContent, TokenSet};
use crate::identity::{Identity, Subject};
use crate::provider::{Issuer, ProviderId, ProviderLogin, ProviderSessionId, ProviderToken, TokenTarget};
use crate::secret::SecretText;
use crate::time::Timestamp;
use crate::upstream_cookie::{CookieJar, StoredCookie};

/// See the [module](self).
#[derive(Serialize, Deserialize)]
pub(super) struct StoredContent {
    identity: Identity,
    sign_in: String,
    access_token: Option<StoredSecret>,
    refresh_token: Option<StoredSecret>,
    expires_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    obtained_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    cookies: Vec<StoredCookie>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider: Option<StoredLogin>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    app_claims: Map<String, Value>,
    user_agent: Option<String>,
}

/// The stored form of a [`ProviderLogin`].
#[derive(Serialize, Deserialize)]
struct StoredLogin {
    provider: ProviderId,
    issuer: Issuer,
    subject: Subject,
    session: Option<ProviderSessionId>,
    id_token: Option<StoredSecret>,
    tokens: Vec<StoredToken>,
    refresh_token: Option<StoredSecret>,
}

#[derive(Serialize, Deserialize)]
struct StoredToken {
    target: TokenTarget,
    access_token: StoredSecret,
    expires_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    obtained_at: Option<Timestamp>,
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
            obtained_at: tokens.and_then(|tokens| tokens.obtained_at),
            cookies: content.cookies.stored(),
            provider: content.provider.as_ref().map(StoredLogin::from),
            app_claims: content.app_claims.clone(),
            user_agent: content.user_agent.clone(),
        }
    }
}

impl From<StoredContent> for SessionContent {
    fn from(stored: StoredContent) -> Self {
        let StoredContent { access_token, refresh_token, expires_at, obtained_at, .. } = stored;
        let tokens = access_token.map(|access_token| TokenSet {
            access_token: access_token.0,
            refresh_token: refresh_token.map(|token| token.0),
            expires_at,
            obtained_at,
        });
        Self {
            identity: stored.identity,
            sign_in: stored.sign_in,
            tokens,
            cookies: CookieJar::from_stored(stored.cookies),
            provider: stored.provider.map(ProviderLogin::from),
            app_claims: stored.app_claims,
            user_agent: stored.user_agent,
        }
    }
}

/// A token on its way to the stored form and back; wiped like any other.
#[derive(Deserialize)]
#[serde(from = "String")]
struct StoredSecret(SecretText);

impl From<String> for StoredSecret {
    fn from(text: String) -> Self {
        Self(SecretText::new(text))
    }
}

impl Serialize for StoredSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose_secret())
    }
}

fn exposed(secret: &SecretText) -> StoredSecret {
    StoredSecret(secret.clone())
}

impl StoredContent {
    /// All tokens, always in the same order.
    pub(super) fn tokens(&mut self) -> impl Iterator<Item = &mut SecretText> {
        let of_provider = self.provider.iter_mut().flat_map(|login| {
            let access_tokens = login.tokens.iter_mut().map(|token| &mut token.access_token);
            login.id_token.iter_mut().chain(&mut login.refresh_token).chain(access_tokens)
        });
        let own = self.access_token.iter_mut().chain(&mut self.refresh_token);
        own.chain(of_provider).map(|token| &mut token.0)
    }

    /// The API's access token.
    pub(super) fn access_token(&mut self) -> Option<&mut SecretText> {
        self.access_token.as_mut().map(|token| &mut token.0)
    }
}

impl From<&ProviderLogin> for StoredLogin {
    fn from(login: &ProviderLogin) -> Self {
        let stored = |token: &ProviderToken| StoredToken {
            target: token.target.clone(),
            access_token: exposed(&token.access_token),
            expires_at: token.expires_at,
            obtained_at: token.obtained_at,
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
            access_token: token.access_token.0,
            expires_at: token.expires_at,
            obtained_at: token.obtained_at,
        };
        Self {
            provider: stored.provider,
            issuer: stored.issuer,
            subject: stored.subject,
            session: stored.session,
            id_token: stored.id_token.map(|token| token.0),
            tokens: stored.tokens.into_iter().map(token).collect(),
            refresh_token: stored.refresh_token.map(|token| token.0),
        }
    }
}

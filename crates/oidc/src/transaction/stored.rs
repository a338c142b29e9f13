//! The form in which a sign-in travels in its cookie. Private: nothing else may write these secrets out.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossgate_core::provider::{Issuer, ProviderId};
use crossgate_core::session::HashedSessionId;
use crossgate_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CodeVerifier, Nonce, Purpose, SignInTransaction, State};

/// The names are short because every request to us carries the cookie until the sign-in is over.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored<'a> {
    #[serde(rename = "s", borrow)]
    state: Cow<'a, str>,
    #[serde(rename = "n", borrow)]
    nonce: Cow<'a, str>,
    #[serde(rename = "v", borrow)]
    verifier: Cow<'a, str>,
    #[serde(rename = "p")]
    provider: ProviderId,
    #[serde(rename = "i")]
    issuer: Issuer,
    #[serde(rename = "u", borrow)]
    redirect_uri: Cow<'a, str>,
    #[serde(rename = "r", borrow)]
    return_to: Cow<'a, str>,
    #[serde(rename = "t")]
    begun_at: Timestamp,
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    replaces: Option<String>,
}

impl<'a> Stored<'a> {
    pub(super) fn of(transaction: &'a SignInTransaction) -> Self {
        let link = match &transaction.purpose {
            Purpose::SignIn => None,
            Purpose::Link { session } => Some(text_of(session)),
        };
        Self {
            state: transaction.state.expose_secret().into(),
            nonce: transaction.nonce.expose_secret().into(),
            verifier: transaction.verifier.expose_secret().into(),
            provider: transaction.provider.clone(),
            issuer: transaction.issuer.clone(),
            redirect_uri: transaction.redirect_uri.as_str().into(),
            return_to: transaction.return_to.as_str().into(),
            begun_at: transaction.begun_at,
            link,
            replaces: transaction.replaces.as_ref().map(text_of),
        }
    }

    /// Nothing where the name of a session is not one.
    pub(super) fn into_transaction(self) -> Option<SignInTransaction> {
        let purpose = match self.link {
            None => Purpose::SignIn,
            Some(text) => Purpose::Link { session: session_of(&text)? },
        };
        let replaces = match self.replaces {
            None => None,
            Some(text) => Some(session_of(&text)?),
        };
        Some(SignInTransaction {
            state: State::from_text(self.state),
            nonce: Nonce::from_text(self.nonce),
            verifier: CodeVerifier::from_text(self.verifier),
            provider: self.provider,
            issuer: self.issuer,
            redirect_uri: self.redirect_uri.into_owned(),
            return_to: self.return_to.into_owned(),
            begun_at: self.begun_at,
            purpose,
            replaces,
        })
    }
}

fn text_of(session: &HashedSessionId) -> String {
    URL_SAFE_NO_PAD.encode(session.as_bytes())
}

fn session_of(text: &str) -> Option<HashedSessionId> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    bytes.try_into().ok().map(HashedSessionId::from_bytes)
}

//! What we remember between sending a browser to a provider and its coming back: in a sealed cookie of its own, one
//! per attempt, so that several tabs work and nothing is kept here.

mod stored;
mod surplus;
mod values;

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossgate_core::entropy::{Entropy, EntropyError};
use crossgate_core::provider::{Issuer, ProviderId};
use crossgate_core::seal::{SealError, Sealer};
use crossgate_core::secret::{SecretText, secret_json};
use crossgate_core::session::HashedSessionId;
use crossgate_core::time::Timestamp;
use sha2::{Digest, Sha256};

use stored::Stored;

pub use surplus::{HeldTransaction, surplus};
pub use values::{CodeVerifier, Nonce, State};

/// How long a person may take at the provider.
pub const LIFETIME: Duration = Duration::from_secs(600);
/// Longest cookie value that is looked at, in bytes; browsers keep no longer ones.
const LONGEST: usize = 4096;
/// Characters of the handle in a cookie's name.
const SUFFIX_LENGTH: usize = 16;

/// What happens when the person comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// They are signed in.
    SignIn,
    /// The account at the provider is added to the person of this session.
    Link {
        /// The session that asked for it.
        session: HashedSessionId,
    },
}

/// With what a sign-in begins.
#[derive(Debug, Clone)]
pub struct TransactionStart {
    /// At which provider.
    pub provider: ProviderId,
    /// Who will have to vouch.
    pub issuer: Issuer,
    /// Where the provider sends the browser back to.
    pub redirect_uri: String,
    /// Where the browser goes at the end. Checked again on the way back.
    pub return_to: String,
    /// What it is for.
    pub purpose: Purpose,
    /// The session that this browser had.
    pub replaces: Option<HashedSessionId>,
    /// When.
    pub now: Timestamp,
}

/// A sign-in that is under way.
pub struct SignInTransaction {
    /// Binds the answer to this browser.
    pub state: State,
    /// Binds the ID token to this sign-in.
    pub nonce: Nonce,
    /// Binds the code to us.
    pub verifier: CodeVerifier,
    /// At which provider.
    pub provider: ProviderId,
    /// Who has to vouch.
    pub issuer: Issuer,
    /// Where the provider sends the browser back to.
    pub redirect_uri: String,
    /// Where the browser goes at the end. Checked again on the way back.
    pub return_to: String,
    /// When it began.
    pub begun_at: Timestamp,
    /// What it is for.
    pub purpose: Purpose,
    /// The session that this browser had when it began.
    pub replaces: Option<HashedSessionId>,
}

/// Why a sign-in cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransactionError {
    /// The cookie is no sealed value, or what was sealed is no sign-in.
    #[error("the cookie of the sign-in has an unknown form")]
    UnknownForm,
    /// It was sealed under another name or secret, or changed.
    #[error("the cookie of the sign-in does not open: {0}")]
    DoesNotOpen(SealError),
    /// The person took too long.
    #[error("the sign-in began more than ten minutes ago")]
    Expired,
}

impl SignInTransaction {
    /// Begins a sign-in.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn begin(start: TransactionStart, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        Ok(Self {
            state: State::generate(entropy)?,
            nonce: Nonce::generate(entropy)?,
            verifier: CodeVerifier::generate(entropy)?,
            provider: start.provider,
            issuer: start.issuer,
            redirect_uri: start.redirect_uri,
            return_to: start.return_to,
            begun_at: start.now,
            purpose: start.purpose,
            replaces: start.replaces,
        })
    }

    /// What the name of its cookie ends with. See [`suffix_of_state`].
    #[must_use]
    pub fn cookie_suffix(&self) -> String {
        suffix_of_state(self.state.expose_secret())
    }

    /// The cookie's value, in base64url. It opens under this name only.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn seal(
        &self,
        cookie_name: &str,
        sealer: &Sealer,
        entropy: &dyn Entropy,
    ) -> Result<String, SealError> {
        let plain = secret_json(&Stored::of(self)).map_err(|_| SealError::UnknownForm)?;
        let sealed = sealer.seal(&plain, cookie_name.as_bytes(), entropy)?;
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Opens what [`seal`](Self::seal) made. Its age is judged apart.
    ///
    /// # Errors
    /// When it is not such a value, or was made for another cookie or under another secret.
    pub fn open(cookie_name: &str, text: &str, sealer: &Sealer) -> Result<Self, TransactionError> {
        if text.len() > LONGEST {
            return Err(TransactionError::UnknownForm);
        }
        let sealed = URL_SAFE_NO_PAD.decode(text).map_err(|_| TransactionError::UnknownForm)?;
        let plain = sealer.open(&sealed, cookie_name.as_bytes()).map_err(TransactionError::DoesNotOpen)?;
        let plain = SecretText::new(String::from_utf8(plain).map_err(|_| TransactionError::UnknownForm)?);
        serde_json::from_str::<Stored<'_>>(plain.expose_secret())
            .ok()
            .and_then(Stored::into_transaction)
            .ok_or(TransactionError::UnknownForm)
    }

    /// Judges whether the person came back in time.
    ///
    /// # Errors
    /// [`TransactionError::Expired`].
    pub fn judge_age(&self, now: Timestamp) -> Result<(), TransactionError> {
        if now.since(self.begun_at) < LIFETIME { Ok(()) } else { Err(TransactionError::Expired) }
    }
}

impl fmt::Debug for SignInTransaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignInTransaction({}, begun {:?})", self.provider, self.begun_at)
    }
}

/// The first 96 bits of the SHA-256 of a `state`, as 16 characters: an answer finds its cookie by it, and the name of
/// the cookie does not give the state away.
#[must_use]
pub fn suffix_of_state(state: &str) -> String {
    let mut text = URL_SAFE_NO_PAD.encode(Sha256::digest(state));
    text.truncate(SUFFIX_LENGTH);
    text
}

#[cfg(test)]
mod tests;

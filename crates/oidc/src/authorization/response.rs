//! Judges the authorization response: what a browser brings back, which anybody may have put together.

use std::fmt;

use crossgate_core::provider::ProviderId;
use crossgate_core::secret::SecretText;

use crate::metadata::ProviderMetadata;
use crate::transaction::SignInTransaction;

/// Longest accepted value of a parameter, in bytes.
const LONGEST: usize = 4096;
/// Longest error code that is kept, in characters.
const LONGEST_ERROR: usize = 64;
/// Longest description that is kept, in characters.
const LONGEST_DESCRIPTION: usize = 200;
/// What providers say when a person presses "Cancel" (RFC 6749 §4.1.2.1; Apple and LinkedIn have words of their own).
const DENIED: [&str; 3] = ["access_denied", "user_cancelled_authorize", "user_cancelled_login"];

/// The parameters of an authorization response (RFC 6749 §4.1.2, RFC 9207), nothing judged yet.
pub struct AuthorizationResponse {
    state: SecretText,
    code: Option<SecretText>,
    issuer: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

impl AuthorizationResponse {
    /// The state that came, by which its cookie is found (see
    /// [`suffix_of_state`](crate::transaction::suffix_of_state)).
    #[must_use]
    pub fn expose_state(&self) -> &str {
        self.state.expose_secret()
    }
}

impl fmt::Debug for AuthorizationResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorizationResponse(…)")
    }
}

/// A code that belongs to this sign-in. Only [`judge_authorization_response`] makes one.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationCode(SecretText);

impl AuthorizationCode {
    /// The code itself.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for AuthorizationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorizationCode(…)")
    }
}

/// Why there is no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResponseError {
    /// A parameter stands more than once (RFC 6749 §3.1), and no order tells which one counts.
    #[error("the authorization response has {0} more than once")]
    Duplicated(&'static str),
    /// A parameter is longer than 4 KiB.
    #[error("the authorization response's {0} is too long")]
    TooLong(&'static str),
    /// Without a state it belongs to nobody.
    #[error("the authorization response has no state")]
    MissingState,
    /// It says nothing.
    #[error("the authorization response has neither a code nor an error")]
    NeitherCodeNorError,
    /// It came to the callback of another provider.
    #[error("the sign-in began at another provider than the one whose callback was called")]
    WrongProvider,
    /// The provider has another issuer than when the sign-in began.
    #[error("the sign-in began at another issuer than the provider now has")]
    WrongTransactionIssuer,
    /// It belongs to another sign-in.
    #[error("the authorization response's state is not the one that was sent")]
    WrongState,
    /// The provider says that its answers name it, and this one does not (RFC 9207 §2.4).
    #[error("the authorization response has no iss, which the provider always sends")]
    MissingIssuer,
    /// It names another provider (RFC 9207 §2.4).
    #[error("the authorization response's iss is not the provider's issuer")]
    WrongIssuer,
    /// The person, or the provider for them, said no.
    #[error("the sign-in was declined at the provider")]
    Denied {
        /// What it says about that, cleaned and cut; for the log only.
        description: Option<String>,
    },
    /// The provider answered with another error.
    #[error("the provider answered with the error {code:?}")]
    Provider {
        /// Its code, cleaned and cut.
        code: String,
        /// What it says about that, cleaned and cut; for the log only.
        description: Option<String>,
    },
}

/// Reads the parameters of the query or of the posted form. Others are ignored (RFC 6749 §4.1.2); one without a value
/// counts as absent (§3.1), but not towards standing once.
///
/// # Errors
/// When one stands twice or is too long, when there is no state, or neither a code nor an error.
pub fn parse_authorization_response(
    pairs: impl IntoIterator<Item = (String, String)>,
) -> Result<AuthorizationResponse, ResponseError> {
    let mut found = Found::default();
    for (name, value) in pairs {
        found.take(&name, value)?;
    }
    found.finish()
}

/// The parameters seen so far, in the order of [`Found::NAMES`].
#[derive(Default)]
struct Found([Option<String>; 5]);

impl Found {
    const NAMES: [&'static str; 5] = ["state", "code", "iss", "error", "error_description"];

    fn take(&mut self, name: &str, value: String) -> Result<(), ResponseError> {
        let mut slots = Self::NAMES.into_iter().zip(&mut self.0);
        let Some((name, slot)) = slots.find(|(known, _)| *known == name) else { return Ok(()) };
        if slot.is_some() {
            return Err(ResponseError::Duplicated(name));
        }
        if value.len() > LONGEST {
            return Err(ResponseError::TooLong(name));
        }
        *slot = Some(value);
        Ok(())
    }

    fn finish(self) -> Result<AuthorizationResponse, ResponseError> {
        let given = self.0.map(|value| value.filter(|value| !value.is_empty()));
        let [state, code, issuer, error, error_description] = given;
        let state = state.map(SecretText::new).ok_or(ResponseError::MissingState)?;
        if code.is_none() && error.is_none() {
            return Err(ResponseError::NeitherCodeNorError);
        }
        let code = code.map(SecretText::new);
        Ok(AuthorizationResponse { state, code, issuer, error, error_description })
    }
}

/// Judges a response against the sign-in that this browser began, before anything is sent to the provider.
///
/// 1. The callback is the one of the provider at which the sign-in began; its redirect URI belongs to no other.
/// 2. That provider still has the issuer that it had then.
/// 3. `state` is the one that was sent (RFC 6749 §10.12), compared in constant time.
/// 4. `iss` is the provider's where it is there, and it is there where the provider says so (RFC 9207 §2.4).
/// 5. There is no `error`. Judged after the state: only the provider may end a sign-in.
/// 6. There is a code.
///
/// How old the sign-in is, is judged apart ([`SignInTransaction::judge_age`]).
///
/// # Errors
/// See [`ResponseError`].
pub fn judge_authorization_response(
    response: AuthorizationResponse,
    transaction: &SignInTransaction,
    provider: &ProviderId,
    metadata: &ProviderMetadata,
) -> Result<AuthorizationCode, ResponseError> {
    // 1. The provider.
    if transaction.provider != *provider {
        return Err(ResponseError::WrongProvider);
    }
    // 2. Its issuer.
    if transaction.issuer != metadata.issuer {
        return Err(ResponseError::WrongTransactionIssuer);
    }
    // 3. The state.
    if !transaction.state.matches(response.expose_state()) {
        return Err(ResponseError::WrongState);
    }
    // 4. Who says that they answer.
    judge_issuer(response.issuer.as_deref(), metadata)?;
    // 5. An error.
    if let Some(error) = response.error {
        return Err(provider_error(&error, response.error_description.as_deref()));
    }
    // 6. The code.
    response.code.map(AuthorizationCode).ok_or(ResponseError::NeitherCodeNorError)
}

fn judge_issuer(issuer: Option<&str>, metadata: &ProviderMetadata) -> Result<(), ResponseError> {
    match issuer {
        Some(issuer) if issuer == metadata.issuer_in_answers.as_str() => Ok(()),
        Some(_) => Err(ResponseError::WrongIssuer),
        None if metadata.answers_with_issuer => Err(ResponseError::MissingIssuer),
        None => Ok(()),
    }
}

fn provider_error(code: &str, description: Option<&str>) -> ResponseError {
    let (code, description) = (clean_code(code), description.map(clean_description));
    match DENIED.contains(&code.as_str()) {
        true => ResponseError::Denied { description },
        false => ResponseError::Provider { code, description },
    }
}

/// An error code has printable ASCII without quotes and backslashes (RFC 6749 §4.1.2.1); the rest is left out.
pub(crate) fn clean_code(code: &str) -> String {
    let good = |c: &char| matches!(c, '\x20'..='\x21' | '\x23'..='\x5B' | '\x5D'..='\x7E');
    code.chars().filter(good).take(LONGEST_ERROR).collect()
}

fn clean_description(description: &str) -> String {
    description.chars().filter(|c| !c.is_control()).take(LONGEST_DESCRIPTION).collect()
}

//! A sign-in between its first and its second step: in a sealed cookie of the browser, so that nothing is kept here.
//! Whoever holds it has passed the first step, and no more: only the API's answer to the second one signs anybody in.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::values::ReadValues;
use crate::csrf::CsrfBinding;
use crate::entropy::{Entropy, EntropyError, random_bytes};
use crate::seal::{SealError, Sealer};
use crate::secret::secret_json;
use crate::time::Timestamp;
use crate::upstream_cookie::{CookieJar, StoredCookie};

/// How long a person may take.
pub const STEP_LIFETIME: Duration = Duration::from_secs(300);
/// Longest name and value of a cookie together, in bytes: browsers keep no longer ones (RFC 6265bis §5.6).
const LONGEST: usize = 4096;

/// See the [module](self).
#[derive(Clone, PartialEq, Eq)]
pub struct PendingStep {
    id: String,
    /// When the first step was passed.
    pub begun_at: Timestamp,
    /// The counter of the account of the first step: codes are guessed at its expense.
    pub account: [u8; 32],
    /// Where the browser goes at the end. Checked again before it does.
    pub return_to: String,
    /// What the second request needs.
    pub values: ReadValues,
    /// The cookies that the API has set so far.
    pub cookies: CookieJar,
}

/// With what a second step begins.
#[derive(Debug)]
pub struct StepStart {
    /// The counter of the account.
    pub account: [u8; 32],
    /// Where the browser goes at the end.
    pub return_to: String,
    /// What the second request needs.
    pub values: ReadValues,
    /// The cookies that the API has set so far.
    pub cookies: CookieJar,
    /// When.
    pub now: Timestamp,
}

/// In which cookie of which browser.
#[derive(Debug, Clone, Copy)]
pub struct StepPlace<'a> {
    /// The cookie's name.
    pub cookie: &'a str,
    /// The browser: a cookie that was planted in another one does not open there.
    pub binding: CsrfBinding<'a>,
}

/// Why a sign-in does not go on with its second step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PendingStepError {
    /// The cookie is no sealed value, or what was sealed is no step.
    #[error("the cookie of the second step has an unknown form")]
    UnknownForm,
    /// It was sealed for another browser or under another secret, or changed.
    #[error("the cookie of the second step does not open: {0}")]
    DoesNotOpen(SealError),
    /// The person took too long.
    #[error("the first step was passed more than five minutes ago")]
    Expired,
    /// What the API gave does not fit into a cookie.
    #[error("what the API wants to be kept for the second step does not fit into a cookie (4096 bytes)")]
    TooLarge,
    /// It could not be sealed.
    #[error("the second step could not be sealed: {0}")]
    Sealing(SealError),
}

impl PendingStep {
    /// Begins a second step.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn begin(start: StepStart, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let StepStart { account, return_to, values, cookies, now } = start;
        let id = URL_SAFE_NO_PAD.encode(random_bytes::<16>(entropy)?);
        Ok(Self { id, begun_at: now, account, return_to, values, cookies })
    }

    /// The same step for another try, with what the API has given since.
    #[must_use]
    pub fn again(self, values: Option<ReadValues>, cookies: CookieJar) -> Self {
        Self { values: values.unwrap_or(self.values), cookies, ..self }
    }

    /// What is used up when the step succeeds. It stays the same however often the cookie is set anew.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When the cookie is worthless.
    #[must_use]
    pub fn ends_at(&self) -> Timestamp {
        self.begun_at.after(STEP_LIFETIME)
    }

    /// The cookie's value, in base64url. It opens in this place only.
    ///
    /// # Errors
    /// When the source of randomness fails, or no cookie can hold it.
    pub fn seal(
        &self,
        place: StepPlace<'_>,
        sealer: &Sealer,
        entropy: &dyn Entropy,
    ) -> Result<String, PendingStepError> {
        let plain = secret_json(&Stored::of(self)).map_err(|_| PendingStepError::UnknownForm)?;
        let sealed = sealer.seal(&plain, &place.associated(), entropy).map_err(PendingStepError::Sealing)?;
        let text = URL_SAFE_NO_PAD.encode(sealed);
        match place.cookie.len() + text.len() {
            ..=LONGEST => Ok(text),
            _ => Err(PendingStepError::TooLarge),
        }
    }

    /// Opens what [`seal`](Self::seal) made, if it is not too old.
    ///
    /// # Errors
    /// When it is not such a value, was made for another browser or under another secret, or is too old.
    pub fn open(
        text: &str,
        place: StepPlace<'_>,
        sealer: &Sealer,
        now: Timestamp,
    ) -> Result<Self, PendingStepError> {
        if text.len() > LONGEST {
            return Err(PendingStepError::UnknownForm);
        }
        let sealed = URL_SAFE_NO_PAD.decode(text).map_err(|_| PendingStepError::UnknownForm)?;
        let plain = sealer.open(&sealed, &place.associated()).map_err(PendingStepError::DoesNotOpen)?;
        let plain = zeroize::Zeroizing::new(plain);
        let stored: Stored = serde_json::from_slice(&plain).map_err(|_| PendingStepError::UnknownForm)?;
        let step = stored.into_step().ok_or(PendingStepError::UnknownForm)?;
        if step.ends_at() <= now { Err(PendingStepError::Expired) } else { Ok(step) }
    }
}

impl StepPlace<'_> {
    fn associated(&self) -> Vec<u8> {
        let (kind, value) = self.binding.parts();
        [self.cookie.as_bytes(), b"\0", kind, value].concat()
    }
}

impl fmt::Debug for PendingStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PendingStep(begun {:?})", self.begun_at)
    }
}

/// The form in which a step travels. The names are short because every request to us carries the cookie until the step
/// is over.
#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(rename = "i")]
    id: String,
    #[serde(rename = "t")]
    begun_at: Timestamp,
    #[serde(rename = "a")]
    account: String,
    #[serde(rename = "r")]
    return_to: String,
    #[serde(rename = "v")]
    values: Vec<(String, String)>,
    #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
    cookies: Vec<StoredCookie>,
}

impl Stored {
    fn of(step: &PendingStep) -> Self {
        Self {
            id: step.id.clone(),
            begun_at: step.begun_at,
            account: URL_SAFE_NO_PAD.encode(step.account),
            return_to: step.return_to.clone(),
            values: step.values.stored(),
            cookies: step.cookies.stored(),
        }
    }

    /// Nothing where the counter's name is none.
    fn into_step(self) -> Option<PendingStep> {
        Some(PendingStep {
            id: self.id,
            begun_at: self.begun_at,
            account: URL_SAFE_NO_PAD.decode(self.account).ok()?.try_into().ok()?,
            return_to: self.return_to,
            values: ReadValues::from_stored(self.values),
            cookies: CookieJar::from_stored(self.cookies),
        })
    }
}

#[cfg(test)]
#[path = "pending_step_tests.rs"]
mod tests;

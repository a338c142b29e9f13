//! What stands in a session token.

use crossgate_core::entropy::{Entropy, EntropyError, random_bytes};
use crossgate_core::time::Timestamp;
use serde_json::{Map, Value};
use std::time::Duration;

/// How far clocks may differ, in seconds; next-auth's own tolerance (contract §6.1).
const TOLERANCE: i64 = 15;

/// Members of the cookies that next-auth keeps during a sign-in. A token with one of them and without a person is one of
/// those.
const CHECK_MEMBERS: [&str; 5] = ["value", "code_verifier", "state", "nonce", "random"];

/// The claims of a session token.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenClaims(Map<String, Value>);

/// Claims that only Crossgate says, beside `sub`.
#[derive(Debug, Clone, Copy)]
pub struct Registered<'a> {
    /// The public name of the session, in the private claim `sid`. Not `jti`: an app that seals the token anew makes a new
    /// one (contract §0). None in a token as an app seals it that knows nothing of Crossgate.
    pub session: Option<&'a str>,
    /// Now.
    pub issued_at: Timestamp,
    /// How long the token is good.
    pub max_age: Duration,
}

impl TokenClaims {
    /// Puts `sid`, `iat`, `exp` and `jti` over the claims of a session.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn new(
        claims: Map<String, Value>,
        registered: &Registered<'_>,
        entropy: &dyn Entropy,
    ) -> Result<Self, EntropyError> {
        let mut claims = claims;
        let issued_at = registered.issued_at.as_seconds();
        let expires_at = registered.issued_at.after(registered.max_age).as_seconds();
        claims.remove("sid");
        claims.extend(registered.session.map(|session| ("sid".to_owned(), session.into())));
        claims.insert("iat".to_owned(), issued_at.into());
        claims.insert("exp".to_owned(), expires_at.into());
        claims.insert("jti".to_owned(), uuid(random_bytes(entropy)?).into());
        claims.remove("nbf");
        Ok(Self(claims))
    }

    /// As JSON.
    #[must_use]
    pub const fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }
}

impl std::fmt::Debug for TokenClaims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenClaims(…)")
    }
}

/// A version 4 UUID in its text form (RFC 9562 §5.4).
fn uuid(random: [u8; 16]) -> String {
    let mut number = u128::from_be_bytes(random);
    number = number & !(0xf << 76) | (0x4 << 76);
    number = number & !(0x3 << 62) | (0x2 << 62);
    let hex = format!("{number:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

/// Claims of a token that is a live session token.
#[derive(Clone, PartialEq, Eq)]
pub struct CheckedClaims {
    /// All of them.
    pub claims: Map<String, Value>,
    /// The public name of the session, where Crossgate sealed the token or it descends from one that it did.
    pub session: Option<String>,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// Why claims are not those of a live session token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimsRefusal {
    /// `exp`, `nbf` or `iat` is no number, or `exp` is not there.
    #[error("a time in the token is missing or is no number")]
    Time,
    /// It is over.
    #[error("the token has expired")]
    Expired,
    /// It is not good yet.
    #[error("the token is not good yet")]
    NotYet,
    /// It is a cookie of a sign-in under way.
    #[error("the token is that of a sign-in under way, not of a session")]
    Purpose,
    /// It says neither whose it is nor of which session.
    #[error("the token names nobody")]
    Nobody,
}

/// Judges what a token says that opened:
///
/// 1. `exp` is a number; `nbf` and `iat` are, where they are there (contract §6.1; we require `exp`).
/// 2. `exp` is later than 15 seconds ago.
/// 3. `nbf` is not later than in 15 seconds.
/// 4. It is not one of the cookies of a sign-in under way: state, PKCE verifier, nonce (CVE-2023-48309). Some versions
///    sealed them under the key of the session cookie. None of them names anybody; a session token may well have a claim
///    `state` of its own.
/// 5. `sub` or `sid` is there, as text (a number becomes text where the person is read).
///
/// # Errors
/// With the step that failed.
pub fn judge_claims(claims: Map<String, Value>, now: Timestamp) -> Result<CheckedClaims, ClaimsRefusal> {
    judge_former_claims(claims, "/sub", now)
}

/// The same for a token from before Crossgate: one that an app's `jwt` callback made often has no `sub`, and says at
/// another place whose it is. `subject` is a JSON Pointer (RFC 6901); what it leads to will do for step 5.
///
/// # Errors
/// With the step that failed.
pub fn judge_former_claims(
    claims: Map<String, Value>,
    subject: &str,
    now: Timestamp,
) -> Result<CheckedClaims, ClaimsRefusal> {
    let expires = judge_times(&claims, now.as_seconds())?;
    let claims = Value::Object(claims);
    let names_somebody = ["/sub", "/sid", subject].into_iter().any(|pointer| is_text(&claims, pointer));
    let Value::Object(claims) = claims else { return Err(ClaimsRefusal::Nobody) };
    if !names_somebody {
        let is_check = CHECK_MEMBERS.iter().any(|member| claims.contains_key(*member));
        return Err(if is_check { ClaimsRefusal::Purpose } else { ClaimsRefusal::Nobody }); // 4, 5
    }
    let session = claims.get("sid").and_then(Value::as_str).map(str::to_owned);
    Ok(CheckedClaims { claims, session, expires_at: Timestamp::from_seconds(expires) })
}

/// Steps 1 to 3. Gives `exp`.
fn judge_times(claims: &Map<String, Value>, now: i64) -> Result<i64, ClaimsRefusal> {
    let expires = time(claims, "exp")?.ok_or(ClaimsRefusal::Time)?; // 1
    let not_before = time(claims, "nbf")?;
    time(claims, "iat")?;
    if expires <= now.saturating_sub(TOLERANCE) {
        return Err(ClaimsRefusal::Expired); // 2
    }
    if not_before.is_some_and(|time| time > now.saturating_add(TOLERANCE)) {
        return Err(ClaimsRefusal::NotYet); // 3
    }
    Ok(expires)
}

/// Whether something is there by which a person or a session can be called.
fn is_text(claims: &Value, pointer: &str) -> bool {
    match claims.pointer(pointer) {
        Some(Value::String(text)) => !text.is_empty(),
        Some(value) => value.is_number(),
        None => false,
    }
}

/// A NumericDate, which may have a fraction (RFC 7519 §2).
fn time(claims: &Map<String, Value>, name: &str) -> Result<Option<i64>, ClaimsRefusal> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::Number(number)) => number
            .as_i64()
            .or_else(|| number.as_f64().map(|seconds| seconds.floor() as i64))
            .map(Some)
            .ok_or(ClaimsRefusal::Time),
        Some(_) => Err(ClaimsRefusal::Time),
    }
}

impl std::fmt::Debug for CheckedClaims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CheckedClaims").field("session", &self.session).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "claims_tests.rs"]
mod tests;

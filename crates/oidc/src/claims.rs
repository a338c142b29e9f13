//! Claims that ID tokens and logout tokens share (OIDC Core §2, Back-Channel Logout §2.4). The numbers are those of
//! the steps in [`crate::id_token`].

use std::time::Duration;

use crossgate_core::provider::{Issuer, ProviderSessionId};
use crossgate_core::time::Timestamp;
use serde_json::Value;

use crate::json::{JsonObject, WrongType};

/// How far a provider's clock may be from ours.
const LEEWAY: Duration = Duration::from_secs(60);
/// How long a token is acceptable after it was issued. We get it at once, so this is generous.
const OLDEST: Duration = Duration::from_secs(600);
/// Longest accepted name of a session or a token, in bytes.
const LONGEST_NAME: usize = 255;

/// Why claims are not for us, or not now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// It must be there.
    #[error("the claim {0} is missing")]
    Missing(&'static str),
    /// It is there and is not what it should be.
    #[error("the claim {0} is malformed")]
    Malformed(&'static str),
    /// Another issuer.
    #[error("the token is from another issuer")]
    OtherIssuer,
    /// We are not in `aud`.
    #[error("the token is for another client")]
    OtherAudience,
    /// There are further audiences and no `azp`.
    #[error("the token is for several audiences and does not say to whom it was given")]
    NoAuthorizedParty,
    /// `azp` is somebody else.
    #[error("the token was given to another client")]
    OtherAuthorizedParty,
    /// `exp` is over.
    #[error("the token has expired")]
    Expired,
    /// `iat` lies ahead.
    #[error("the token was issued in the future; does the clock go wrong?")]
    IssuedInFuture,
    /// `iat` is long ago.
    #[error("the token was issued more than ten minutes ago")]
    IssuedTooLongAgo,
    /// `nbf` lies ahead (RFC 7519 §4.1.5).
    #[error("the token is not valid yet")]
    NotYetValid,
}

impl From<WrongType> for ClaimError {
    fn from(WrongType(name): WrongType) -> Self {
        Self::Malformed(name)
    }
}

/// What the claims must say.
pub(crate) struct ClaimRules<'a> {
    pub(crate) issuer: &'a Issuer,
    pub(crate) client_id: &'a str,
    pub(crate) now: Timestamp,
}

impl ClaimRules<'_> {
    /// Steps 2 to 5, 9 and 10. Tells from when on the same token would be refused.
    pub(crate) fn judge(&self, claims: &JsonObject) -> Result<Timestamp, ClaimError> {
        self.check_issuer(claims)?;
        self.check_audience(claims)?;
        self.check_times(claims)
    }

    /// 2: to the letter.
    fn check_issuer(&self, claims: &JsonObject) -> Result<(), ClaimError> {
        match claims.text("iss")?.ok_or(ClaimError::Missing("iss"))? {
            issuer if issuer == self.issuer.as_str() => Ok(()),
            _ => Err(ClaimError::OtherIssuer),
        }
    }

    /// 3 to 5.
    fn check_audience(&self, claims: &JsonObject) -> Result<(), ClaimError> {
        let audiences = audiences(claims.get("aud").ok_or(ClaimError::Missing("aud"))?)?;
        // 3: we are among them; any other is nobody that we trust, so 5 must hold too.
        if !audiences.contains(&self.client_id) {
            return Err(ClaimError::OtherAudience);
        }
        // 5.
        match claims.text("azp")? {
            Some(party) if party == self.client_id => Ok(()),
            Some(_) => Err(ClaimError::OtherAuthorizedParty),
            None if audiences.iter().any(|audience| *audience != self.client_id) => {
                Err(ClaimError::NoAuthorizedParty)
            }
            None => Ok(()),
        }
    }

    /// 9 and 10, and `nbf` where it is there.
    fn check_times(&self, claims: &JsonObject) -> Result<Timestamp, ClaimError> {
        let (earliest, latest) = (self.now.before(LEEWAY), self.now.after(LEEWAY));
        // 9.
        let expires_at = time(claims, "exp")?.ok_or(ClaimError::Missing("exp"))?;
        if expires_at <= earliest {
            return Err(ClaimError::Expired);
        }
        // 10.
        let issued_at = time(claims, "iat")?.ok_or(ClaimError::Missing("iat"))?;
        let too_old_at = issued_at.after(OLDEST);
        if issued_at > latest {
            return Err(ClaimError::IssuedInFuture);
        }
        if too_old_at <= earliest {
            return Err(ClaimError::IssuedTooLongAgo);
        }
        if time(claims, "nbf")?.is_some_and(|not_before| not_before > latest) {
            return Err(ClaimError::NotYetValid);
        }
        Ok(expires_at.min(too_old_at).after(LEEWAY))
    }
}

/// `aud`: a text or an array of texts (RFC 7519 §4.1.3).
fn audiences(value: &Value) -> Result<Vec<&str>, ClaimError> {
    let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    list.iter().map(|entry| entry.as_str().ok_or(ClaimError::Malformed("aud"))).collect()
}

/// A NumericDate (RFC 7519 §2), which may have a fraction.
fn time(claims: &JsonObject, name: &'static str) -> Result<Option<Timestamp>, ClaimError> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    let whole = value.as_i64().map(Timestamp::from_seconds);
    // A cast from a float saturates; no number here is NaN.
    let fraction = || value.as_f64().map(|seconds| Timestamp::from_millis((seconds * 1000.0) as i64));
    whole.or_else(fraction).map(Some).ok_or(ClaimError::Malformed(name))
}

/// `sid` (Front-Channel Logout §3, Back-Channel Logout §2.1).
pub(crate) fn session(claims: &JsonObject) -> Result<Option<ProviderSessionId>, ClaimError> {
    Ok(name(claims, "sid")?.map(|session| ProviderSessionId(session.to_owned())))
}

/// A claim that names something: a text that is neither empty nor long.
pub(crate) fn name<'a>(claims: &'a JsonObject, claim: &'static str) -> Result<Option<&'a str>, ClaimError> {
    match claims.text(claim)? {
        Some(text) if text.is_empty() || text.len() > LONGEST_NAME => Err(ClaimError::Malformed(claim)),
        found => Ok(found),
    }
}

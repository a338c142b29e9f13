//! next-auth's own session cookie, towards an app that reads it on its server (contract §6, §7, §10).
//!
//! The cookie is an encrypted token. Its content is [`TokenClaims`], its envelope a JWE that [`CookieCipher`] seals and
//! opens, and where it is too long for one cookie it stands in several ([`split`], [`join`]).

mod chunks;
mod cipher;
mod claims;
mod encryption;
mod envelope;
mod keys;

pub use chunks::{Joined, join, split};
pub use cipher::{CookieCipher, OpenError, SealError};
pub use claims::{CheckedClaims, ClaimsRefusal, Registered, TokenClaims, judge_claims, judge_former_claims};

use crossgate_core::next_auth::Dialect;

/// The name of the session cookie, unless the app overrides it. `is_secure`: browsers know the site under https.
#[must_use]
pub const fn cookie_name(dialect: Dialect, is_secure: bool) -> &'static str {
    match (dialect, is_secure) {
        (Dialect::V4, false) => "next-auth.session-token",
        (Dialect::V4, true) => "__Secure-next-auth.session-token",
        (Dialect::V5, false) => "authjs.session-token",
        (Dialect::V5, true) => "__Secure-authjs.session-token",
    }
}

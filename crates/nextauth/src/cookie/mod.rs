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

pub use chunks::{Joined, is_part_of, join, split};
pub use cipher::{CookieCipher, OpenError, SealError};
pub use claims::{CheckedClaims, ClaimsRefusal, Registered, TokenClaims, judge_claims, judge_former_claims};

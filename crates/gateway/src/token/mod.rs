//! The token step: what an upstream receives to know who is asking.

mod beginnings;
mod claims;
mod issuer;
mod keeper;
mod kept;
mod keys;
mod opened;
mod overview;
mod refusal;
mod renewed;
mod ring;
mod step;
mod verify;

pub(crate) use issuer::{IssueError, Issuer, ProofKind};
pub(crate) use keeper::KeyKeeper;
pub use keys::KeyFault;
pub use overview::{SigningKeyEntry, list_signing_keys, rotate_signing_key};
pub(crate) use refusal::TokenRefusal;
pub(crate) use step::{Equipped, TokenUse, UpstreamHeaders, UpstreamTokens};
pub(crate) use verify::{VerifiedToken, Verifier};

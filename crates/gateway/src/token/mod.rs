//! The token step: what an upstream receives to know who is asking.

mod claims;
mod issuer;
mod kept;
mod keys;
mod refusal;
mod renewed;
mod step;

pub(crate) use issuer::Issuer;
pub use keys::KeyFault;
pub(crate) use keys::load_or_create;
pub(crate) use refusal::TokenRefusal;
pub(crate) use step::{Equipped, TokenUse, UpstreamHeaders, UpstreamTokens};

//! The token step: what an upstream receives to know who is asking.

mod claims;
mod issuer;
mod keys;
mod step;

pub(crate) use issuer::Issuer;
pub use keys::KeyFault;
pub(crate) use keys::load_or_create;
pub(crate) use step::{TokenRefusal, UpstreamHeaders, UpstreamTokens};

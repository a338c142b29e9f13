//! Sign-in at providers (OpenID Connect, OAuth 2) without sockets: one function builds a request, another judges
//! the answer. The network sits between them and belongs to somebody else; so do the clock and chance.

pub mod authorization;
mod claims;
pub mod client_authentication;
pub mod hosts;
pub mod id_token;
mod json;
mod jws;
pub mod key_set;
pub mod logout;
pub mod metadata;
mod refusal;
pub mod remembered;
pub mod request;
#[cfg(test)]
mod samples;
pub mod token;
pub mod transaction;
pub mod user_info;

pub use authorization::{AuthorizationCode, AuthorizationUrl, ResponseError};
pub use claims::ClaimError;
pub use client_authentication::{Proof, ProofError};
pub use hosts::{AllowedHosts, ForeignHost};
pub use id_token::{IdTokenClaims, IdTokenError, IdTokenRules, UnverifiedIdToken};
pub use json::JsonError;
pub use jws::{JwsError, SignatureAlgorithm};
pub use key_set::{KeyError, KeySet, KeySetError};
pub use logout::{LogoutToken, LogoutTokenError, RevocationError, TokenHint};
pub use metadata::{MetadataError, ProviderMetadata};
pub use remembered::{Freshness, Remembered, RememberedRules};
pub use request::{ProviderAnswer, ProviderRequest};
pub use token::{CodeGrant, TokenError, TokenResponse};
pub use transaction::{
    CodeVerifier, Nonce, Purpose, SignInTransaction, State, TransactionError, TransactionStart,
};
pub use user_info::UserInfoError;

//! Sign-in at providers (OpenID Connect, OAuth 2) without sockets: one function builds a request, another judges
//! the answer. The network sits between them and belongs to somebody else; so do the clock and chance.

pub mod authorization;
pub mod hosts;
pub mod metadata;
pub mod remembered;
pub mod request;
#[cfg(test)]
mod samples;
pub mod transaction;

pub use authorization::{AuthorizationCode, AuthorizationUrl, ResponseError};
pub use hosts::{AllowedHosts, ForeignHost};
pub use metadata::{MetadataError, ProviderMetadata};
pub use remembered::{Freshness, Remembered, RememberedRules};
pub use request::{ProviderAnswer, ProviderRequest};
pub use transaction::{
    CodeVerifier, Nonce, Purpose, SignInTransaction, State, TransactionError, TransactionStart,
};

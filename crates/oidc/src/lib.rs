//! Sign-in at providers (OpenID Connect, OAuth 2) without sockets: one function builds a request, another judges
//! the answer. The network sits between them and belongs to somebody else; so do the clock and chance.

pub mod metadata;
pub mod request;

pub use metadata::ProviderMetadata;
pub use request::{ProviderAnswer, ProviderRequest};

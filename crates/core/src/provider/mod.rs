//! Providers: the other side of a sign-in (Google, GitHub, any OpenID Provider), as values.

mod account;
mod address;
mod login;
mod parameters;
mod profile;
mod settings;

pub use account::AccountSettings;
pub use address::{Endpoint, EndpointError, Issuer};
pub use login::{ProviderKey, ProviderKeys, ProviderLogin, ProviderSessionId, ProviderToken};
pub use parameters::is_protected_parameter;
pub use profile::{ProfileError, ProfileReading, ProviderProfile};
pub use settings::{
    AuthorizationSettings, ClientAuthentication, ClientKey, ClientKeyAlgorithm, ClientSettings,
    CodeChallengeUse, DeclaredEndpoints, EmailList, OAuth2Settings, OpenIdSettings, ProviderId,
    ProviderIdError, ProviderProtocol, ProviderSettings, ResponseMode, TokenTarget, UserInfoUse,
};

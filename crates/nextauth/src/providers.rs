//! Body of the `providers` endpoint (contract §3.4).

use crossgate_core::next_auth::Dialect;
use serde_json::{Map, Value, json};

use crate::urls::EndpointUrls;

/// A way to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderEntry<'a> {
    /// Id, as it stands in the endpoints' paths.
    pub id: &'a str,
    /// What a person reads.
    pub name: &'a str,
    /// What kind.
    pub kind: ProviderKind,
}

/// Clients decide by the kind whether `redirect: false` holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderKind {
    /// The API's own login.
    Credentials,
    /// OAuth 2 without OpenID Connect.
    OAuth,
    /// OpenID Connect. v4 has no word of its own for it (contract §3.4).
    Oidc,
    /// A link by e-mail.
    Email,
}

impl ProviderKind {
    const fn as_str(self, dialect: Dialect) -> &'static str {
        match (self, dialect) {
            (Self::Credentials, _) => "credentials",
            (Self::OAuth, _) | (Self::Oidc, Dialect::V4) => "oauth",
            (Self::Oidc, Dialect::V5) => "oidc",
            (Self::Email, _) => "email",
        }
    }
}

/// An object keyed by provider id; each value has exactly `id`, `name`, `type`, `signinUrl` and `callbackUrl`, both
/// absolute. An empty object sends clients to the error or sign-in page.
#[must_use]
pub fn providers_body(providers: &[ProviderEntry<'_>], urls: &EndpointUrls, dialect: Dialect) -> Value {
    let entry = |provider: &ProviderEntry<'_>| (provider.id.to_owned(), describe(provider, urls, dialect));
    Value::Object(providers.iter().map(entry).collect::<Map<_, _>>())
}

fn describe(provider: &ProviderEntry<'_>, urls: &EndpointUrls, dialect: Dialect) -> Value {
    json!({
        "id": provider.id,
        "name": provider.name,
        "type": provider.kind.as_str(dialect),
        "signinUrl": urls.of_provider("signin", provider.id),
        "callbackUrl": urls.of_provider("callback", provider.id),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossgate_core::origin::PublicOrigin;
    use crossgate_core::settings::OwnPages;

    #[test]
    fn the_providers_of_the_contract() {
        let urls = EndpointUrls::new(
            &PublicOrigin::parse("https://app.example").unwrap(),
            "/api/auth",
            &OwnPages::default(),
        );
        let password = ProviderEntry { id: "credentials", name: "Password", kind: ProviderKind::Credentials };
        assert_eq!(
            providers_body(&[password], &urls, Dialect::V4),
            json!({ "credentials": {
                "id": "credentials",
                "name": "Password",
                "type": "credentials",
                "signinUrl": "https://app.example/api/auth/signin/credentials",
                "callbackUrl": "https://app.example/api/auth/callback/credentials"
            } })
        );
        assert_eq!(providers_body(&[], &urls, Dialect::V5), json!({}));
    }

    #[test]
    fn kinds_are_the_words_clients_know() {
        let kinds = [ProviderKind::Credentials, ProviderKind::OAuth, ProviderKind::Oidc, ProviderKind::Email];
        let words = |dialect| kinds.map(|kind| kind.as_str(dialect));
        assert_eq!(words(Dialect::V4), ["credentials", "oauth", "oauth", "email"]);
        assert_eq!(words(Dialect::V5), ["credentials", "oauth", "oidc", "email"]);
    }
}

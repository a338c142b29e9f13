//! Addresses at providers: checked once, then trusted to be what they say.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// An address at a provider to which we send requests or browsers: https, or plain http on loopback. No user
/// information, no fragment.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Endpoint(Url);

/// Why a text is no such address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Not an absolute http(s) URL with a host.
    #[error("not an absolute https URL")]
    NotHttp,
    /// Plain http for a host that is not loopback.
    #[error("plain http is accepted on loopback only")]
    Insecure,
    /// It has user information or a fragment; an issuer with a query as well.
    #[error("has user information, a query or a fragment that does not belong there")]
    Extras,
}

impl Endpoint {
    /// Checks the address.
    ///
    /// # Errors
    /// See [`EndpointError`].
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let url = Url::parse(text).map_err(|_| EndpointError::NotHttp)?;
        match (url.scheme(), url.host()) {
            ("https", Some(_)) => {}
            ("http", Some(host)) if is_loopback(&host) => {}
            ("http", Some(_)) => return Err(EndpointError::Insecure),
            _ => return Err(EndpointError::NotHttp),
        }
        if url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
            return Err(EndpointError::Extras);
        }
        Ok(Self(url))
    }

    /// The address.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.0
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Host and, where it is not the scheme's default, port: what the operator lists as a host.
    #[must_use]
    pub fn authority(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// The origin, as a content security policy names it.
    #[must_use]
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

impl TryFrom<String> for Endpoint {
    type Error = EndpointError;
    fn try_from(text: String) -> Result<Self, EndpointError> {
        Self::parse(&text)
    }
}

impl From<Endpoint> for String {
    fn from(endpoint: Endpoint) -> Self {
        endpoint.0.into()
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({})", self.0)
    }
}

/// An issuer identifier (OIDC Core §2, RFC 8414 §2). Compared to the letter, never by prefix and never as a URL:
/// `https://id.example` and `https://id.example/` are two issuers.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Issuer(String);

impl Issuer {
    /// Checks the text: an address as in [`Endpoint`], without a query.
    ///
    /// # Errors
    /// See [`EndpointError`].
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        match Endpoint::parse(text)?.url().query() {
            None => Ok(Self(text.to_owned())),
            Some(_) => Err(EndpointError::Extras),
        }
    }

    /// The text, as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where its discovery document is (OIDC Discovery §4: the path of the issuer is kept).
    #[must_use]
    pub fn discovery_address(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.0.strip_suffix('/').unwrap_or(&self.0))
    }
}

impl TryFrom<String> for Issuer {
    type Error = EndpointError;
    fn try_from(text: String) -> Result<Self, EndpointError> {
        Self::parse(&text)
    }
}

impl From<Issuer> for String {
    fn from(issuer: Issuer) -> Self {
        issuer.0
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Issuer({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_protect_what_is_sent_are_accepted() {
        for good in
            ["https://id.example/x?y=z", "http://127.0.0.1:9000/a", "http://localhost:1", "http://[::1]:2/"]
        {
            assert!(Endpoint::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "http://id.example",
            "ftp://id.example",
            "https://a@id.example",
            "https://id.example/#x",
            "/x",
            "",
        ] {
            assert!(Endpoint::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn issuers_are_compared_to_the_letter() {
        let issuer = |text| Issuer::parse(text).unwrap();
        assert_ne!(issuer("https://id.example"), issuer("https://id.example/"));
        assert_ne!(issuer("https://id.example"), issuer("https://ID.example"));
        assert!(Issuer::parse("https://id.example/?a=b").is_err());
    }

    #[test]
    fn the_discovery_address_keeps_the_path() {
        let address = |text| Issuer::parse(text).unwrap().discovery_address();
        assert_eq!(address("https://id.example"), "https://id.example/.well-known/openid-configuration");
        assert_eq!(address("https://id.example/"), "https://id.example/.well-known/openid-configuration");
        assert_eq!(
            address("https://id.example/r/a"),
            "https://id.example/r/a/.well-known/openid-configuration"
        );
    }
}

//! To which hosts requests and browsers may be sent. A discovery document comes over the network: without this list
//! it could send our client secret, or a browser, anywhere.

use crossgate_core::provider::{Endpoint, Issuer, ProviderProtocol, ProviderSettings};

/// The hosts of one provider: those of its issuer and its declared endpoints, and those that the operator listed.
#[derive(Debug, Clone)]
pub struct AllowedHosts {
    declared: Vec<Endpoint>,
    listed: Vec<String>,
}

/// A discovery document names a host that nobody allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the discovery document's {what} is on {host}, which is not an allowed host; fix: add it to `hosts`")]
pub struct ForeignHost {
    /// The member that names it.
    pub what: &'static str,
    /// The host, with its port where that is not the default.
    pub host: String,
}

impl AllowedHosts {
    /// The hosts of this provider.
    #[must_use]
    pub fn of(settings: &ProviderSettings) -> Self {
        let declared = address_of(settings.issuer()).into_iter().chain(declared_endpoints(settings));
        let listed = settings.hosts.iter().map(|host| host.to_ascii_lowercase());
        Self { declared: declared.collect(), listed: listed.collect() }
    }

    /// Checks an endpoint that the member `what` of a discovery document names.
    ///
    /// # Errors
    /// See [`ForeignHost`].
    pub fn check(&self, what: &'static str, endpoint: &Endpoint) -> Result<(), ForeignHost> {
        let host = endpoint.authority();
        match self.listed.contains(&host) || self.declared.iter().any(|known| known.authority() == host) {
            true => Ok(()),
            false => Err(ForeignHost { what, host }),
        }
    }
}

/// An issuer is an address, too; its text was checked as one.
fn address_of(issuer: &Issuer) -> Option<Endpoint> {
    Endpoint::parse(issuer.as_str()).ok()
}

fn declared_endpoints(settings: &ProviderSettings) -> Vec<Endpoint> {
    let ProviderProtocol::OAuth2(settings) = &settings.protocol else { return Vec::new() };
    let endpoints = &settings.endpoints;
    let required = [&endpoints.authorization, &endpoints.token, &endpoints.user_info];
    let emails = endpoints.emails.as_ref().map(|emails| &emails.endpoint);
    required.into_iter().chain(emails).chain(&endpoints.revocation).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{endpoint, oauth2, open_id};

    #[test]
    fn only_the_issuers_host_and_listed_ones_are_allowed() {
        let mut settings = open_id();
        settings.hosts = vec!["Tokens.Example".into(), "keys.example:8443".into()];
        let hosts = AllowedHosts::of(&settings);
        for (address, allowed) in [
            ("https://id.example/elsewhere", true),
            ("https://ID.example/", true),
            ("https://id.example:443/", true),
            ("https://id.example:8443/", false),
            ("https://tokens.example/token", true),
            ("https://keys.example:8443/", true),
            ("https://keys.example/", false),
            ("https://sub.id.example/", false),
            ("https://id.example.evil.test/", false),
            ("https://evil.test/id.example", false),
            ("http://127.0.0.1/", false),
        ] {
            assert_eq!(hosts.check("token_endpoint", &endpoint(address)).is_ok(), allowed, "{address}");
        }
    }

    #[test]
    fn a_foreign_host_is_named_with_the_way_out() {
        let fault =
            AllowedHosts::of(&open_id()).check("token_endpoint", &endpoint("https://oauth2.example/t"));
        assert_eq!(
            fault.unwrap_err().to_string(),
            "the discovery document's token_endpoint is on oauth2.example, which is not an allowed host; \
             fix: add it to `hosts`"
        );
    }

    #[test]
    fn declared_endpoints_are_allowed() {
        let hosts = AllowedHosts::of(&oauth2());
        assert!(hosts.check("x", &endpoint("https://api.hub.example:8443/other")).is_ok());
        assert!(hosts.check("x", &endpoint("https://mail.hub.example/")).is_ok());
    }
}

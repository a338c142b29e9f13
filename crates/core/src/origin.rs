//! The public origin: the one address under which browsers know us.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

/// Scheme, host and port of the public address. Plain http is accepted on loopback only.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicOrigin {
    origin: String,
    authority: String,
    scheme: &'static str,
    port: u16,
    host: String,
    has_public_name: bool,
}

/// Why an address cannot be the public origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Not an absolute http(s) URL with a host.
    #[error("not an absolute http or https URL with a host")]
    NotHttp,
    /// It has a path, a query, a fragment or user information.
    #[error("has a path, query, fragment or user information; only scheme, host and port belong here")]
    MoreThanOrigin,
    /// Plain http for a host that is not loopback: cookies could not be protected.
    #[error("plain http is accepted on loopback only (localhost, 127.0.0.1, [::1]); use https")]
    InsecureHost,
}

impl PublicOrigin {
    /// Checks the address.
    ///
    /// # Errors
    /// See [`OriginError`].
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let url = Url::parse(text).map_err(|_| OriginError::NotHttp)?;
        let (scheme, host) = match (url.scheme(), url.host()) {
            ("https", Some(host)) => ("https", host),
            ("http", Some(host)) if is_loopback(&host) => ("http", host),
            ("http", Some(_)) => return Err(OriginError::InsecureHost),
            _ => return Err(OriginError::NotHttp),
        };
        if url.path() != "/" || has_extras(&url) {
            return Err(OriginError::MoreThanOrigin);
        }
        let has_public_name = matches!(host, Host::Domain(_)) && !is_loopback(&host);
        let host = host.to_string();
        let authority = url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
        let port = url.port_or_known_default().ok_or(OriginError::NotHttp)?;
        Ok(Self { origin: format!("{scheme}://{authority}"), authority, scheme, port, host, has_public_name })
    }

    /// `https://shop.example.com`, as browsers write it in the `Origin` header (RFC 6454 §6.2).
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.origin
    }

    /// Host and, where it is not the scheme's default, port: what a `Host` header says.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The host, as a URL writes it: an IPv6 address stands in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// `https` or `http`.
    #[must_use]
    pub const fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// The port, default or not.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Whether the host is a name, and not one that every machine gives itself.
    #[must_use]
    pub const fn has_public_name(&self) -> bool {
        self.has_public_name
    }

    /// Whether cookies may and must be `Secure`.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.scheme == "https"
    }

    /// Whether a `Host` header (or the authority of an absolute-form target) means us. The default port may be
    /// spelled out (RFC 9110 §4.2.3).
    #[must_use]
    pub fn owns_authority(&self, authority: &str) -> bool {
        if authority == self.authority || authority.eq_ignore_ascii_case(&self.authority) {
            return true;
        }
        let default_port = if self.is_secure() { 443 } else { 80 };
        self.port == default_port
            && authority.rsplit_once(':').is_some_and(|(host, port)| {
                host.eq_ignore_ascii_case(&self.host) && port.parse() == Ok(default_port)
            })
    }
}

fn has_extras(url: &Url) -> bool {
    url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some()
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => IpAddr::V4(*address).is_loopback(),
        Host::Ipv6(address) => IpAddr::V6(*address).is_loopback(),
    }
}

impl fmt::Debug for PublicOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicOrigin({})", self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_loopback_only() {
        assert!(PublicOrigin::parse("http://localhost:3000").is_ok());
        assert!(PublicOrigin::parse("http://[::1]:3000").is_ok());
        assert_eq!(PublicOrigin::parse("http://shop.example.com"), Err(OriginError::InsecureHost));
        assert_eq!(PublicOrigin::parse("http://127.0.0.1.evil.example"), Err(OriginError::InsecureHost));
    }

    #[test]
    fn more_than_an_origin_is_refused() {
        for text in
            ["https://a.example/x", "https://a.example/?q", "https://u:p@a.example", "https://a.example/#f"]
        {
            assert_eq!(PublicOrigin::parse(text), Err(OriginError::MoreThanOrigin), "{text}");
        }
        assert_eq!(PublicOrigin::parse("ftp://a.example"), Err(OriginError::NotHttp));
    }

    #[test]
    fn our_authority_in_every_legal_spelling_and_no_other() {
        let origin = PublicOrigin::parse("https://Shop.example.com").unwrap();
        for ours in ["shop.example.com", "SHOP.example.com", "shop.example.com:443"] {
            assert!(origin.owns_authority(ours), "{ours}");
        }
        for foreign in
            ["evil.example", "shop.example.com:8443", "shop.example.com.", "shop.example.com:443:443", ""]
        {
            assert!(!origin.owns_authority(foreign), "{foreign}");
        }
    }
}

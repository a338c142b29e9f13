//! Who connected and who asked: two addresses that must not be mixed up.

use std::net::IpAddr;

use http::HeaderMap;

/// Who opened the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PeerAddress(pub IpAddr);

/// Who asked, as far as trusted proxies tell. Used for throttling, logs and `X-Forwarded-For`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

/// Networks whose forwarding headers count. Default: none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies {
    networks: Vec<Network>,
}

/// An address block in CIDR notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// Why a text is no usable network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// Neither an address nor CIDR notation.
    #[error("neither an IP address nor a network such as 10.0.0.0/8")]
    Form,
    /// Everybody would be trusted.
    #[error("a network of prefix length 0 trusts everybody; name your proxies")]
    CatchAll,
}

impl Network {
    /// Reads `10.0.0.0/8`, `::1` or the like.
    ///
    /// # Errors
    /// See [`NetworkError`].
    pub fn parse(text: &str) -> Result<Self, NetworkError> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NetworkError::Form)?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(longest), |prefix| prefix.parse().map_err(|_| NetworkError::Form))?;
        match prefix {
            0 => Err(NetworkError::CatchAll),
            prefix if prefix <= longest => Ok(Self { address, prefix }),
            _ => Err(NetworkError::Form),
        }
    }

    fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                (u32::from(own) ^ u32::from(other)).checked_shr(32 - u32::from(self.prefix)).unwrap_or(0) == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                (u128::from(own) ^ u128::from(other)).checked_shr(128 - u32::from(self.prefix)).unwrap_or(0)
                    == 0
            }
            _ => false,
        }
    }
}

impl TrustedProxies {
    /// Trusts these networks and nobody else.
    #[must_use]
    pub const fn new(networks: Vec<Network>) -> Self {
        Self { networks }
    }

    /// Whether this address is one of them.
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(address.to_canonical()))
    }

    /// Who asked: the peer, or, walking `X-Forwarded-For` from the right through trusted proxies, the first
    /// address that is not one of ours. A malformed entry ends the walk at the last good address.
    #[must_use]
    pub fn client_of(&self, peer: PeerAddress, headers: &HeaderMap) -> ClientAddress {
        let mut client = peer.0.to_canonical();
        if self.networks.is_empty() || !self.trusts(client) {
            return ClientAddress(client);
        }
        let lines: Vec<&str> =
            headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
        for entry in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            match entry.trim().parse::<IpAddr>() {
                Ok(address) => client = address.to_canonical(),
                Err(_) => break,
            }
            if !self.trusts(client) {
                break;
            }
        }
        ClientAddress(client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &[&str], peer: &str, forwarded: &[&str]) -> String {
        let proxies = TrustedProxies::new(trusted.iter().map(|text| Network::parse(text).unwrap()).collect());
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        proxies.client_of(PeerAddress(peer.parse().unwrap()), &headers).0.to_string()
    }

    #[test]
    fn nobody_is_believed_by_default() {
        assert_eq!(client(&[], "127.0.0.1", &["6.6.6.6"]), "127.0.0.1");
        assert_eq!(client(&["10.0.0.0/8"], "192.0.2.1", &["6.6.6.6"]), "192.0.2.1");
    }

    #[test]
    fn the_rightmost_untrusted_address_asked() {
        let trusted = ["10.0.0.0/8", "::1"];
        assert_eq!(client(&trusted, "10.1.1.1", &["6.6.6.6, 192.0.2.7, 10.2.2.2"]), "192.0.2.7");
        assert_eq!(client(&trusted, "::1", &["6.6.6.6", "192.0.2.7"]), "192.0.2.7");
        assert_eq!(client(&trusted, "::ffff:10.1.1.1", &["192.0.2.7"]), "192.0.2.7");
        assert_eq!(client(&trusted, "10.1.1.1", &["192.0.2.7, not an address"]), "10.1.1.1");
        assert_eq!(client(&trusted, "10.1.1.1", &[]), "10.1.1.1");
    }

    #[test]
    fn a_network_that_trusts_everybody_is_refused() {
        assert_eq!(Network::parse("0.0.0.0/0"), Err(NetworkError::CatchAll));
        assert_eq!(Network::parse("::/0"), Err(NetworkError::CatchAll));
        assert_eq!(Network::parse("10.0.0.0/33"), Err(NetworkError::Form));
        assert_eq!(Network::parse("example.com"), Err(NetworkError::Form));
    }
}

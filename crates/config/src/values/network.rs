//! Addresses.

use std::net::SocketAddr;

use crossgate_core::client_address::{Network, NetworkError};
use crossgate_core::provider::{Endpoint, EndpointError, Issuer};
use url::{Host, Url};

use crate::reader::Entry;
use crate::report::Complaint;

/// An address to listen on.
pub(crate) fn socket_address(entry: &Entry<'_>) -> Result<SocketAddr, Complaint> {
    entry.text()?.parse().map_err(|_| {
        Complaint::new(
            "not an IP address with a port",
            "write \"127.0.0.1:8080\", or \"0.0.0.0:8080\" for every interface; host names are not resolved here",
        )
    })
}

/// A network of trusted proxies.
pub(crate) fn network(entry: &Entry<'_>) -> Result<Network, Complaint> {
    Network::parse(entry.text()?).map_err(|error| {
        let fix = match error {
            NetworkError::Form => "write \"10.0.0.0/8\", \"192.0.2.7\" or \"fd00::/8\"",
            NetworkError::CatchAll => "list only the addresses of your own proxies",
        };
        Complaint::new(error.to_string(), fix)
    })
}

/// Host and port of an upstream; the host without the brackets of an IPv6 address.
pub(crate) fn upstream_address(entry: &Entry<'_>) -> Result<(String, u16), Complaint> {
    let form = || Complaint::new("not an http URL with a host", "write \"http://127.0.0.1:3000\"");
    let url = Url::parse(entry.text()?).map_err(|_| form())?;
    match url.scheme() {
        "http" => {}
        "https" => {
            let fix = "write http:// and keep this connection inside your own network";
            return Err(Complaint::new("TLS to upstreams is not available yet", fix));
        }
        _ => return Err(form()),
    }
    let is_bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if url.path() != "/" || !is_bare || url.password().is_some() {
        let reason = "has a path, query, fragment or user information";
        return Err(Complaint::new(reason, "write only http://host:port; requests keep their own path"));
    }
    let host = match url.host().ok_or_else(form)? {
        Host::Domain(name) => name.to_owned(),
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    };
    Ok((host, url.port_or_known_default().unwrap_or(80)))
}

/// An address at a provider.
pub(crate) fn endpoint(entry: &Entry<'_>) -> Result<Endpoint, Complaint> {
    Endpoint::parse(entry.text()?).map_err(address_complaint)
}

/// An issuer, as its discovery document spells it.
pub(crate) fn issuer(entry: &Entry<'_>) -> Result<Issuer, Complaint> {
    let text = entry.text()?;
    if text.contains("/.well-known/") {
        let fix = "leave out everything from \"/.well-known/\" on: the issuer is what `issuer` says in that document";
        return Err(Complaint::new("is the address of the discovery document", fix));
    }
    Issuer::parse(text).map_err(address_complaint)
}

fn address_complaint(error: EndpointError) -> Complaint {
    let fix = match error {
        EndpointError::NotHttp => "write the whole address, with https://",
        EndpointError::Insecure => "write https://, or http://localhost:9000 for trying out",
        EndpointError::Extras => {
            "leave out user information and what follows `#`; an issuer has no query either"
        }
    };
    Complaint::new(error.to_string(), fix)
}

/// A host, with a port where it is not that of https.
pub(crate) fn host(entry: &Entry<'_>) -> Result<String, Complaint> {
    let text = entry.text()?;
    let fix = "write a host such as \"id.example.com\", without https:// and without a path";
    if text.contains(['/', '@', '?', '#', '\\']) {
        return Err(Complaint::new("more than a host", fix));
    }
    if text.contains('*') {
        return Err(Complaint::new("hosts are compared whole", "list each host by its full name"));
    }
    let parsed = Endpoint::parse(&format!("https://{text}"));
    parsed.map(|endpoint| endpoint.authority()).map_err(|_| Complaint::new("not a host", fix))
}

//! `[listen]`

use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crossgate_core::client_address::TrustedProxies;
use crossgate_core::settings::{Http2Mode, ListenSettings, TlsFiles};
use crossgate_core::strict_transport::{StrictTransport, StrictTransportError, StrictTransportSetting};

use crate::reader::{Entry, Table};
use crate::report::{Complaint, Place};
use crate::tree::Value;
use crate::values::{choice, duration_between, network, number, socket_address};

const ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
const ADMIN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9090);

const HTTP2_WORDS: [(&str, Http2Mode); 3] =
    [("tls", Http2Mode::Tls), ("cleartext", Http2Mode::Cleartext), ("off", Http2Mode::Off)];

/// What `[listen]` says.
pub(crate) struct ListenDraft<'r> {
    pub(crate) admin_place: Place<'r>,
    pub(crate) proxies_place: Place<'r>,
    pub(crate) has_proxies: bool,
    pub(crate) tls_place: Place<'r>,
    pub(crate) has_tls: bool,
    pub(crate) address: SocketAddr,
    pub(crate) admin: Option<SocketAddr>,
    pub(crate) strict_transport: StrictTransportSetting,
    settings: ListenSettings,
}

pub(crate) fn read_listen<'r>(table: &Table<'r>, directory: &Path) -> ListenDraft<'r> {
    let address = table.read_or("address", ADDRESS, socket_address);
    let admin = table.read_or("admin", Some(ADMIN), admin_address);
    let networks = table.list("trusted_proxies", network);
    let tls = table.section("tls", |table| read_tls(table, directory));
    ListenDraft {
        admin_place: table.place_of("admin"),
        proxies_place: table.place_of("trusted_proxies"),
        has_proxies: !networks.is_empty(),
        tls_place: table.place_of("tls"),
        has_tls: tls.is_some(),
        address,
        admin,
        strict_transport: table.read_or(
            "strict_transport_security",
            StrictTransportSetting::default(),
            strict_transport,
        ),
        settings: ListenSettings {
            address,
            admin,
            trusted_proxies: TrustedProxies::new(networks),
            workers: table.read("workers", number(1..=1024)).and_then(as_count),
            shutdown_grace: table.read_or(
                "shutdown_grace",
                Duration::from_secs(10),
                duration_between(Duration::ZERO, Duration::from_secs(3600)),
            ),
            tls: tls.flatten(),
            http2: table.read_or("http2", Http2Mode::default(), choice(&HTTP2_WORDS)),
        },
    }
}

fn read_tls(table: &Table<'_>, directory: &Path) -> Option<TlsFiles> {
    let certificate = table.require("certificate", "certificate = \"/etc/crossgate/fullchain.pem\"", file);
    let key = table.require("key", "key = \"/etc/crossgate/privkey.pem\"", file);
    Some(TlsFiles { certificate: directory.join(certificate?), key: directory.join(key?) })
}

fn file(entry: &Entry<'_>) -> Result<PathBuf, Complaint> {
    let path = entry.text()?;
    if path.is_empty() || path.ends_with('/') || path.contains('\0') {
        let fix = "write the path of a PEM file; a relative one starts at this file's directory";
        return Err(Complaint::new("not the path of a file", fix));
    }
    Ok(PathBuf::from(path))
}

fn as_count(number: u64) -> Option<NonZeroUsize> {
    NonZeroUsize::new(usize::try_from(number).ok()?)
}

fn admin_address(entry: &Entry<'_>) -> Result<Option<SocketAddr>, Complaint> {
    match entry.value() {
        Value::Boolean(false) => Ok(None),
        Value::Boolean(true) => {
            Err(Complaint::new("true is no address", "leave the key out for \"127.0.0.1:9090\""))
        }
        _ => socket_address(entry).map(Some),
    }
}

fn strict_transport(entry: &Entry<'_>) -> Result<StrictTransportSetting, Complaint> {
    match entry.value() {
        Value::Boolean(false) => return Ok(StrictTransportSetting::Off),
        Value::Boolean(true) => {
            return Err(Complaint::new("true is no value", "leave the key out for \"max-age=31536000\""));
        }
        _ => {}
    }
    StrictTransport::parse(entry.text()?).map(StrictTransportSetting::Value).map_err(|error| {
        let fix = match error {
            StrictTransportError::MaxAge | StrictTransportError::Directive => {
                "write \"max-age=31536000\" or \"max-age=31536000; includeSubDomains\", or `false` for none"
            }
            StrictTransportError::Preload => "write \"max-age=31536000; includeSubDomains; preload\"",
        };
        Complaint::new(error.to_string(), fix)
    })
}

impl ListenDraft<'_> {
    pub(crate) fn into_settings(self) -> ListenSettings {
        self.settings
    }
}

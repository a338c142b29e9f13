//! Certificates that nobody but a test believes, and who believes them.

use std::sync::Arc;

use crossgate_core::settings::Http2Mode;
use crossgate_gateway::Certificate;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::io;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// A certificate with its key.
#[derive(Clone)]
pub struct TestCertificate {
    /// The certificate, as it stands in a file.
    pub certificate: String,
    /// The key, as it stands in a file.
    pub key: String,
    der: CertificateDer<'static>,
}

impl TestCertificate {
    /// A fresh one for a host.
    ///
    /// # Panics
    /// When the host is no name.
    #[must_use]
    pub fn of(host: &str) -> Self {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed([host.to_owned()]).unwrap();
        Self { certificate: cert.pem(), key: signing_key.serialize_pem(), der: cert.der().clone() }
    }

    /// The certificate with the key of another one.
    #[must_use]
    pub fn with_key_of(&self, other: &Self) -> Self {
        Self { key: other.key.clone(), ..self.clone() }
    }

    /// As the gateway wants it.
    ///
    /// # Panics
    /// When the gateway does not.
    #[must_use]
    pub fn loaded(&self) -> Certificate {
        Certificate::from_pem(self.certificate.as_bytes(), self.key.as_bytes(), Http2Mode::Tls).unwrap()
    }

    pub(crate) fn as_current(&self) -> watch::Sender<Certificate> {
        watch::Sender::new(self.loaded())
    }

    /// Shakes hands with a server that must have this certificate; `protocols` are offered.
    ///
    /// # Errors
    /// When the server has another one, or does not speak TLS.
    ///
    /// # Panics
    /// When the host is no name.
    pub async fn connect(
        &self,
        stream: TcpStream,
        host: &str,
        protocols: &[&str],
    ) -> io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.der.clone()).unwrap();
        let mut config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let name = ServerName::try_from(host.to_owned()).unwrap();
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }
}

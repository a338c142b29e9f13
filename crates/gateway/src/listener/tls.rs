//! TLS (RFC 8446, RFC 5246 for 1.2) by rustls. The certificate can be replaced while connections are open: those go on,
//! and new ones get the new one.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossgate_core::settings::Http2Mode;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::ParsedCertificate;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// The first byte of every TLS connection: a handshake record (RFC 8446 §5.1).
const HANDSHAKE: u8 = 0x16;

/// What a browser is told that speaks plain HTTP where TLS is spoken.
const PLAIN_HTTP: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n\r\nThis port speaks HTTPS; the address begins https://...\n";

/// What is wrong with a certificate or its key. Nothing of the key is shown.
#[derive(Debug, thiserror::Error)]
pub enum CertificateFault {
    /// The certificate is not PEM, or there is none.
    #[error("the certificate cannot be read: {0}")]
    Certificate(rustls::pki_types::pem::Error),
    /// There is no certificate in the text.
    #[error("there is no certificate; it begins with -----BEGIN CERTIFICATE-----")]
    NoCertificate,
    /// The key is not PEM, or there is none.
    #[error("there is no private key; it begins with -----BEGIN PRIVATE KEY-----")]
    Key,
    /// The key does not belong to the certificate, or is of a kind that nobody uses.
    #[error("the certificate cannot be used with the key: {0}")]
    Unusable(#[from] rustls::Error),
}

/// A certificate chain with its key, ready to be used.
#[derive(Clone)]
pub struct Certificate {
    config: Arc<ServerConfig>,
    leaf: CertificateDer<'static>,
}

impl Certificate {
    /// From the texts of two PEM files: the chain, with the server's own certificate first, and the private key.
    ///
    /// # Errors
    /// See [`CertificateFault`].
    pub fn from_pem(chain: &[u8], key: &[u8], http2: Http2Mode) -> Result<Self, CertificateFault> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(chain).collect();
        let chain = chain.map_err(CertificateFault::Certificate)?;
        let leaf = chain.first().ok_or(CertificateFault::NoCertificate)?.clone();
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| CertificateFault::Key)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.ticketer = rustls::crypto::aws_lc_rs::Ticketer::new()?;
        config.alpn_protocols = protocols(http2);
        Ok(Self { config: Arc::new(config), leaf })
    }

    /// Whether browsers that ask for this host will believe the certificate, as far as its names go.
    #[must_use]
    pub fn names(&self, host: &str) -> bool {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let (Ok(leaf), Ok(name)) = (ParsedCertificate::try_from(&self.leaf), ServerName::try_from(host))
        else {
            return false;
        };
        rustls::client::verify_server_name(&leaf, &name).is_ok()
    }
}

/// RFC 7301: what we would rather speak stands first.
fn protocols(http2: Http2Mode) -> Vec<Vec<u8>> {
    let names: &[&[u8]] = match http2 {
        Http2Mode::Off => &[b"http/1.1"],
        Http2Mode::Tls | Http2Mode::Cleartext => &[b"h2", b"http/1.1"],
    };
    names.iter().map(|name| name.to_vec()).collect()
}

/// The certificate of a listener, as it is now.
pub type CurrentCertificate = watch::Receiver<Certificate>;

/// Shakes hands, at most as long as `limit`.
pub(super) async fn accept(
    socket: TcpStream,
    certificate: &CurrentCertificate,
    limit: Duration,
) -> io::Result<TlsStream<TcpStream>> {
    let config = Arc::clone(&certificate.borrow().config);
    let handshake = async {
        if speaks_plainly(&socket).await? {
            // A socket that is closed with something unread takes its answer back.
            let _unread = socket.try_read(&mut [0; 16 * 1024]);
            let _told = socket.try_write(PLAIN_HTTP);
            return Err(io::Error::new(io::ErrorKind::InvalidData, "plain HTTP where TLS is spoken"));
        }
        TlsAcceptor::from(config).accept(socket).await
    };
    tokio::time::timeout(limit, handshake).await.map_err(io::Error::from)?
}

async fn speaks_plainly(socket: &TcpStream) -> io::Result<bool> {
    let mut first = [0];
    let read = socket.peek(&mut first).await?;
    Ok(read == 1 && first != [HANDSHAKE])
}

/// Whether both sides agreed on HTTP/2.
pub(super) fn speaks_http2(stream: &TlsStream<TcpStream>) -> bool {
    stream.get_ref().1.alpn_protocol() == Some(b"h2")
}

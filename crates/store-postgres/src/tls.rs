//! TLS to the database: by rustls, with the certificate checked against the host's name, or not at all.

use std::path::Path;
use std::sync::Arc;

use rustls::client::WantsClientCert;
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore};
use rustls_platform_verifier::Verifier;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::OpenProblem;

/// PostgreSQL's name in the handshake (PostgreSQL §55.2.11); servers from version 17 on ask for it.
const PROTOCOL: &[u8] = b"postgresql";

/// How connections are encrypted.
#[derive(Clone)]
pub(crate) enum Tls {
    /// They are not.
    Off,
    /// By TLS, with a certificate that is checked.
    On(MakeRustlsConnect),
}

impl Tls {
    /// Trusts the authorities in the file and nobody else; without a file those that the system trusts.
    ///
    /// # Errors
    /// When there are none.
    pub(crate) fn checked(roots: Option<&Path>) -> Result<Self, OpenProblem> {
        let provider = Arc::new(default_provider());
        let trusting = match roots {
            Some(file) => trusting_file(provider, file)?,
            None => trusting_system(provider)?,
        };
        let mut config = trusting.with_no_client_auth();
        config.alpn_protocols = vec![PROTOCOL.to_vec()];
        Ok(Self::On(MakeRustlsConnect::new(config)))
    }
}

type Trusting = ConfigBuilder<ClientConfig, WantsClientCert>;

fn trusting_file(provider: Arc<CryptoProvider>, file: &Path) -> Result<Trusting, OpenProblem> {
    let unusable = |error: &dyn std::error::Error| OpenProblem::Tls(format!("{}: {error}", file.display()));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| unusable(&error))? {
        let certificate = certificate.map_err(|error| unusable(&error))?;
        roots.add(certificate).map_err(|error| unusable(&error))?;
    }
    if roots.is_empty() {
        return Err(OpenProblem::Tls(format!("{} has no certificate", file.display())));
    }
    Ok(begin(provider)?.with_root_certificates(roots))
}

fn trusting_system(provider: Arc<CryptoProvider>) -> Result<Trusting, OpenProblem> {
    let verifier =
        Verifier::new(Arc::clone(&provider)).map_err(|error| OpenProblem::Tls(error.to_string()))?;
    Ok(begin(provider)?.dangerous().with_custom_certificate_verifier(Arc::new(verifier)))
}

fn begin(
    provider: Arc<CryptoProvider>,
) -> Result<ConfigBuilder<ClientConfig, rustls::WantsVerifier>, OpenProblem> {
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    builder.map_err(|error| OpenProblem::Tls(error.to_string()))
}

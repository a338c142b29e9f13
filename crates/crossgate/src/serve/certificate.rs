//! The certificate of the public listener: read at the start, and again whenever its files change.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crossgate_core::settings::{Http2Mode, ListenSettings, Settings, TlsFiles};
use crossgate_gateway::{Certificate, CurrentCertificate};
use tokio::sync::watch;

use super::signals::ReloadSignal;
use crate::Failure;

/// How often the files are looked at.
const LOOK_PERIOD: Duration = Duration::from_secs(10);

/// The files of a certificate and what stood in them when they were read last, good or not.
pub(crate) struct CertificateFiles {
    files: TlsFiles,
    http2: Http2Mode,
    read: Pem,
    current: watch::Sender<Certificate>,
}

/// The texts of both files.
#[derive(PartialEq, Eq)]
struct Pem {
    chain: Vec<u8>,
    key: Vec<u8>,
}

impl Pem {
    fn read(files: &TlsFiles) -> Result<Self, String> {
        Ok(Self { chain: read(&files.certificate)?, key: read(&files.key)? })
    }

    fn certificate(&self, http2: Http2Mode) -> Result<Certificate, String> {
        Certificate::from_pem(&self.chain, &self.key, http2).map_err(|fault| fault.to_string())
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

impl CertificateFiles {
    /// Reads the certificate, where there is to be one.
    pub(crate) fn open(listen: &ListenSettings) -> Result<Option<Self>, Failure> {
        let Some(files) = listen.tls.clone() else { return Ok(None) };
        let opened = Pem::read(&files).and_then(|pem| Ok((pem.certificate(listen.http2)?, pem)));
        let (certificate, read) = opened.map_err(|fault| {
            Failure::new(format!("cannot use the certificate: {fault}\n  fix: look at [listen.tls]"))
        })?;
        let current = watch::Sender::new(certificate);
        Ok(Some(Self { files, http2: listen.http2, read, current }))
    }

    /// For listeners.
    pub(crate) fn current(&self) -> CurrentCertificate {
        self.current.subscribe()
    }

    /// Why browsers will not believe it, as far as can be seen here.
    pub(crate) fn doubt(&self, settings: &Settings) -> Option<String> {
        let host = settings.public_origin.host();
        let certificate = self.current.borrow();
        (!certificate.names(host)).then(|| {
            format!(
                "the certificate in {} does not name {host}, or cannot be understood",
                self.files.certificate.display()
            )
        })
    }

    /// Reads the files again when they changed, for ever.
    pub(crate) async fn follow(self) {
        let mut files = self;
        let mut reload = ReloadSignal::listen();
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK_PERIOD) => {}
                () = reload.requested() => tracing::info!("asked to read the certificate again"),
            }
            match files.look() {
                Ok(false) => {}
                Ok(true) => tracing::info!("new connections get the new certificate"),
                Err(fault) => {
                    tracing::error!(%fault, "the certificate cannot be replaced; the old one stays")
                }
            }
        }
    }

    /// True where there is a new one. A fault is told once for each state of the files.
    fn look(&mut self) -> Result<bool, String> {
        let pem = Pem::read(&self.files)?;
        if pem == self.read {
            return Ok(false);
        }
        self.read = pem;
        self.current.send_replace(self.read.certificate(self.http2)?);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use crossgate_core::client_address::TrustedProxies;
    use crossgate_testkit::TestCertificate;

    use super::*;

    fn put(folder: &Path, certificate: &str, key: &str) {
        fs::write(folder.join("chain.pem"), certificate).unwrap();
        fs::write(folder.join("key.pem"), key).unwrap();
    }

    fn open(folder: &Path) -> CertificateFiles {
        let listen = ListenSettings {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            admin: None,
            trusted_proxies: TrustedProxies::new(Vec::new()),
            workers: None,
            shutdown_grace: Duration::ZERO,
            tls: Some(TlsFiles { certificate: folder.join("chain.pem"), key: folder.join("key.pem") }),
            http2: Http2Mode::Tls,
        };
        CertificateFiles::open(&listen).unwrap().unwrap()
    }

    #[test]
    fn a_pair_that_cannot_be_used_changes_nothing_and_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (TestCertificate::of("old.example"), TestCertificate::of("new.example"));
        put(folder.path(), &old.certificate, &old.key);
        let mut files = open(folder.path());
        let current = files.current();
        assert_eq!(files.look(), Ok(false));
        put(folder.path(), &new.certificate, &old.key);
        assert!(files.look().is_err(), "half of the new pair");
        assert_eq!(files.look(), Ok(false));
        put(folder.path(), "", &new.key);
        assert!(files.look().is_err());
        assert!(current.borrow().names("old.example"));
        put(folder.path(), &new.certificate, &new.key);
        assert_eq!(files.look(), Ok(true));
        assert!(current.borrow().names("new.example"));
    }
}

//! Connections of every kind, and their ends.

use tokio::net::TcpStream;

use super::World;
use crate::certificate::TestCertificate;

impl World {
    /// A connection without anything on it yet.
    ///
    /// # Panics
    /// When the gateway does not listen.
    pub async fn stream(&self) -> TcpStream {
        TcpStream::connect(self.gateway.address).await.expect("the gateway listens")
    }

    /// The process is asked to stop; what is in flight may finish.
    pub fn stop(&self) {
        self.gateway.stop.send_replace(true);
    }

    /// From now on new connections get this certificate.
    ///
    /// # Panics
    /// When this world has none.
    pub fn replace_certificate(&self, certificate: &TestCertificate) {
        let current = self.certificate.as_ref().expect("a world with TLS");
        current.send_replace(certificate.loaded());
    }
}

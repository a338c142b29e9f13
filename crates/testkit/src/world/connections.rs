//! Connections of every kind, and their ends.

use tokio::net::TcpStream;

use super::World;
use crate::certificate::TestCertificate;
use crate::providers::Providers;
use crate::upstream::Upstream;

impl World {
    /// A connection without anything on it yet.
    ///
    /// # Panics
    /// When the gateway does not listen.
    pub async fn stream(&self) -> TcpStream {
        TcpStream::connect(self.gateway.address).await.expect("the gateway listens")
    }

    /// Nobody listens behind the gateway any more: neither API nor app nor providers.
    pub async fn take_upstreams_down(&self) {
        for upstream in self.upstreams() {
            upstream.go_down().await;
        }
    }

    /// They listen again.
    pub fn bring_upstreams_back(&self) {
        self.upstreams().into_iter().for_each(Upstream::come_back);
    }

    fn upstreams(&self) -> Vec<&Upstream> {
        let own: [&Upstream; 2] = [&self.api, &self.app];
        let providers = self.providers.iter().flat_map(Providers::upstreams);
        own.into_iter().chain(providers).collect()
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

//! Connections of every kind, and their ends.

use std::sync::Arc;

use crossgate_gateway::{bind, serve_admin};
use tokio::net::TcpStream;

use super::World;
use crate::answer::Answer;
use crate::certificate::TestCertificate;
use crate::providers::Providers;
use crate::upstream::Upstream;
use crate::wire::Wire;

impl World {
    /// A connection without anything on it yet.
    ///
    /// # Panics
    /// When the gateway does not listen.
    pub async fn stream(&self) -> TcpStream {
        TcpStream::connect(self.gateway.address).await.expect("the gateway listens")
    }

    /// What the admin listener answers.
    ///
    /// # Panics
    /// When it does not listen.
    pub async fn admin(&self, path: &str) -> Answer {
        let socket = bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = socket.local_addr().unwrap();
        let (gateway, stop) = (Arc::clone(&self.gateway.gateway), self.gateway.stop.subscribe());
        let serving = tokio::task::spawn_local(serve_admin(gateway, socket, stop));
        let mut wire = Wire::open(address).await;
        wire.send(format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n")).await;
        let answer = wire.answer().await;
        serving.abort();
        answer
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

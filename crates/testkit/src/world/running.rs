//! A gateway on a port of its own.

use std::net::SocketAddr;
use std::sync::Arc;

use crossgate_core::entropy::Entropy;
use crossgate_core::settings::Settings;
use crossgate_core::time::Clock;
use crossgate_gateway::{Certificate, Gateway, PublicListener, bind, serve_worker};
use crossgate_store::Store;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::TestClock;
use crate::config::{Place, merged, read};
use crate::store::FaultyStore;

/// A gateway that serves.
pub(crate) struct Running {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) settings: Settings,
    pub(crate) address: SocketAddr,
    pub(crate) origin: String,
    pub(crate) stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
}

impl Running {
    /// Stops as a process that is killed: nothing is finished.
    pub(crate) async fn kill(&mut self) {
        self.stop.send_replace(true);
        self.worker.abort();
        let _aborted = (&mut self.worker).await;
    }
}

/// What a gateway is made of.
pub(super) struct Parts {
    pub(super) store: Arc<FaultyStore>,
    pub(super) clock: Arc<TestClock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) certificate: Option<watch::Sender<Certificate>>,
}

impl Parts {
    pub(super) async fn run(&self, changes: &[String], places: &[Place]) -> Result<Running, String> {
        let text = merged(changes.iter().map(String::as_str));
        let settings = read(&text, places);
        let origin = settings.public_origin.as_str().to_owned();
        let store: Arc<dyn Store> = Arc::<FaultyStore>::clone(&self.store);
        let clock: Arc<dyn Clock> = Arc::<TestClock>::clone(&self.clock);
        let gateway = Gateway::start(settings.clone(), store, clock, Arc::clone(&self.entropy)).await;
        let gateway = gateway.map_err(|error| error.to_string())?;
        let socket = bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = socket.local_addr().unwrap();
        let certificate = self.certificate.as_ref().map(watch::Sender::subscribe);
        let listener = PublicListener { socket, certificate };
        let (stop, shutdown) = watch::channel(false);
        let serving = serve_worker(Arc::clone(&gateway), listener, shutdown);
        let worker = tokio::task::spawn_local(async move { serving.await.expect("the worker serves") });
        Ok(Running { gateway, settings, address, origin, stop, worker })
    }
}

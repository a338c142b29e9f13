//! Everything that serves, from its start to its end.

use std::sync::Arc;

use crossgate_core::settings::Settings;
use crossgate_gateway::{Gateway, Shutdown, bind, serve_admin};
use crossgate_store::Store;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use super::certificate::CertificateFiles;
use super::periodic;
use super::shared_clock::SharedClock;
use super::workers::Workers;
use crate::Failure;
use crate::system::SystemEntropy;

/// A gateway that serves.
pub(crate) struct Server {
    gateway: Arc<Gateway>,
    clock: Arc<SharedClock>,
    workers: Workers,
    admin: Option<std::net::TcpListener>,
    certificate: Option<CertificateFiles>,
    stop: watch::Sender<bool>,
    shutdown: Shutdown,
}

impl Server {
    /// Binds every address, and serves browsers from then on.
    pub(crate) fn start(
        runtime: &Runtime,
        settings: &Settings,
        store: Arc<dyn Store>,
    ) -> Result<Self, Failure> {
        let (gateway, clock) = start_gateway(runtime, settings, store)?;
        let certificate = CertificateFiles::open(&settings.listen)?;
        if let Some(doubt) = certificate.as_ref().and_then(|files| files.doubt(settings)) {
            tracing::warn!("{doubt}");
        }
        let (stop, shutdown) = watch::channel(false);
        let current = certificate.as_ref().map(CertificateFiles::current);
        let workers =
            Workers::start(&gateway, Workers::bind(&settings.listen, current.as_ref())?, &shutdown)?;
        let admin = bind_admin(settings)?;
        Ok(Self { gateway, clock, workers, admin, certificate, stop, shutdown })
    }

    /// What the workers share.
    pub(crate) const fn gateway(&self) -> &Arc<Gateway> {
        &self.gateway
    }

    /// Becomes true when everything is to stop.
    pub(crate) fn shutdown(&self) -> Shutdown {
        self.shutdown.clone()
    }

    /// Begins everything beside requests: the admin listener, and what is done from time to time. It goes on while
    /// requests in flight finish. Must be called inside a `LocalSet`.
    pub(crate) fn attend(&mut self) {
        let gateway = &self.gateway;
        if let Some(listener) = self.admin.take() {
            let serving = serve_admin(Arc::clone(gateway), listener, self.shutdown.clone());
            tokio::task::spawn_local(async move {
                if let Err(error) = serving.await {
                    tracing::error!(%error, "the admin listener stopped");
                }
            });
        }
        if let Some(files) = self.certificate.take() {
            tokio::task::spawn_local(files.follow());
        }
        tokio::task::spawn_local(periodic::follow_clock(Arc::clone(&self.clock)));
        tokio::task::spawn_local(periodic::follow(Arc::clone(gateway)));
        tokio::task::spawn_local(periodic::sweep_always(Arc::clone(gateway)));
        tokio::task::spawn_local(periodic::tend_keys(Arc::clone(gateway)));
    }

    /// Lets requests in flight finish, and writes the last activity down before the store closes.
    pub(crate) async fn stop(self) {
        tracing::info!("stopping: requests in flight finish");
        self.stop.send_replace(true);
        let workers = self.workers;
        if tokio::task::spawn_blocking(|| workers.join()).await.is_err() {
            tracing::error!("the workers could not be waited for");
        }
        periodic::sweep(&self.gateway).await;
        tracing::info!("stopped");
    }
}

fn start_gateway(
    runtime: &Runtime,
    settings: &Settings,
    store: Arc<dyn Store>,
) -> Result<(Arc<Gateway>, Arc<SharedClock>), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::new(format!("cannot start: {error}"));
    let clock = runtime.block_on(SharedClock::start(Arc::clone(&store))).map_err(|error| failed(&error))?;
    let clock = Arc::new(clock);
    let starting = Gateway::start(settings.clone(), store, clock.clone(), Arc::new(SystemEntropy));
    Ok((runtime.block_on(starting).map_err(|error| failed(&error))?, clock))
}

fn bind_admin(settings: &Settings) -> Result<Option<std::net::TcpListener>, Failure> {
    let Some(address) = settings.listen.admin else { return Ok(None) };
    bind(address).map(Some).map_err(|error| {
        Failure::new(format!(
            "cannot listen on {address} for the admin endpoints: {error}\n  fix: change listen.admin, or set it to false"
        ))
    })
}

//! The whole life of the process.

use std::path::Path;
use std::sync::Arc;

use crossgate_core::settings::Settings;
use crossgate_gateway::{Gateway, Shutdown, bind, serve_admin};
use crossgate_store::Store;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::LocalSet;

use super::periodic;
use super::signals::StopSignals;
use super::store;
use super::workers::Workers;
use crate::system::{SystemClock, SystemEntropy};
use crate::{Failure, configuration, telemetry};

/// Serves until somebody asks to stop.
pub(crate) fn run(config: &Path) -> Result<(), Failure> {
    let loaded = configuration::read(config)?;
    telemetry::start();
    loaded.warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
    let settings = loaded.settings;
    let store = store::open(&settings.store)?;
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("cannot start: {error}")))?;
    let mut signals = {
        let _inside = runtime.enter();
        StopSignals::listen().map_err(|error| Failure::new(format!("signals cannot be received: {error}")))?
    };
    let gateway = start_gateway(&runtime, &settings, Arc::clone(&store))?;
    let (stop, shutdown) = watch::channel(false);
    let workers = Workers::start(&gateway, Workers::bind(&settings.listen)?, &shutdown)?;
    let admin = bind_admin(&settings)?;
    println!("Crossgate is ready at {}", settings.public_origin.as_str());
    tracing::info!(address = %settings.listen.address, admin = ?settings.listen.admin, "serving");
    LocalSet::new().block_on(&runtime, async {
        attend(&gateway, admin, shutdown);
        signals.stop_requested().await;
        tracing::info!("stopping: requests in flight finish");
        stop.send_replace(true);
        tokio::select! {
            _ = tokio::task::spawn_blocking(|| workers.join()) => {}
            // Somebody who asks twice does not want to wait.
            () = signals.stop_requested() => std::process::exit(1),
        }
    });
    finish(&runtime, &gateway);
    Ok(())
}

fn start_gateway(
    runtime: &Runtime,
    settings: &Settings,
    store: Arc<dyn Store>,
) -> Result<Arc<Gateway>, Failure> {
    let starting = Gateway::start(settings.clone(), store, Arc::new(SystemClock), Arc::new(SystemEntropy));
    runtime.block_on(starting).map_err(|error| Failure::new(format!("cannot start: {error}")))
}

fn bind_admin(settings: &Settings) -> Result<Option<std::net::TcpListener>, Failure> {
    let Some(address) = settings.listen.admin else { return Ok(None) };
    bind(address).map(Some).map_err(|error| {
        Failure::new(format!(
            "cannot listen on {address} for the admin endpoints: {error}\n  fix: change listen.admin, or set it to false"
        ))
    })
}

/// Begins everything beside requests: the admin listener, and what is done from time to time. It goes on while requests in
/// flight finish.
fn attend(gateway: &Arc<Gateway>, admin: Option<std::net::TcpListener>, shutdown: Shutdown) {
    if let Some(listener) = admin {
        let serving = serve_admin(Arc::clone(gateway), listener, shutdown);
        tokio::task::spawn_local(async move {
            if let Err(error) = serving.await {
                tracing::error!(%error, "the admin listener stopped");
            }
        });
    }
    tokio::task::spawn_local(periodic::follow(Arc::clone(gateway)));
    tokio::task::spawn_local(periodic::sweep_always(Arc::clone(gateway)));
    tokio::task::spawn_local(periodic::tend_keys(Arc::clone(gateway)));
}

/// The last activity is written down before the store closes.
fn finish(runtime: &Runtime, gateway: &Gateway) {
    runtime.block_on(periodic::sweep(gateway));
    tracing::info!("stopped");
}

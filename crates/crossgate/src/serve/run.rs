//! The whole life of the process.

use std::path::Path;

use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;

use super::server::Server;
use super::signals::StopSignals;
use crate::store::open_store;
use crate::{Failure, configuration, telemetry};

/// Serves until somebody asks to stop.
pub(crate) fn run(config: &Path) -> Result<(), Failure> {
    let loaded = configuration::read(config)?;
    telemetry::start();
    loaded.warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
    let settings = loaded.settings;
    let store = open_store(&settings.store)?;
    let runtime = start_runtime()?;
    let mut signals = listen_for_signals(&runtime)?;
    let mut server = Server::start(&runtime, &settings, store)?;
    println!("Crossgate is ready at {}", settings.public_origin.as_str());
    tracing::info!(address = %settings.listen.address, admin = ?settings.listen.admin, "serving");
    LocalSet::new().block_on(&runtime, async {
        server.attend();
        signals.stop_requested().await;
        tokio::select! {
            () = server.stop() => {}
            // Somebody who asks twice does not want to wait.
            () = signals.stop_requested() => std::process::exit(1),
        }
    });
    Ok(())
}

/// The runtime of the main thread.
pub(crate) fn start_runtime() -> Result<Runtime, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::new(format!("cannot start: {error}")))
}

/// From now on a signal to stop ends nothing by itself.
pub(crate) fn listen_for_signals(runtime: &Runtime) -> Result<StopSignals, Failure> {
    let _inside = runtime.enter();
    StopSignals::listen().map_err(|error| Failure::new(format!("signals cannot be received: {error}")))
}

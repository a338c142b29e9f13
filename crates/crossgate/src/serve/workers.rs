//! One thread per core, each with a runtime and connections of its own.

use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::{JoinHandle, available_parallelism};

use crossgate_core::settings::ListenSettings;
use crossgate_gateway::{CurrentCertificate, Gateway, PublicListener, Shutdown, bind, serve_worker};
use tokio::runtime::Builder;
use tokio::task::LocalSet;

use crate::Failure;

/// Threads that serve requests.
pub(crate) struct Workers {
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Binds one listener per worker, so that the kernel spreads connections (`SO_REUSEPORT`).
    pub(crate) fn bind(
        settings: &ListenSettings,
        certificate: Option<&CurrentCertificate>,
    ) -> Result<Vec<PublicListener>, Failure> {
        let count = settings.workers.or_else(|| available_parallelism().ok()).map_or(1, NonZeroUsize::get);
        let listen = |_| {
            let socket = bind(settings.address)?;
            Ok(PublicListener { socket, certificate: certificate.cloned() })
        };
        let listeners: io::Result<Vec<_>> = (0..count).map(listen).collect();
        listeners.map_err(|error| {
            Failure::new(format!(
                "cannot listen on {}: {error}\n  fix: stop what listens there, or change listen.address",
                settings.address
            ))
        })
    }

    /// Starts the threads.
    pub(crate) fn start(
        gateway: &Arc<Gateway>,
        listeners: Vec<PublicListener>,
        shutdown: &Shutdown,
    ) -> Result<Self, Failure> {
        let start = |(number, listener)| {
            let (gateway, shutdown) = (Arc::clone(gateway), shutdown.clone());
            std::thread::Builder::new()
                .name(format!("worker-{number}"))
                .spawn(move || run_worker(gateway, listener, shutdown))
        };
        let threads: Result<Vec<_>, _> = listeners.into_iter().enumerate().map(start).collect();
        let threads = threads.map_err(|error| Failure::new(format!("cannot start a worker: {error}")))?;
        Ok(Self { threads })
    }

    /// Waits until all of them are done.
    pub(crate) fn join(self) {
        for thread in self.threads {
            if thread.join().is_err() {
                tracing::error!("a worker ended by a fault of ours");
            }
        }
    }
}

fn run_worker(gateway: Arc<Gateway>, listener: PublicListener, shutdown: Shutdown) {
    let runtime = match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "a worker has no runtime");
            return;
        }
    };
    let serving = serve_worker(gateway, listener, shutdown);
    if let Err(error) = LocalSet::new().block_on(&runtime, serving) {
        tracing::error!(%error, "a worker stopped");
    }
}

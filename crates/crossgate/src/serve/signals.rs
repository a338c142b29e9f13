//! SIGTERM and Ctrl-C, and SIGHUP.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens from the moment it is made: a signal that comes before anybody waits is not lost, and ends nothing by itself.
pub(crate) struct StopSignals {
    #[cfg(unix)]
    terminate: Signal,
    #[cfg(unix)]
    interrupt: Signal,
}

impl StopSignals {
    /// Begins to listen. Must be called inside a runtime.
    ///
    /// # Errors
    /// When signals cannot be received.
    #[cfg(unix)]
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Begins to listen.
    ///
    /// # Errors
    /// Never.
    #[cfg(not(unix))]
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits until somebody asks the process to stop.
    #[cfg(unix)]
    pub(crate) async fn stop_requested(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// Waits until somebody asks the process to stop.
    #[cfg(not(unix))]
    pub(crate) async fn stop_requested(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// SIGHUP: somebody replaced files that are read again. Where it cannot be received, files are still looked at from time
/// to time.
pub(super) struct ReloadSignal {
    #[cfg(unix)]
    hangup: Option<Signal>,
}

impl ReloadSignal {
    /// Begins to listen. Must be called inside a runtime.
    pub(super) fn listen() -> Self {
        Self {
            #[cfg(unix)]
            hangup: signal(SignalKind::hangup()).ok(),
        }
    }

    /// Waits until somebody asks.
    pub(super) async fn requested(&mut self) {
        #[cfg(unix)]
        if let Some(hangup) = &mut self.hangup {
            hangup.recv().await;
            return;
        }
        std::future::pending().await
    }
}

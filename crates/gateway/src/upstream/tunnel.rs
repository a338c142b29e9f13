//! Another protocol over the same connection (WebSocket): bytes in both directions once the upstream agreed.

use std::sync::Arc;

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;

use crate::session::{LiveSession, SessionEnd};

/// Two connections that are about to be joined.
pub(crate) struct Switch {
    pub(crate) browser: OnUpgrade,
    pub(crate) upstream: OnUpgrade,
    /// Whose they are; both close when it ends.
    pub(crate) session: Option<Arc<LiveSession>>,
}

impl Switch {
    /// Joins them on this thread until one side closes, or the session ends.
    pub(crate) fn run(self) {
        tokio::task::spawn_local(async move {
            if let Err(error) = self.join().await {
                tracing::debug!(target: "crossgate::upstream", %error, "a tunnel ended");
            }
        });
    }

    async fn join(self) -> Result<(), Box<dyn std::error::Error>> {
        let (browser, upstream) = (self.browser.await?, self.upstream.await?);
        let (mut browser, mut upstream) = (TokioIo::new(browser), TokioIo::new(upstream));
        let joined = copy_bidirectional(&mut browser, &mut upstream);
        let Some(session) = self.session else {
            joined.await?;
            return Ok(());
        };
        tokio::select! {
            // First, so that no traffic can outrun the end.
            biased;
            () = SessionEnd::of(session) => {}
            outcome = joined => drop(outcome?),
        }
        Ok(())
    }
}

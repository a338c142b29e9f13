//! Another protocol over the same connection (WebSocket): bytes in both directions once the upstream agreed.

use std::sync::Arc;

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncWriteExt as _, copy_bidirectional};

use super::connection::Connection;
use crate::session::{LiveSession, SessionEnd};

/// Two connections that are about to be joined.
pub(crate) struct Switch {
    pub(crate) browser: OnUpgrade,
    pub(crate) upstream: Connection,
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
        let mut browser = TokioIo::new(self.browser.await?);
        let (mut upstream, early) = self.upstream.into_parts();
        let joined = async {
            browser.write_all(&early).await?;
            copy_bidirectional(&mut browser, &mut upstream).await
        };
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

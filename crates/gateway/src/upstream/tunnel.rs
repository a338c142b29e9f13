//! Another protocol over the same connection (WebSocket): bytes in both directions once the upstream agreed.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, copy_bidirectional};

use super::connection::Connection;
use crate::session::{LiveSession, SessionEnd};

/// A connection to an upstream that is about to be joined with the browser's.
#[derive(Debug)]
pub(crate) struct Switch {
    pub(super) upstream: Connection,
    /// Whose it is; both connections close when it ends.
    pub(super) session: Option<Arc<LiveSession>>,
}

impl Switch {
    /// Joins both until one side closes, or the session ends.
    pub(crate) async fn join(self, browser: impl AsyncRead + AsyncWrite + Unpin) {
        if let Err(error) = self.pass_bytes(browser).await {
            tracing::debug!(target: "crossgate::upstream", %error, "a tunnel ended");
        }
    }

    async fn pass_bytes(self, browser: impl AsyncRead + AsyncWrite + Unpin) -> std::io::Result<()> {
        let mut browser = browser;
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

//! Another protocol over the same connection (WebSocket): bytes in both directions once the upstream agreed.

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;

/// Two connections that are about to be joined.
pub(crate) struct Switch {
    pub(crate) browser: OnUpgrade,
    pub(crate) upstream: OnUpgrade,
}

impl Switch {
    /// Joins them on this thread until one side closes.
    pub(crate) fn run(self) {
        tokio::task::spawn_local(async move {
            if let Err(error) = self.join().await {
                tracing::debug!(target: "crossgate::upstream", %error, "a tunnel ended");
            }
        });
    }

    async fn join(self) -> Result<(), Box<dyn std::error::Error>> {
        let (browser, upstream) = (self.browser.await?, self.upstream.await?);
        copy_bidirectional(&mut TokioIo::new(browser), &mut TokioIo::new(upstream)).await?;
        Ok(())
    }
}

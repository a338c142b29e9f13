//! Waiting until the app and the APIs answer.

use std::time::Duration;

use crossgate_core::settings::{Settings, UpstreamSettings};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::console::Voice;

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(100);
/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_secs(1);
/// After so many attempts it is said who is waited for.
const TELL_AFTER: usize = 50;

/// Everybody behind the gateway: what people call it, and where it is.
pub(super) fn upstreams(settings: &Settings) -> Vec<(String, &UpstreamSettings)> {
    let apis = settings.apis.iter().map(|api| (format!("the API {}", api.path), &api.upstream));
    [("the app".to_owned(), &settings.app.upstream)].into_iter().chain(apis).collect()
}

/// Whether somebody answers there.
pub(super) async fn answers(upstream: &UpstreamSettings) -> bool {
    let connecting = TcpStream::connect((upstream.host.as_str(), upstream.port));
    matches!(timeout(PATIENCE, connecting).await, Ok(Ok(_)))
}

/// Waits for all of them.
pub(super) async fn wait_for_all(settings: &Settings, voice: &Voice) {
    for (name, upstream) in upstreams(settings) {
        wait_for(&name, upstream, voice).await;
    }
}

async fn wait_for(name: &str, upstream: &UpstreamSettings, voice: &Voice) {
    let mut attempts = 0_usize;
    while !answers(upstream).await {
        attempts += 1;
        if attempts == TELL_AFTER {
            voice.say(&format!("still waiting for {name} at {}", address(upstream)));
        }
        sleep(PAUSE).await;
    }
}

/// As it stands in the configuration.
pub(super) fn address(upstream: &UpstreamSettings) -> String {
    let UpstreamSettings { host, port, .. } = upstream;
    if host.contains(':') { format!("http://[{host}]:{port}") } else { format!("http://{host}:{port}") }
}

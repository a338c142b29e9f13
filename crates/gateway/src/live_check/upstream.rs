//! The app and the APIs.

use crossgate_core::entropy::Entropy;
use crossgate_core::settings::{Settings, UpstreamSettings};
use crossgate_core::time::Clock;

use super::{Finding, login};
use crate::upstream::reach;

pub(super) async fn check(
    settings: &Settings,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
    tell: &mut dyn FnMut(Finding),
) {
    tell(reachable("app", &settings.app.upstream).await);
    for api in &settings.apis {
        tell(reachable(&format!("api {}", api.path), &api.upstream).await);
    }
    if let Some(credentials) = &settings.credentials {
        tell(login::check(settings, credentials, clock, entropy).await);
    }
}

async fn reachable(about: &str, upstream: &UpstreamSettings) -> Finding {
    let address = format!("{}:{}", upstream.host, upstream.port);
    match reach(upstream).await {
        Ok(()) => Finding::good(about, format!("accepts connections at {address}")),
        Err(error) => {
            Finding::broken(about, format!("{address}: {error}"), "start it, or correct its `url`".to_owned())
        }
    }
}

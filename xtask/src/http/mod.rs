//! A browser without a window: keeps cookies, follows links, fills in forms.
mod browser;
mod cookies;
mod form;
mod page;

pub(crate) use browser::{Browser, Request};
pub(crate) use form::Form;
pub(crate) use page::Page;

use std::time::Duration;

use ureq::Agent;

const TIMEOUT: Duration = Duration::from_secs(20);

/// Whether a GET of this address succeeds.
pub(crate) fn answers(url: &str) -> bool {
    agent().get(url).call().is_ok_and(|response| response.status().is_success())
}

/// Sees every answer as it is: no redirect is followed, no status is an error, no proxy is asked.
pub(crate) fn agent() -> Agent {
    let config = Agent::config_builder();
    let config = config.http_status_as_error(false).max_redirects(0).max_redirects_will_error(false);
    config.proxy(None).timeout_global(Some(TIMEOUT)).build().into()
}

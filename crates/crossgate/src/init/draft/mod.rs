//! From what was found to the text of `crossgate.toml`.

mod api;
mod app;
mod call;
mod credentials;
mod next_auth;
mod providers;
mod text;
mod top;

use super::express::Api;
use super::next::App;
pub(crate) use api::counted;
pub(crate) use app::sign_in_page;
pub(crate) use credentials::renews;
use text::Text;

/// All that was found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) app: Option<App>,
    pub(crate) api: Option<Api>,
    pub(crate) other_apps: Vec<String>,
    pub(crate) other_apis: Vec<String>,
}

impl Findings {
    /// A port for browsers that neither the app nor the API has.
    pub(crate) fn public_port(&self) -> u16 {
        let used = [self.app.as_ref().map(|app| app.port.value), self.api.as_ref().map(|api| api.port.value)];
        [8080, 8000, 8888].into_iter().find(|port| !used.contains(&Some(*port))).unwrap_or(8080)
    }
}

/// The whole file.
pub(crate) fn draft(findings: &Findings) -> String {
    let mut text = Text::default();
    top::write(&mut text, findings);
    app::write(&mut text, findings);
    next_auth::write(&mut text, findings);
    app::write_pages(&mut text, findings);
    api::write(&mut text, findings);
    credentials::write(&mut text, findings);
    providers::write(&mut text, findings);
    top::write_store(&mut text);
    text.into_string()
}

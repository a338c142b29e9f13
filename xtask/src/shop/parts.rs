//! The API and the app, as processes.
use std::path::Path;

use anyhow::Result;

use super::ports::Ports;
use super::secrets::random_hex;
use super::{API_FOLDER, APP_FOLDER};
use crate::process::Server;
use crate::workspace::Workspace;

/// How long the API's own tokens live here. Tutorials say 15 minutes; Crossgate cannot renew them yet, and somebody who
/// tries the shop for an hour should not be asked to sign in again.
const TOKEN_LIFETIME: &str = "12h";

/// The running Express API.
pub(crate) struct Api {
    pub(crate) url: String,
    /// The secret with which it signs and verifies its tokens.
    pub(crate) jwt_secret: String,
    pub(crate) server: Server,
}

/// The running Next.js app.
pub(crate) struct App {
    pub(crate) url: String,
    pub(crate) server: Server,
}

/// Starts both side by side, and waits until both answer.
pub(crate) fn start_both(workspace: &Workspace, folder: &Path) -> Result<(Api, App)> {
    let mut ports = Ports::new();
    let mut api = Api::start(workspace, folder, ports.take()?)?;
    let mut app = App::start(workspace, folder, &api.url, ports.take()?)?;
    api.server.wait_until_ready(&workspace.shell, &format!("{}/api/products", api.url))?;
    app.server.wait_until_ready(&workspace.shell, &format!("{}/", app.url))?;
    Ok((api, app))
}

impl Api {
    fn start(workspace: &Workspace, folder: &Path, port: u16) -> Result<Self> {
        let jwt_secret = random_hex()?;
        let mut command = workspace.in_package(&workspace.path(API_FOLDER), "node");
        command.arg("server.js").env("HOST", "127.0.0.1").env("PORT", port.to_string());
        command
            .env("DATABASE_FILE", folder.join("shop.db"))
            .env("JWT_SECRET", &jwt_secret)
            .env("JWT_EXPIRES_IN", TOKEN_LIFETIME);
        let server = Server::start("api", &mut command, folder)?;
        Ok(Self { url: format!("http://127.0.0.1:{port}"), jwt_secret, server })
    }
}

impl App {
    fn start(workspace: &Workspace, folder: &Path, api_url: &str, port: u16) -> Result<Self> {
        let mut command = workspace.in_package(&workspace.path(APP_FOLDER), "node_modules/.bin/next");
        command.args(["start", "-H", "127.0.0.1", "-p", &port.to_string()]).env("API_URL", api_url);
        let server = Server::start("app", &mut command, folder)?;
        Ok(Self { url: format!("http://127.0.0.1:{port}"), server })
    }
}

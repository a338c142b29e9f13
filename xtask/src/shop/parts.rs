//! The API and the app, as processes.
use std::path::Path;

use anyhow::Result;

use super::ports::Ports;
use super::secrets::random_hex;
use super::{API_FOLDER, APP_FOLDER};
use crate::process::Server;
use crate::workspace::Workspace;

/// How long the API's own tokens live, as tutorials have it.
const TOKEN_LIFETIME: &str = "15m";

/// The running Express API.
pub(crate) struct Api {
    pub(crate) url: String,
    /// The secret with which it signs and verifies its tokens.
    pub(crate) jwt_secret: String,
    pub(crate) server: Server,
}

/// What the app is told.
pub(crate) struct AppPlan<'a> {
    pub(crate) api_url: &'a str,
    /// Of the one gateway that it believes.
    pub(crate) public_url: &'a str,
    pub(crate) port: u16,
}

/// The running Next.js app.
pub(crate) struct App {
    pub(crate) url: String,
    pub(crate) server: Server,
}

/// Starts both side by side, and waits until both answer. The app believes the gateway at this public address.
pub(crate) fn start_both(
    workspace: &Workspace,
    folder: &Path,
    ports: &mut Ports,
    public_url: &str,
) -> Result<(Api, App)> {
    let mut api = Api::start(workspace, folder, ports.take()?, TOKEN_LIFETIME)?;
    let mut app =
        App::start(workspace, folder, &AppPlan { api_url: &api.url, public_url, port: ports.take()? })?;
    api.wait(workspace)?;
    app.wait(workspace)?;
    Ok((api, app))
}

impl Api {
    /// Starts one whose tokens live for so many seconds, and waits until it answers.
    pub(crate) fn with_lifetime(
        workspace: &Workspace,
        folder: &Path,
        port: u16,
        seconds: u64,
    ) -> Result<Self> {
        let mut api = Self::start(workspace, folder, port, &seconds.to_string())?;
        api.wait(workspace)?;
        Ok(api)
    }

    fn wait(&mut self, workspace: &Workspace) -> Result<()> {
        self.server.wait_until_ready(&workspace.shell, &format!("{}/api/products", self.url))
    }

    fn start(workspace: &Workspace, folder: &Path, port: u16, token_lifetime: &str) -> Result<Self> {
        let jwt_secret = random_hex()?;
        let mut command = workspace.in_package(&workspace.path(API_FOLDER), "node");
        command.arg("server.js").env("HOST", "127.0.0.1").env("PORT", port.to_string());
        command
            .env("DATABASE_FILE", folder.join("shop.db"))
            .env("JWT_SECRET", &jwt_secret)
            .env("JWT_EXPIRES_IN", token_lifetime);
        let server = Server::start("api", &mut command, folder)?;
        Ok(Self { url: format!("http://127.0.0.1:{port}"), jwt_secret, server })
    }
}

impl App {
    /// Starts one by itself, and waits until it answers.
    pub(crate) fn start_alone(workspace: &Workspace, folder: &Path, plan: &AppPlan<'_>) -> Result<Self> {
        let mut app = Self::start(workspace, folder, plan)?;
        app.wait(workspace)?;
        Ok(app)
    }

    fn wait(&mut self, workspace: &Workspace) -> Result<()> {
        self.server.wait_until_ready(&workspace.shell, &format!("{}/", self.url))
    }

    fn start(workspace: &Workspace, folder: &Path, plan: &AppPlan<'_>) -> Result<Self> {
        let port = plan.port;
        let mut command = workspace.in_package(&workspace.path(APP_FOLDER), "node_modules/.bin/next");
        command.args(["start", "-H", "127.0.0.1", "-p", &port.to_string()]);
        command.env("API_URL", plan.api_url).env("CROSSGATE_PUBLIC_URL", plan.public_url);
        let server = Server::start("app", &mut command, folder)?;
        Ok(Self { url: format!("http://127.0.0.1:{port}"), server })
    }
}

//! The gateway, as a process.
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::ports::Ports;
use super::secrets::random_hex;
use crate::arguments::TokenMode;
use crate::process::Server;
use crate::workspace::Workspace;

const EXAMPLE: &str = "examples/shop";
const CONFIG_FILE: &str = "crossgate.toml";

/// What a gateway is to stand in front of.
pub(crate) struct GatewayPlan<'a> {
    pub(crate) program: &'a Path,
    pub(crate) mode: TokenMode,
    pub(crate) api_url: &'a str,
    pub(crate) jwt_secret: &'a str,
    pub(crate) app_url: &'a str,
    /// For the configuration, the database and the log.
    pub(crate) folder: PathBuf,
}

/// The running gateway.
pub(crate) struct Gateway {
    pub(crate) public_url: String,
    pub(crate) server: Server,
}

impl Gateway {
    /// Starts a gateway and waits until it is ready.
    pub(crate) fn start(workspace: &Workspace, plan: &GatewayPlan<'_>) -> Result<Self> {
        let mut ports = Ports::new();
        let (port, admin_port) = (ports.take()?, ports.take()?);
        plan.copy_config(workspace)?;
        let mut server = plan.launch(workspace, port, admin_port)?;
        server.wait_until_ready(&workspace.shell, &format!("http://127.0.0.1:{admin_port}/ready"))?;
        Ok(Self { public_url: format!("http://localhost:{port}"), server })
    }
}

impl GatewayPlan<'_> {
    /// The database stands beside the configuration, so that stands in the folder of this run.
    fn copy_config(&self, workspace: &Workspace) -> Result<()> {
        let from = workspace.path(EXAMPLE).join(self.mode.config_file());
        let copied = std::fs::copy(&from, self.folder.join(CONFIG_FILE));
        copied.map(drop).with_context(|| format!("{} cannot be copied", from.display()))
    }

    fn launch(&self, workspace: &Workspace, port: u16, admin_port: u16) -> Result<Server> {
        let mut command = workspace.shell.command(self.program);
        command.current_dir(&self.folder).args(["serve", "--config", CONFIG_FILE]);
        command.env("CROSSGATE_PORT", port.to_string()).env("CROSSGATE_ADMIN_PORT", admin_port.to_string());
        command.env("CROSSGATE_SECRET", random_hex()?).env("JWT_SECRET", self.jwt_secret);
        command.env("API_URL", self.api_url).env("APP_URL", self.app_url);
        Server::start("gateway", &mut command, &self.folder)
    }
}

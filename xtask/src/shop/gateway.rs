//! The gateway, as a process.
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::ports::Ports;
use super::secrets::random_hex;
use super::wishlist::Wishlist;
use crate::arguments::TokenMode;
use crate::process::Server;
use crate::workspace::Workspace;

const EXAMPLE: &str = "examples/shop";
const CONFIG_FILE: &str = "crossgate.toml";

/// How a gateway stands in front of the shop.
pub(crate) struct GatewayPlan<'a> {
    pub(crate) program: &'a Path,
    pub(crate) mode: TokenMode,
    pub(crate) api_url: &'a str,
    pub(crate) jwt_secret: &'a str,
    pub(crate) app_url: &'a str,
    pub(crate) ports: GatewayPorts,
    /// For the configuration, the database and the log.
    pub(crate) folder: PathBuf,
}

/// How any gateway is started.
pub(crate) struct GatewaySetup<'a> {
    pub(crate) program: &'a Path,
    pub(crate) config: PathBuf,
    /// What `${…}` in the configuration stands for, beside ports and secret.
    pub(crate) variables: Vec<(&'a str, &'a str)>,
    pub(crate) folder: &'a Path,
    pub(crate) ports: GatewayPorts,
}

/// Where a gateway listens. They can be taken before it starts, for those who have to know its address.
#[derive(Clone, Copy)]
pub(crate) struct GatewayPorts {
    public: u16,
    admin: u16,
    /// For the service of the shop that knows people through this gateway alone.
    pub(super) wishlist: u16,
}

/// The running gateway.
pub(crate) struct Gateway {
    pub(crate) public_url: String,
    server: Server,
    /// In the shop.
    wishlist: Option<Wishlist>,
}

impl Gateway {
    /// Starts a gateway in front of the shop, and the service that knows people through this gateway alone; waits until
    /// both are ready.
    pub(crate) fn start(workspace: &Workspace, plan: &GatewayPlan<'_>) -> Result<Self> {
        let wishlist = Wishlist::start(workspace, &plan.folder, plan.ports)?;
        let setup = GatewaySetup {
            program: plan.program,
            config: workspace.path(EXAMPLE).join(plan.mode.config_file()),
            variables: vec![
                ("API_URL", plan.api_url),
                ("APP_URL", plan.app_url),
                ("JWT_SECRET", plan.jwt_secret),
                ("WISHLIST_URL", &wishlist.url),
            ],
            folder: &plan.folder,
            ports: plan.ports,
        };
        let gateway = Self::start_with(workspace, &setup)?;
        Ok(Self { wishlist: Some(wishlist), ..gateway })
    }

    /// An error where it has ended by itself.
    pub(crate) fn check_alive(&mut self) -> Result<()> {
        self.server.check_alive()?;
        self.wishlist.as_mut().map_or(Ok(()), |wishlist| wishlist.server.check_alive())
    }

    /// Starts a gateway and waits until it is ready.
    pub(crate) fn start_with(workspace: &Workspace, setup: &GatewaySetup<'_>) -> Result<Self> {
        setup.copy_config()?;
        let mut server = setup.launch(workspace)?;
        let ready = format!("http://127.0.0.1:{}/ready", setup.ports.admin);
        server.wait_until_ready(&workspace.shell, &ready)?;
        Ok(Self { public_url: setup.ports.public_url(), server, wishlist: None })
    }
}

impl GatewayPorts {
    pub(crate) fn take(ports: &mut Ports) -> Result<Self> {
        Ok(Self { public: ports.take()?, admin: ports.take()?, wishlist: ports.take()? })
    }

    /// Where browsers find it.
    pub(crate) fn public_url(&self) -> String {
        format!("http://localhost:{}", self.public)
    }
}

impl GatewaySetup<'_> {
    /// The database stands beside the configuration, so that stands in the folder of this run.
    fn copy_config(&self) -> Result<()> {
        let copied = std::fs::copy(&self.config, self.folder.join(CONFIG_FILE));
        copied.map(drop).with_context(|| format!("{} cannot be copied", self.config.display()))
    }

    fn launch(&self, workspace: &Workspace) -> Result<Server> {
        let mut command = workspace.shell.command(self.program);
        command.current_dir(self.folder).args(["serve", "--config", CONFIG_FILE]);
        command.env("CROSSGATE_PORT", self.ports.public.to_string());
        command.env("CROSSGATE_ADMIN_PORT", self.ports.admin.to_string());
        command.env("CROSSGATE_SECRET", random_hex()?).envs(self.variables.iter().copied());
        Server::start("gateway", &mut command, self.folder)
    }
}

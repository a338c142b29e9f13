//! Apps with next-auth, each of them alone and behind Crossgate, with one build.
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::Server;
use crate::shop::{Gateway, GatewayPorts, GatewaySetup, Ports, build_next_app, random_hex};
use crate::workspace::Workspace;

/// Where the apps are.
pub(super) const FOLDERS: [&str; 2] = [APPS[0].folder, APPS[1].folder];
/// Gives browsers the app's own cookie back.
const MOVING_OUT: &str = "e2e/next-auth-moving-out.toml";

/// An app, and the names of the variables that it and its tests read.
struct Example {
    dialect: &'static str,
    folder: &'static str,
    /// For the log of the one that stands alone, and of the one behind Crossgate.
    names: [&'static str; 2],
    url: &'static str,
    secret: &'static str,
    /// Where the tests find it: behind Crossgate, alone, and behind a Crossgate that people leave.
    tests: [&'static str; 3],
}

const APPS: [Example; 2] = [
    Example {
        dialect: "v4",
        folder: "examples/next-auth-v4",
        names: ["v4-alone", "v4-behind"],
        url: "NEXTAUTH_URL",
        secret: "NEXTAUTH_SECRET",
        tests: ["V4_URL", "V4_ALONE_URL", "V4_LEAVING_URL"],
    },
    Example {
        dialect: "v5",
        folder: "examples/next-auth-v5",
        names: ["v5-alone", "v5-behind"],
        url: "AUTH_URL",
        secret: "AUTH_SECRET",
        tests: ["V5_URL", "V5_ALONE_URL", "V5_LEAVING_URL"],
    },
];

/// What it takes.
pub(super) struct AppsPlan<'a> {
    pub(super) program: &'a Path,
    pub(super) folder: PathBuf,
    pub(super) api_url: String,
}

/// Everything that runs. The gateways end first.
pub(super) struct AppsSet {
    pub(super) gateways: Vec<Gateway>,
    servers: Vec<Server>,
    /// Addresses, for the tests.
    pub(super) variables: Vec<(&'static str, String)>,
}

impl AppsSet {
    /// Builds what has to be built, starts all of it and waits until it answers.
    pub(super) fn start(workspace: &Workspace, plan: &AppsPlan<'_>) -> Result<Self> {
        let mut set = Self { gateways: Vec::new(), servers: Vec::new(), variables: Vec::new() };
        let mut ports = Ports::new();
        for example in &APPS {
            build_next_app(workspace, example.folder, &plan.folder.join("build.log"))?;
            plan.start_example(workspace, example, &mut ports, &mut set)?;
        }
        Ok(set)
    }

    /// An error where one of the programs has ended by itself.
    pub(super) fn check_alive(&mut self) -> Result<()> {
        self.servers.iter_mut().try_for_each(Server::check_alive)
    }
}

impl AppsPlan<'_> {
    fn start_example(
        &self,
        workspace: &Workspace,
        example: &Example,
        ports: &mut Ports,
        set: &mut AppsSet,
    ) -> Result<()> {
        let secret = random_hex()?;
        let own = workspace.path(example.folder).join("crossgate.toml");
        let behind = (own, GatewayPorts::take(ports)?);
        let leaving = (workspace.path(MOVING_OUT), GatewayPorts::take(ports)?);
        let port = ports.take()?;
        let alone = (port, format!("http://localhost:{port}"), secret.as_str());
        let inside = (ports.take()?, behind.1.public_url(), secret.as_str());
        let urls = [inside.1.clone(), alone.1.clone(), leaving.1.public_url()];
        let app_url = format!("http://127.0.0.1:{}", inside.0);
        for (name, place) in example.names.into_iter().zip([alone, inside]) {
            set.servers.push(self.start_app(workspace, example, name, place)?);
        }
        let variables = [
            ("APP_URL", app_url.as_str()),
            ("API_URL", &self.api_url),
            (example.secret, &secret),
            ("APP_SECRET", &secret),
            ("DIALECT", example.dialect),
        ];
        for (config, ports) in [behind, leaving] {
            set.gateways.push(self.start_gateway(workspace, config, ports, &variables)?);
        }
        set.variables.extend(example.tests.into_iter().zip(urls));
        Ok(())
    }

    /// An app that listens at this port, is known under this address and has this secret.
    fn start_app(
        &self,
        workspace: &Workspace,
        example: &Example,
        name: &'static str,
        (port, public_url, secret): (u16, String, &str),
    ) -> Result<Server> {
        let folder = workspace.path(example.folder);
        let mut command = workspace.in_package(&folder, "node_modules/.bin/next");
        command.args(["start", "-H", "127.0.0.1", "-p", &port.to_string()]).env("API_URL", &self.api_url);
        command.env(example.url, public_url).env(example.secret, secret);
        let mut server = Server::start(name, &mut command, &self.folder)?;
        server.wait_until_ready(&workspace.shell, &format!("http://127.0.0.1:{port}/"))?;
        Ok(server)
    }

    fn start_gateway(
        &self,
        workspace: &Workspace,
        config: PathBuf,
        ports: GatewayPorts,
        variables: &[(&str, &str)],
    ) -> Result<Gateway> {
        let folder = self.folder.join(ports.public_url().replace(|c: char| !c.is_ascii_digit(), ""));
        std::fs::create_dir(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let variables = variables.to_vec();
        let setup = GatewaySetup { program: self.program, config, variables, folder: &folder, ports };
        Gateway::start_with(workspace, &setup)
    }
}

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

/// A running app.
struct RunningApp {
    url: String,
    server: Server,
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
        let (public, leaving) = (GatewayPorts::take(ports)?, GatewayPorts::take(ports)?);
        let alone_port = ports.take()?;
        let alone_url = format!("http://localhost:{alone_port}");
        let alone = (alone_port, example.names[0], alone_url.as_str());
        let public_url = public.public_url();
        let behind = (ports.take()?, example.names[1], public_url.as_str());
        let alone = self.start_app(workspace, example, alone, &secret)?;
        let behind = self.start_app(workspace, example, behind, &secret)?;
        let own = workspace.path(example.folder).join("crossgate.toml");
        let variables = vec![
            ("APP_URL", behind.url.as_str()),
            ("API_URL", self.api_url.as_str()),
            (example.secret, secret.as_str()),
            ("APP_SECRET", secret.as_str()),
            ("DIALECT", example.dialect),
        ];
        for (config, ports) in [(own, public), (workspace.path(MOVING_OUT), leaving)] {
            set.gateways.push(self.start_gateway(workspace, config, ports, &variables)?);
        }
        let [.., public, leaving] = &set.gateways[..] else { unreachable!("two were started") };
        let urls = [public.public_url.clone(), alone_url, leaving.public_url.clone()];
        set.variables.extend(example.tests.into_iter().zip(urls));
        set.servers.extend([alone.server, behind.server]);
        Ok(())
    }

    fn start_app(
        &self,
        workspace: &Workspace,
        example: &Example,
        (port, name, public_url): (u16, &'static str, &str),
        secret: &str,
    ) -> Result<RunningApp> {
        let folder = workspace.path(example.folder);
        let mut command = workspace.in_package(&folder, "node_modules/.bin/next");
        command.args(["start", "-H", "127.0.0.1", "-p", &port.to_string()]).env("API_URL", &self.api_url);
        command.env(example.url, public_url).env(example.secret, secret);
        let mut server = Server::start(name, &mut command, &self.folder)?;
        let url = format!("http://127.0.0.1:{port}");
        server.wait_until_ready(&workspace.shell, &format!("{url}/"))?;
        Ok(RunningApp { url, server })
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

//! Providers on this machine, and the gateways, the app and the API that are tried with them.
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::suites::PROVIDER_FOLDER;
use crate::process::Server;
use crate::shop::{Gateway, GatewayPorts, GatewaySetup, Ports, random_hex};
use crate::workspace::Workspace;

const CONFIG: &str = "e2e/providers.toml";
const SHOP_CONFIG: &str = "e2e/providers-shop.toml";

/// What has an address of its own, under the variable that names it everywhere.
const ADDRESSES: [&str; 6] = ["GOOGLE_URL", "AUTH0_URL", "ENTRA_URL", "GITHUB_URL", "APP_URL", "API_URL"];

/// The programs of the package, and whose answers show that they run.
const PROGRAMS: [(&str, &[&str]); 3] = [
    ("providers", &["GOOGLE_URL", "AUTH0_URL", "ENTRA_URL", "GITHUB_URL"]),
    ("app", &["APP_URL"]),
    ("api", &["API_URL"]),
];

/// A gateway: what it is called, and what else its configuration asks for.
struct Role {
    name: &'static str,
    config: &'static str,
    variables: &'static [(&'static str, &'static str)],
}

/// One per dialect of next-auth, and the shop. The answer of one provider comes back in either way.
const ROLES: [Role; 3] = [
    Role { name: "v4", config: CONFIG, variables: &[("DIALECT", "v4"), ("ENTRA_RESPONSE_MODE", "query")] },
    Role {
        name: "v5",
        config: CONFIG,
        variables: &[("DIALECT", "v5"), ("ENTRA_RESPONSE_MODE", "form_post")],
    },
    Role { name: "shop", config: SHOP_CONFIG, variables: &[] },
];

type Variables = Vec<(&'static str, String)>;

/// What it takes.
pub(super) struct ProviderPlan<'a> {
    pub(super) program: &'a Path,
    pub(super) folder: PathBuf,
    pub(super) shop_api_url: String,
    pub(super) shop_app_url: String,
}

/// Everything that runs. The gateways end first.
pub(super) struct ProviderSet {
    pub(super) gateways: Vec<Gateway>,
    servers: Vec<Server>,
    /// Addresses and secrets, for the tests.
    pub(super) variables: Variables,
}

impl ProviderSet {
    /// Starts everything and waits until all of it answers.
    pub(super) fn start(workspace: &Workspace, plan: &ProviderPlan<'_>) -> Result<Self> {
        let mut ports = Ports::new();
        let mut variables = plan.addresses(&mut ports)?;
        let gateway_ports =
            ROLES.iter().map(|_| GatewayPorts::take(&mut ports)).collect::<Result<Vec<_>>>()?;
        variables.extend(plan.secrets()?);
        variables.extend(tell_gateways(&gateway_ports));
        let servers = start_programs(workspace, &plan.folder, &variables)?;
        variables.push(("CLIENT_KEY", plan.client_key()?));
        let starting = ROLES.iter().zip(gateway_ports);
        let gateways = starting.map(|(role, ports)| plan.start_gateway(workspace, role, ports, &variables));
        Ok(Self { gateways: gateways.collect::<Result<_>>()?, servers, variables })
    }

    /// An error where one of the programs has ended by itself.
    pub(super) fn check_alive(&mut self) -> Result<()> {
        self.servers.iter_mut().try_for_each(Server::check_alive)
    }
}

impl ProviderPlan<'_> {
    fn addresses(&self, ports: &mut Ports) -> Result<Variables> {
        let mut addresses = Variables::new();
        for name in ADDRESSES {
            addresses.push((name, format!("http://127.0.0.1:{}", ports.take()?)));
        }
        addresses.push(("SHOP_API_URL", self.shop_api_url.clone()));
        addresses.push(("SHOP_APP_URL", self.shop_app_url.clone()));
        Ok(addresses)
    }

    fn secrets(&self) -> Result<Variables> {
        let file = self.client_key_file().display().to_string();
        Ok(vec![("CLIENT_SECRET", random_hex()?), ("CLIENT_KEY_FILE", file)])
    }

    /// The providers make the key and leave it here.
    fn client_key_file(&self) -> PathBuf {
        self.folder.join("client-key.pem")
    }

    fn client_key(&self) -> Result<String> {
        let file = self.client_key_file();
        std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))
    }

    fn start_gateway(
        &self,
        workspace: &Workspace,
        role: &Role,
        ports: GatewayPorts,
        variables: &Variables,
    ) -> Result<Gateway> {
        let folder = self.folder.join(role.name);
        std::fs::create_dir(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let shared = variables.iter().map(|(name, value)| (*name, value.as_str()));
        let variables = shared.chain(role.variables.iter().copied()).collect();
        let config = workspace.path(role.config);
        let setup = GatewaySetup { program: self.program, config, variables, folder: &folder, ports };
        Gateway::start_with(workspace, &setup)
    }
}

/// The gateways' addresses, for the tests one by one, and for the programs in one text.
fn tell_gateways(ports: &[GatewayPorts]) -> Variables {
    let urls: Vec<String> = ports.iter().map(GatewayPorts::public_url).collect();
    let pairs = ROLES.iter().zip(&urls).map(|(role, url)| format!("{}={url}", role.name));
    let mut variables = vec![("GATEWAYS", pairs.collect::<Vec<_>>().join(" "))];
    variables.extend(["V4_URL", "V5_URL", "SHOP_URL"].into_iter().zip(urls));
    variables
}

fn start_programs(workspace: &Workspace, folder: &Path, variables: &Variables) -> Result<Vec<Server>> {
    let package = workspace.path(PROVIDER_FOLDER);
    let mut servers = Vec::new();
    for (name, _) in PROGRAMS {
        let mut command = workspace.in_package(&package, "node");
        command.arg(format!("{name}/main.js")).envs(variables.iter().cloned());
        servers.push(Server::start(name, &mut command, folder)?);
    }
    for ((_, addresses), server) in PROGRAMS.iter().zip(&mut servers) {
        for (_, url) in variables.iter().filter(|(name, _)| addresses.contains(name)) {
            server.wait_until_ready(&workspace.shell, &format!("{url}/ready"))?;
        }
    }
    Ok(servers)
}

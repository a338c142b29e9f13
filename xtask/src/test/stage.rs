//! What several steps share: built programs, and running ones.
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::first_day::{Arrival, Walk};
use super::next_auth_apps::{AppsPlan, AppsSet};
use super::providers::{ProviderPlan, ProviderSet};
use crate::arguments::TokenMode;
use crate::check::{self, Renewals, Subject, Tap};
use crate::shop::{
    Api, App, AppPlan, DevelopmentApp, Folder, Gateway, GatewayPlan, GatewayPorts, Ports, Profile,
    build_gateway, copy_app, start_both,
};
use crate::workspace::Workspace;

/// Built once, started once.
pub(super) struct Stage<'a> {
    pub(super) workspace: &'a Workspace,
    running: Option<(Api, App)>,
    gateway_program: Option<PathBuf>,
    folder: Folder,
    ports: Ports,
    /// Of the one gateway that the shop's app believes. Behind others it shows what the API says, and asks nothing else.
    believed: GatewayPorts,
}

/// A gateway in front of the shop, or of something in place of its app or its API.
struct Front<'a> {
    folder: PathBuf,
    ports: GatewayPorts,
    app_url: Option<&'a str>,
    api_url: Option<&'a str>,
}

/// Everything the browser tests open. The gateways end first.
pub(super) struct BrowserSet {
    pub(super) gateway: Gateway,
    pub(super) development_gateway: Gateway,
    pub(super) development_app: DevelopmentApp,
}

impl<'a> Stage<'a> {
    pub(super) fn new(workspace: &'a Workspace, is_kept: bool) -> Result<Self> {
        let folder = Folder::new(is_kept)?;
        let mut ports = Ports::new();
        let believed = GatewayPorts::take(&mut ports)?;
        Ok(Self { workspace, running: None, gateway_program: None, folder, ports, believed })
    }

    /// Ends what still runs. The databases and logs stay where somebody wants to look at them.
    pub(super) fn end(mut self, is_failure: bool) {
        self.running = None;
        if is_failure {
            self.folder.keep();
        }
        if self.folder.is_kept() {
            println!("\nDatabases and logs are in {}", self.folder.path().display());
        }
    }

    /// An error where one of the running programs has ended by itself.
    pub(super) fn check_alive<'g>(
        &mut self,
        gateways: impl IntoIterator<Item = &'g mut Gateway>,
    ) -> Result<()> {
        for gateway in gateways {
            gateway.check_alive()?;
        }
        let Some((api, app)) = &mut self.running else { return Ok(()) };
        api.server.check_alive()?;
        app.server.check_alive()
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The gateway as the Rust tests built it: with debug assertions and overflow checks.
    pub(super) fn build_gateway(&mut self) -> Result<()> {
        self.gateway_program = Some(build_gateway(self.workspace, Profile::Debug)?);
        Ok(())
    }

    /// The API and the app, started when they are needed first.
    pub(super) fn shop(&mut self) -> Result<&(Api, App)> {
        if self.running.is_none() {
            let public_url = self.believed.public_url();
            let started = start_both(self.workspace, self.folder.path(), &mut self.ports, &public_url)?;
            self.running = Some(started);
        }
        self.running.as_ref().context("the shop is not running")
    }

    /// A whole round through the shop behind a gateway of its own; gives the number of things seen.
    pub(super) fn check(&mut self, mode: TokenMode) -> Result<usize> {
        let api_url = self.shop()?.0.url.clone();
        let tap = Tap::start(&api_url)?;
        let folder = self.folder.inside(mode.config_file())?;
        let ports = GatewayPorts::take(&mut self.ports)?;
        let mut app = self.start_app(&folder, ports, &api_url)?;
        let front = Front { folder, ports, app_url: Some(&app.url), api_url: Some(&tap.url) };
        let mut gateway = self.start_gateway(mode, front)?;
        let subject = Subject { shell: &self.workspace.shell, public_url: &gateway.public_url, tap: &tap };
        let seen = check::run(&subject);
        // That it has ended says more than that it does not answer.
        gateway.check_alive()?;
        app.server.check_alive()?;
        seen
    }

    /// The shop with an API whose tokens end all the time; gives the number of pages seen. Whatever reaches the API, also
    /// from the app, passes the tap.
    pub(super) fn renewals(&mut self, plan: &Renewals) -> Result<usize> {
        let folder = self.folder.inside("renewals")?;
        let ports = GatewayPorts::take(&mut self.ports)?;
        let port = self.ports.take()?;
        let mut api = Api::with_lifetime(self.workspace, &folder, port, plan.lifetime.as_secs())?;
        let tap = Tap::start(&api.url)?;
        let mut app = self.start_app(&folder, ports, &tap.url)?;
        let (program, mode) = (self.gateway_program()?.to_path_buf(), TokenMode::Api);
        let (api_url, jwt_secret, app_url) = (&tap.url, &api.jwt_secret, &app.url);
        let setup = GatewayPlan { program: &program, mode, api_url, jwt_secret, app_url, ports, folder };
        let mut gateway = Gateway::start(self.workspace, &setup)?;
        let subject = Subject { shell: &self.workspace.shell, public_url: &gateway.public_url, tap: &tap };
        let seen = check::open_after_each_end(&subject, plan);
        gateway.check_alive()?;
        app.server.check_alive()?;
        api.server.check_alive()?;
        seen
    }

    /// The shop as the demo shows it, and once more with `next dev` behind a gateway of its own.
    pub(super) fn browser_set(&mut self) -> Result<BrowserSet> {
        let own = self.folder.inside("browser")?;
        let front = Front { folder: own, ports: self.believed, app_url: None, api_url: None };
        let gateway = self.start_gateway(TokenMode::Api, front)?;
        let folder = self.folder.inside("development")?;
        let copy = folder.join("web");
        copy_app(self.workspace, &copy)?;
        let ports = GatewayPorts::take(&mut self.ports)?;
        let (public_url, port) = (ports.public_url(), self.ports.take()?);
        let told = AppPlan { api_url: &self.shop()?.0.url.clone(), public_url: &public_url, port };
        let development_app = DevelopmentApp::start(self.workspace, copy, &told)?;
        let front = Front { folder, ports, app_url: Some(&development_app.url), api_url: None };
        let development_gateway = self.start_gateway(TokenMode::Api, front)?;
        Ok(BrowserSet { gateway, development_gateway, development_app })
    }

    /// Providers, and gateways where people sign in with them.
    pub(super) fn provider_set(&mut self) -> Result<ProviderSet> {
        let program = self.gateway_program()?.to_path_buf();
        let folder = self.folder.inside("providers")?;
        let (api, app) = self.shop()?;
        let (api_url, app_url) = (api.url.clone(), app.url.clone());
        let plan = ProviderPlan { program: &program, folder, shop_api_url: api_url, shop_app_url: app_url };
        ProviderSet::start(self.workspace, &plan)
    }

    /// Apps with next-auth, alone and behind gateways.
    pub(super) fn next_auth_apps(&mut self) -> Result<AppsSet> {
        let program = self.gateway_program()?.to_path_buf();
        let folder = self.folder.inside("next-auth-apps")?;
        let api_url = self.shop()?.0.url.clone();
        AppsSet::start(self.workspace, &AppsPlan { program: &program, folder, api_url })
    }

    /// Everything that the guide of the first day starts.
    pub(super) fn first_day(&mut self) -> Result<Arrival> {
        let program = self.gateway_program()?.to_path_buf();
        let folder = self.folder.inside("first-day")?;
        Walk { workspace: self.workspace, program: &program, folder }.run()
    }

    /// Built where that has not been done yet.
    pub(super) fn gateway_program(&mut self) -> Result<&Path> {
        if self.gateway_program.is_none() {
            self.build_gateway()?;
        }
        self.gateway_program.as_deref().context("the gateway is not built")
    }

    /// An app that believes the gateway at these ports.
    fn start_app(&mut self, folder: &Path, ports: GatewayPorts, api_url: &str) -> Result<App> {
        let plan = AppPlan { api_url, public_url: &ports.public_url(), port: self.ports.take()? };
        App::start_alone(self.workspace, folder, &plan)
    }

    fn start_gateway(&mut self, mode: TokenMode, front: Front<'_>) -> Result<Gateway> {
        let program = self.gateway_program()?.to_path_buf();
        let workspace = self.workspace;
        let (api, app) = self.shop()?;
        let plan = GatewayPlan {
            program: &program,
            mode,
            api_url: front.api_url.unwrap_or(&api.url),
            jwt_secret: &api.jwt_secret,
            app_url: front.app_url.unwrap_or(&app.url),
            ports: front.ports,
            folder: front.folder,
        };
        Gateway::start(workspace, &plan)
    }
}

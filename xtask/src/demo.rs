//! `cargo xtask demo`: the shop behind Crossgate, on this machine.
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;

use crate::arguments::{DemoOptions, TokenMode};
use crate::check::{self, Subject, Tap};
use crate::node::require_node;
use crate::process::{Interrupted, Shell};
use crate::shop::{
    ADA, Api, App, Folder, GRACE, Gateway, GatewayPlan, GatewayPorts, LOCKED, Ports, Profile, SHOP_FOLDERS,
    build_app, build_gateway, build_packages, install_shop_part, start_both,
};
use crate::steps::{Chatter, Steps};
use crate::workspace::Workspace;

/// Steps until everything runs.
const STEPS: usize = 8;

/// The three programs. They end in this order.
struct Demo {
    gateway: Gateway,
    app: App,
    api: Api,
    /// Only where somebody has to know what passes between gateway and API.
    tap: Option<Tap>,
}

pub(crate) fn run(workspace: &Workspace, options: &DemoOptions) -> Result<ExitCode> {
    require_node()?;
    let folder = Folder::new(options.keep)?;
    let result = run_in(workspace, options, &folder);
    if folder.is_kept() {
        println!("Databases and logs are in {}", folder.path().display());
    }
    result.map(|()| ExitCode::SUCCESS)
}

fn run_in(workspace: &Workspace, options: &DemoOptions, folder: &Folder) -> Result<()> {
    let mut steps = Steps::new(STEPS + usize::from(options.check));
    let program = prepare(workspace, &mut steps, folder.path(), profile(options))?;
    let mut demo = start(workspace, &mut steps, folder.path(), &program, options)?;
    match &demo.tap {
        Some(tap) => {
            let subject = Subject { shell: &workspace.shell, public_url: &demo.gateway.public_url, tap };
            let checked = check_once(&mut steps, &subject, options.mode);
            // That it has ended says more than that it does not answer.
            demo.gateway.check_alive()?;
            checked
        }
        None => {
            welcome(&demo.gateway.public_url, options.mode, folder.path());
            stay(&workspace.shell, &mut demo)
        }
    }
}

fn profile(options: &DemoOptions) -> Profile {
    if options.debug { Profile::Debug } else { Profile::Release }
}

/// Installs and builds what is needed, and gives the gateway's program.
fn prepare(workspace: &Workspace, steps: &mut Steps, logs: &Path, profile: Profile) -> Result<PathBuf> {
    let log = logs.join("install.log");
    let program = steps.run("building the gateway", Chatter::Talks, || build_gateway(workspace, profile))?;
    steps.run("building the npm packages", Chatter::Silent, || build_packages(workspace, &log))?;
    for (what, folder) in SHOP_FOLDERS {
        let what = format!("installing {what}");
        steps.run(&what, Chatter::Silent, || install_shop_part(workspace, folder, &log))?;
    }
    steps.run("building the app", Chatter::Silent, || build_app(workspace, &logs.join("build.log")))?;
    Ok(program)
}

fn start(
    workspace: &Workspace,
    steps: &mut Steps,
    folder: &Path,
    program: &Path,
    options: &DemoOptions,
) -> Result<Demo> {
    let mut free = Ports::new();
    let ports = GatewayPorts::take(&mut free)?;
    let public_url = ports.public_url();
    let start_both = || start_both(workspace, folder, &mut free, &public_url);
    let (api, app) = steps.run("starting the API and the app", Chatter::Silent, start_both)?;
    let tap = if options.check { Some(Tap::start(&api.url)?) } else { None };
    let api_url = tap.as_ref().map_or(&api.url, |tap| &tap.url);
    let (jwt_secret, app_url) = (&api.jwt_secret, &app.url);
    let plan = GatewayPlan {
        program,
        mode: options.mode,
        api_url,
        jwt_secret,
        app_url,
        ports,
        folder: folder.to_path_buf(),
    };
    let gateway = steps.run("starting the gateway", Chatter::Silent, || Gateway::start(workspace, &plan))?;
    Ok(Demo { gateway, app, api, tap })
}

fn check_once(steps: &mut Steps, subject: &Subject<'_>, mode: TokenMode) -> Result<()> {
    let what = format!("going through the shop ({})", mode.describe());
    let count = steps.run(&what, Chatter::Talks, || check::run(subject))?;
    println!("\n{count} passed, 0 failed");
    Ok(())
}

fn welcome(public_url: &str, mode: TokenMode, logs: &Path) {
    println!("\nThe shop is open at  {public_url}   ({})\n", mode.describe());
    for account in [ADA, GRACE] {
        println!("  {:<22} {}   {}", account.email, account.password, account.name);
    }
    println!("  {:<22} {}   a locked account\n", LOCKED.email, LOCKED.password);
    println!("Logs are in {}. Ctrl-C ends everything.", logs.display());
}

/// Until a person ends it, or one of the programs does so by itself.
fn stay(shell: &Shell, demo: &mut Demo) -> Result<()> {
    loop {
        demo.gateway.check_alive()?;
        for server in [&mut demo.app.server, &mut demo.api.server] {
            server.check_alive()?;
        }
        if let Err(interrupted) = shell.pause_for(Duration::from_millis(200)) {
            println!("\nEnding …");
            return interrupted.downcast::<Interrupted>().map(drop);
        }
    }
}

//! The guide of the first day, walked from an empty folder as it is written.
mod guide;

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use self::guide::{Step, steps};
use crate::process::Server;
use crate::steps::{Chatter, Steps};
use crate::workspace::Workspace;

const GUIDE: &str = "docs/guide/first-day.md";
const PACKAGE: &str = "packages/crossgate";
/// The one command that is not run as it is written, as long as the packages are not published.
const INSTALL: &str = "npm install --save-dev crossgate";
/// "In under ten commands".
const MOST_COMMANDS: usize = 9;
/// What a stock Next.js, the API of the shop, Crossgate and its test people listen on.
const PORTS: [u16; 4] = [3000, 4000, 8080, 8081];
/// What the machine of a newcomer does not have.
const UNSET: [&str; 6] =
    ["CROSSGATE_BINARY", "CROSSGATE_CONFIG", "CROSSGATE_SECRET", "JWT_SECRET", "PORT", "FORCE_COLOR"];

/// What it takes.
pub(super) struct Walk<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) program: &'a Path,
    pub(super) folder: PathBuf,
}

/// The end of the walk: everything runs, and nobody is signed in yet.
pub(super) struct Arrival {
    /// Where `dev` said that the app is, and where people sign in.
    pub(super) open: String,
    pub(super) sign_in: String,
    server: Server,
}

impl Walk<'_> {
    /// Runs every command of the guide, and holds what it prints against what the guide shows.
    pub(super) fn run(&self) -> Result<Arrival> {
        let guide = self.workspace.path(GUIDE);
        let text = std::fs::read_to_string(&guide).with_context(|| format!("{GUIDE} cannot be read"))?;
        let walked = steps(&text);
        let (last, before) = self.agree(&walked)?;
        require_free_ports()?;
        let project = self.prepare()?;
        let packed = self.folder.join("packed");
        let mut progress = Steps::new(walked.len() + 1);
        progress.run("packing what npm will bring", Chatter::Silent, || self.pack(&packed))?;
        for step in before {
            progress.run(&step.command, Chatter::Silent, || self.walk(step, &project, &packed))?;
        }
        progress.run(&last.command, Chatter::Silent, || self.arrive(last, &project))
    }

    fn agree<'s>(&self, steps: &'s [Step]) -> Result<(&'s Step, &'s [Step])> {
        let Some((last, before)) = steps.split_last() else { bail!("{GUIDE} has no commands") };
        ensure!(steps.len() <= MOST_COMMANDS, "{GUIDE} has {} commands, which is too many", steps.len());
        ensure!(
            last.command.starts_with("npx crossgate dev "),
            "{GUIDE} does not end with `npx crossgate dev`"
        );
        let installs = before.iter().filter(|step| step.command == INSTALL).count();
        ensure!(
            installs == 1,
            "{GUIDE} has {installs} times the command `{INSTALL}`, which must be there once"
        );
        Ok((last, before))
    }

    /// An empty folder, and the checkout beside it.
    fn prepare(&self) -> Result<PathBuf> {
        let project = self.folder.join("shop");
        std::fs::create_dir(&project).context("the empty folder cannot be made")?;
        symlink(self.workspace.path(""), self.folder.join("crossgate"))
            .context("the checkout is not beside it")?;
        Ok(project)
    }

    /// The packages as they would be published.
    fn pack(&self, into: &Path) -> Result<()> {
        let platform = platform();
        let program = self.lean_program()?.display().to_string();
        for words in [vec!["--main"], vec!["--platform", &platform, "--program", &program]] {
            let mut command = self.workspace.in_package(&self.workspace.path(PACKAGE), "node");
            command.arg("scripts/pack.js").args(words).arg("--into").arg(into);
            let log = self.folder.join("pack.log");
            self.workspace.shell.run_quietly(&mut command, &log, "the packages cannot be packed:")?;
        }
        Ok(())
    }

    /// The program without what only debuggers read, as a release has it: it is packed in a fraction of the time.
    fn lean_program(&self) -> Result<PathBuf> {
        let lean = self.folder.join("crossgate-program");
        std::fs::copy(self.program, &lean).context("the program cannot be copied")?;
        let mut command = self.workspace.shell.command("strip");
        let log = self.folder.join("pack.log");
        self.workspace.shell.run_quietly(
            command.arg("-S").arg(&lean),
            &log,
            "strip, of the C compiler, failed:",
        )?;
        Ok(lean)
    }

    fn walk(&self, step: &Step, project: &Path, packed: &Path) -> Result<()> {
        let substituted = format!("npm install --save-dev {}/*.tgz", packed.display());
        let command = if step.command == INSTALL { &substituted } else { &step.command };
        let log = self.folder.join("command.log");
        let headline = format!("`{command}` failed; its last lines were:");
        self.workspace.shell.run_quietly(&mut self.command(command, project), &log, &headline)?;
        step.check(&std::fs::read_to_string(&log)?)
    }

    fn arrive(&self, step: &Step, project: &Path) -> Result<Arrival> {
        let mut server =
            Server::start("crossgate-dev", &mut self.command(&step.command, project), &self.folder)?;
        let shell = &self.workspace.shell;
        let open = server.wait_for_words(shell, "crossgate | Open ")?;
        let sign_in = server.wait_for_words(shell, "crossgate | Sign in: ")?;
        step.check(&server.said()?)?;
        Ok(Arrival { open, sign_in, server })
    }

    fn command(&self, line: &str, project: &Path) -> Command {
        let mut command = self.workspace.in_package(project, "sh");
        command.args(["-c", line]).env("NO_COLOR", "1").env("npm_config_prefer_offline", "true");
        for name in UNSET {
            command.env_remove(name);
        }
        command
    }
}

impl Arrival {
    /// Ends it as Ctrl-C does. Nothing may be left.
    pub(super) fn end(mut self) -> Result<()> {
        self.server.check_alive()?;
        drop(self.server);
        require_free_ports().context("`crossgate dev` has left something behind")
    }
}

fn require_free_ports() -> Result<()> {
    for port in PORTS {
        let listening = TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        listening.with_context(|| format!("the guide needs port {port}: stop what listens there"))?;
    }
    Ok(())
}

/// As Node names it.
fn platform() -> String {
    let system = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
    let processor = if cfg!(target_arch = "x86_64") { "x64" } else { "arm64" };
    format!("{system}-{processor}")
}

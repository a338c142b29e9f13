//! `cargo xtask release`: the gateway as it is published, laid out by what a running one was seen to do.
use std::fs::{copy, create_dir_all, remove_dir_all};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::bench;
use crate::chromium::in_path;
use crate::steps::{Chatter, Steps};
use crate::workspace::Workspace;

/// Beside the other builds: with other flags for the compiler, each would undo the other's work.
const FOLDER: &str = "target/published";
const TOOLS: &str = "rustup component add llvm-tools";

/// Builds it twice: once with counters, which are read after it has worked, and then for good.
pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode> {
    let compiler = Compiler::find(workspace)?;
    let counted = workspace.path(FOLDER).join("counted");
    let mut steps = Steps::new(4);
    let counting = format!("-Cprofile-generate={}", counted.display());
    let program = steps
        .run("building it with counters", Chatter::Talks, || compiler.build_gateway(workspace, &counting))?;
    empty(&counted)?;
    steps.run("letting it work", Chatter::Silent, || bench::exercise(workspace, &program))?;
    let profile =
        steps.run("reading the counters", Chatter::Silent, || compiler.merge(workspace, &counted))?;
    let guided = format!("-Cprofile-use={}", profile.display());
    let program = steps
        .run("building it by what was seen", Chatter::Talks, || compiler.build_gateway(workspace, &guided))?;
    copy(program, place(workspace))?;
    println!("\nThe gateway as it is published: {}", place(workspace).display());
    Ok(ExitCode::SUCCESS)
}

/// What has been built.
pub(crate) fn published(workspace: &Workspace) -> Result<PathBuf> {
    let program = place(workspace);
    if !program.exists() {
        bail!("{} is not there; build it with `cargo xtask release`", program.display());
    }
    Ok(program)
}

fn place(workspace: &Workspace) -> PathBuf {
    workspace.path(FOLDER).join("crossgate")
}

/// What an earlier program has counted says nothing about this one.
fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        remove_dir_all(folder)?;
    }
    Ok(create_dir_all(folder)?)
}

/// The compiler's own tools have to be of its version.
struct Compiler {
    host: String,
    profdata: PathBuf,
}

impl Compiler {
    /// Adds the tools where they are missing.
    fn find(workspace: &Workspace) -> Result<Self> {
        let output = Command::new("rustc").args(["--print", "target-libdir"]).output()?;
        let libraries = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
        // <sysroot>/lib/rustlib/<host>/lib, and beside it bin
        let home = libraries.parent().context("rustc does not say where its libraries are")?;
        let host = home.file_name().context("rustc does not say what it builds for")?;
        let compiler =
            Self { host: host.to_string_lossy().into_owned(), profdata: home.join("bin/llvm-profdata") };
        if !compiler.profdata.exists() {
            add_tools(workspace)?;
        }
        Ok(compiler)
    }

    /// With the host named as target, the flag reaches neither build scripts nor macros.
    fn build_gateway(&self, workspace: &Workspace, flag: &str) -> Result<PathBuf> {
        let builds = workspace.path(FOLDER).join("builds");
        let mut command = workspace.shell.command("cargo");
        command.current_dir(workspace.path("")).env("CARGO_ENCODED_RUSTFLAGS", flag);
        command.args(["build", "--release", "--package", "crossgate", "--target", &self.host]);
        command.arg("--target-dir").arg(&builds);
        workspace.shell.run(&mut command, "the gateway cannot be built")?;
        Ok(builds.join(&self.host).join("release/crossgate"))
    }

    /// Under a name that is new each time: cargo looks at the flag, and not into the file, to see what is out of date.
    fn merge(&self, workspace: &Workspace, counted: &Path) -> Result<PathBuf> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
        let profile = counted.join(format!("{}.profdata", now.as_secs()));
        let mut command = workspace.shell.command(&self.profdata);
        command.args(["merge", "--output"]).arg(&profile).arg(counted);
        workspace.shell.run(&mut command, "the counters cannot be read")?;
        Ok(profile)
    }
}

fn add_tools(workspace: &Workspace) -> Result<()> {
    if in_path("rustup").is_none() {
        bail!("llvm-profdata of this compiler is needed; where rustup is: {TOOLS}");
    }
    let mut command = workspace.shell.command("rustup");
    command.args(["component", "add", "llvm-tools"]);
    workspace.shell.run(&mut command, &format!("this failed: {TOOLS}"))
}

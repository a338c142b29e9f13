//! `cargo xtask bench`, `cargo xtask soak`, and counting instructions: what they need is prepared here, and Node.js runs them.
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::arguments::{BenchOptions, SoakOptions};
use crate::chromium::{in_path, privileges};
use crate::node::require_node;
use crate::release::published;
use crate::shop::{Profile, build_gateway, build_many_sessions, build_next_app, build_seed};
use crate::steps::{Chatter, Steps};
use crate::workspace::Workspace;

/// What `bench/instructions.mjs` ends with where the processor is another than that of the recorded figure.
const NOT_COMPARABLE: i32 = 77;
/// The proxies of Node.js that are measured.
const EXPRESS: &str = "bench/peers/express";
const NEXT_AUTH: &str = "bench/peers/next-auth";
const PEERS: &str =
    "apt-get update && apt-get install -y --no-install-recommends nginx haproxy wrk nghttp2-client";
/// Without `signins`, whose gateway is killed and could not tell what it counted.
const EXERCISES: &str = "--only=get,large,upload,anonymous,refused,http2,storm";
const VALGRIND: &str = "apt-get update && apt-get install -y --no-install-recommends valgrind";

/// How the count of instructions stands to the one that was recorded.
pub(crate) enum Count {
    /// It is not more than 5 % over it.
    Holds,
    /// It is more.
    IsOver,
    /// It could not be counted here, or not be compared.
    Unknown(&'static str),
}

/// Measures the gateway beside other proxies.
pub(crate) fn run(workspace: &Workspace, options: &BenchOptions) -> Result<ExitCode> {
    require_peers(workspace)?;
    prepare_node_peers(workspace)?;
    let program = program(workspace, options)?;
    let mut command = measuring(workspace, "bench/run.mjs", &program);
    command.args(bench_arguments(options)).env("CROSSGATE_SEED", build_seed(workspace)?);
    if is_measured(options, "stores") {
        command.env("CROSSGATE_MANY_SESSIONS", build_many_sessions(workspace)?);
    }
    workspace.shell.run(&mut command, "the measurement did not come to its end")?;
    Ok(ExitCode::SUCCESS)
}

/// Lets a gateway do the work of which most of its days consist, each kind for as long. Its figures are of no interest.
pub(crate) fn exercise(workspace: &Workspace, program: &Path) -> Result<()> {
    require_peers(workspace)?;
    let log = tempfile::NamedTempFile::new()?;
    let mut command = measuring(workspace, "bench/run.mjs", program);
    command.args(["--peers=Crossgate", "--rounds=1", "--seconds=3", EXERCISES]);
    command.env("CROSSGATE_SEED", build_seed(workspace)?);
    workspace.shell.run_quietly(
        &mut command,
        log.path(),
        "the gateway did not do its work; the last lines were:",
    )
}

fn require_peers(workspace: &Workspace) -> Result<()> {
    require_node()?;
    if !require(workspace, &["nginx", "haproxy", "wrk", "h2load"], PEERS)? {
        bail!("nginx, HAProxy, wrk and h2load are needed. Install with:\n\n    sudo sh -c '{PEERS}'\n");
    }
    Ok(())
}

/// Which one is measured.
fn program(workspace: &Workspace, options: &BenchOptions) -> Result<PathBuf> {
    if options.published { published(workspace) } else { build_gateway(workspace, Profile::Release) }
}

/// Installs them as their lock files say, and builds the app; quick where that is done already.
fn prepare_node_peers(workspace: &Workspace) -> Result<()> {
    let (logs, mut steps) = (tempfile::tempdir()?, Steps::new(3));
    for folder in [EXPRESS, NEXT_AUTH] {
        let log = logs.path().join("install.log");
        let install = || workspace.install(&workspace.path(folder), &log);
        steps.run(&format!("npm ci in {folder}"), Chatter::Silent, install)?;
    }
    let build = || build_next_app(workspace, NEXT_AUTH, &logs.path().join("build.log"));
    steps.run(&format!("next build in {NEXT_AUTH}"), Chatter::Silent, build)
}

/// Whether a part is asked for. Where none is named, all are.
fn is_measured(options: &BenchOptions, part: &str) -> bool {
    options.only.as_ref().is_none_or(|only| only.split(',').any(|name| name == part))
}

fn bench_arguments(options: &BenchOptions) -> Vec<String> {
    let BenchOptions { rounds, seconds, sessions, .. } = options;
    let mut arguments =
        vec![format!("--rounds={rounds}"), format!("--seconds={seconds}"), format!("--sessions={sessions}")];
    arguments.extend(options.only.as_ref().map(|works| format!("--only={works}")));
    arguments.extend(options.peers.as_ref().map(|names| format!("--peers={names}")));
    arguments.extend(options.quick.then(|| "--quick".to_owned()));
    arguments
}

/// Runs the gateway for long at half of what the machine can do.
pub(crate) fn soak(workspace: &Workspace, options: &SoakOptions) -> Result<ExitCode> {
    require_node()?;
    let program = build_gateway(workspace, Profile::Release)?;
    let mut command = measuring(workspace, "bench/soak/run.mjs", &program);
    command.args(["--minutes", &options.minutes.to_string()]);
    workspace.shell.run(&mut command, "something was not as it should be during the soak")?;
    Ok(ExitCode::SUCCESS)
}

/// Counts the instructions of a request, and holds the count against the recorded one.
pub(crate) fn instructions(workspace: &Workspace) -> Result<Count> {
    if !require(workspace, &["valgrind"], VALGRIND)? {
        return Ok(Count::Unknown("valgrind is not there and cannot be installed without a password"));
    }
    let program = build_gateway(workspace, Profile::Release)?;
    let mut command = measuring(workspace, "bench/instructions.mjs", &program);
    let status = workspace.shell.run_to_status(command.arg("--check"))?;
    match status.code() {
        Some(0) => Ok(Count::Holds),
        Some(1) => Ok(Count::IsOver),
        Some(NOT_COMPARABLE) => Ok(Count::Unknown("the figure was recorded on another kind of processor")),
        _ => bail!("bench/instructions.mjs ended with {status}"),
    }
}

fn measuring(workspace: &Workspace, script: &str, program: &Path) -> Command {
    let mut command = workspace.in_package(&workspace.path(""), "node");
    command.arg(script).env("CROSSGATE_BINARY", program);
    command
}

/// Whether the programs are there now. They are installed where that needs no password.
fn require(workspace: &Workspace, programs: &[&str], script: &str) -> Result<bool> {
    let are_there = || programs.iter().all(|name| in_path(name).is_some());
    if are_there() || in_path("apt-get").is_none() {
        return Ok(are_there());
    }
    let Ok(prefix) = privileges("measuring needs other programs", script) else { return Ok(false) };
    let mut command = workspace.shell.command(prefix.first().copied().unwrap_or("sh"));
    command.args(prefix.iter().skip(1)).args(["-c", script]).env("DEBIAN_FRONTEND", "noninteractive");
    workspace.shell.run(&mut command, &format!("this failed: {script}"))?;
    Ok(are_there())
}

//! The browser for the browser tests: the system's own.
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/// How a system installs it: the program to look for, and what a shell has to do.
const INSTALLERS: [(&str, &str); 5] = [
    ("apt-get", "apt-get update && apt-get install -y --no-install-recommends chromium"),
    ("dnf", "dnf install -y chromium"),
    ("pacman", "pacman -Sy --noconfirm chromium"),
    ("apk", "apk add --no-cache chromium"),
    ("zypper", "zypper --non-interactive install chromium"),
];

/// The browser's program. Where there is none, it is installed if that needs no password.
pub(crate) fn require_chromium(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(program) = find() {
        return Ok(program);
    }
    install(workspace)?;
    find().context("Chromium was installed, but no program named chromium is in the PATH")
}

fn find() -> Option<PathBuf> {
    let chosen = std::env::var_os("CHROMIUM").map(PathBuf::from).filter(|program| program.is_file());
    chosen.or_else(|| NAMES.iter().find_map(|name| in_path(name)))
}

/// A program, where programs are.
pub(crate) fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .chain([PathBuf::from("/usr/bin"), PathBuf::from("/usr/sbin")])
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

fn install(workspace: &Workspace) -> Result<()> {
    let Some((_, script)) = INSTALLERS.iter().find(|(program, _)| in_path(program).is_some()) else {
        bail!("the browser tests need Chromium: install it, or name its program in the variable CHROMIUM");
    };
    let prefix = privileges("the browser tests need Chromium", script)?;
    println!("installing Chromium: {script}");
    let mut command = workspace.shell.command(prefix.first().copied().unwrap_or("sh"));
    command.args(prefix.iter().skip(1)).args(["-c", script]).env("DEBIAN_FRONTEND", "noninteractive");
    workspace.shell.run(&mut command, &format!("Chromium cannot be installed by: {script}"))
}

/// What to put before `-c`, so that the script may install programs.
///
/// # Errors
/// With `need` and what to do where that needs a password.
pub(crate) fn privileges(need: &str, script: &str) -> Result<&'static [&'static str]> {
    if rustix::process::geteuid().is_root() {
        return Ok(&["sh"]);
    }
    if in_path("sudo").is_some_and(|sudo| needs_no_password(&sudo)) {
        return Ok(&["sudo", "-n", "sh"]);
    }
    bail!("{need}. Install with:\n\n    sudo sh -c '{script}'\n")
}

fn needs_no_password(sudo: &Path) -> bool {
    let status = Command::new(sudo).args(["-n", "true"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

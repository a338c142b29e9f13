//! What fuzzing needs beside the checkout: a nightly compiler and cargo-fuzz.
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

const NIGHTLY: &str = "rustup toolchain install nightly";

/// Installs cargo-fuzz where it is missing; a compiler is nothing to install without being asked.
pub(super) fn require(workspace: &Workspace) -> Result<()> {
    if host().is_err() {
        bail!("fuzzing needs a nightly compiler. Install with:\n\n    {NIGHTLY}\n");
    }
    if has_cargo_fuzz() {
        return Ok(());
    }
    println!("cargo-fuzz is not installed; installing it: cargo install cargo-fuzz --locked");
    let mut command = workspace.shell.command("cargo");
    command.args(["install", "cargo-fuzz", "--locked"]);
    workspace.shell.run(&mut command, "cargo-fuzz cannot be installed")
}

/// What is not here.
pub(super) fn missing(_: &Workspace) -> Option<&'static str> {
    match (host(), has_cargo_fuzz()) {
        (Err(_), _) => Some("there is no nightly compiler"),
        (Ok(_), false) => Some("cargo-fuzz is not installed"),
        (Ok(_), true) => None,
    }
}

/// The platform that the nightly compiler builds for.
pub(super) fn host() -> Result<String> {
    let output = Command::new("rustc").args(["+nightly", "-vV"]).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("there is no nightly compiler")
}

fn has_cargo_fuzz() -> bool {
    let asked = Command::new("cargo").args(["fuzz", "--version"]).output();
    asked.is_ok_and(|output| output.status.success())
}

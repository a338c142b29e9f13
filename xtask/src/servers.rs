//! The web servers that the gateway is compared with: the system's own.
use anyhow::{Result, bail};

use crate::chromium::{in_path, privileges};
use crate::workspace::Workspace;

const PROGRAMS: [&str; 3] = ["nginx", "haproxy", "apache2"];
/// `apache2-bin` is the program without the service.
const SCRIPT: &str = "apt-get update && apt-get install -y --no-install-recommends nginx haproxy apache2-bin";

/// Installs those that are missing, on Debian and its relatives, if that needs no password.
pub(crate) fn require_servers(workspace: &Workspace) -> Result<()> {
    if missing().is_empty() {
        return Ok(());
    }
    if in_path("apt-get").is_none() {
        bail!("the edge tests need nginx, HAProxy and Apache: {} missing", missing().join(", "));
    }
    install(workspace)?;
    if missing().is_empty() {
        Ok(())
    } else {
        bail!("installed, but not in the PATH: {}", missing().join(", "))
    }
}

fn missing() -> Vec<&'static str> {
    PROGRAMS.into_iter().filter(|name| in_path(name).is_none()).collect()
}

fn install(workspace: &Workspace) -> Result<()> {
    let prefix = privileges("the edge tests need nginx, HAProxy and Apache", SCRIPT)?;
    println!("installing servers: {SCRIPT}");
    let mut command = workspace.shell.command(prefix.first().copied().unwrap_or("sh"));
    command.args(prefix.iter().skip(1)).args(["-c", SCRIPT]).env("DEBIAN_FRONTEND", "noninteractive");
    workspace.shell.run(&mut command, &format!("the servers cannot be installed by: {SCRIPT}"))
}

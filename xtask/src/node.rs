//! Node.js and npm.
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

/// Next.js needs this one.
const OLDEST: (u32, u32) = (20, 9);
const WHERE_FROM: &str = "It comes with your system's packages, or from https://nodejs.org/en/download";

/// Fails with advice where Node.js or npm is missing or too old.
pub(crate) fn require_node() -> Result<()> {
    let version = output_of("node")
        .with_context(|| format!("Node.js {} or newer is needed. {WHERE_FROM}", oldest()))?;
    if parse_version(&version).is_none_or(|found| found < OLDEST) {
        bail!("Node.js {} or newer is needed, and this is {}. {WHERE_FROM}", oldest(), version.trim());
    }
    output_of("npm")
        .context("npm is needed; it usually comes with Node.js, sometimes as a package of its own")?;
    Ok(())
}

fn oldest() -> String {
    format!("{}.{}", OLDEST.0, OLDEST.1)
}

fn output_of(program: &str) -> Result<String> {
    let output = Command::new(program).arg("--version").output();
    let output = output.with_context(|| format!("`{program}` cannot be started"))?;
    if !output.status.success() {
        bail!("`{program} --version` failed");
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Major and minor number of `v20.9.0`.
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

impl Workspace {
    /// A command in the folder of an npm package.
    pub(crate) fn in_package(&self, folder: &Path, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.shell.command(program);
        command.current_dir(folder).env("NEXT_TELEMETRY_DISABLED", "1");
        // A shell that is set to production would leave out what building needs.
        command.env_remove("NODE_ENV");
        command
    }

    /// Installs a package's dependencies as its lock file says; quick where that is done already.
    pub(crate) fn install(&self, folder: &Path, log: &Path) -> Result<()> {
        self.install_since(None, folder, log)
    }

    /// The same for a package with dependencies in this checkout, which changed at that moment.
    pub(crate) fn install_since(&self, changed: Option<SystemTime>, folder: &Path, log: &Path) -> Result<()> {
        if is_installed(folder, changed) {
            return Ok(());
        }
        let mut command = self.in_package(folder, "npm");
        command.args(["ci", "--no-audit", "--no-fund"]).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        self.shell.run_quietly(&mut command, log, "`npm ci` failed; its last lines were:")
    }
}

/// npm writes this file last, so it also tells whether an installation was finished.
fn is_installed(folder: &Path, changed: Option<SystemTime>) -> bool {
    let written = |file: &str| folder.join(file).metadata().and_then(|file| file.modified()).ok();
    match (written("package-lock.json").max(changed), written("node_modules/.package-lock.json")) {
        (Some(wanted), Some(installed)) => installed >= wanted,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        for (text, is_enough) in [
            ("v20.9.0\n", true),
            ("v20.10.1", true),
            ("v22.0.0", true),
            ("v20.8.9", false),
            ("v9.11.2", false),
            ("nonsense", false),
        ] {
            assert_eq!(parse_version(text).is_some_and(|found| found >= OLDEST), is_enough, "{text}");
        }
    }

    #[test]
    fn a_folder_without_modules_is_not_installed() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("package-lock.json"), "{}").unwrap();
        assert!(!is_installed(folder.path(), None));
    }
}

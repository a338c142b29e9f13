//! Building what has to be built.
use std::fs::{DirEntry, read_dir};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Result;

use super::{APP_FOLDER, packages_changed};
use crate::workspace::Workspace;

/// How the gateway is compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Release,
    Debug,
}

/// Compiles the gateway, with cargo's own progress on the terminal, and gives the program's path.
pub(crate) fn build_gateway(workspace: &Workspace, profile: Profile) -> Result<PathBuf> {
    let mut command = workspace.shell.command("cargo");
    command.current_dir(workspace.path("")).args(["build", "--package", "crossgate"]);
    if profile == Profile::Release {
        command.arg("--release");
    }
    workspace.shell.run(&mut command, "the gateway cannot be built")?;
    Ok(gateway_program(workspace, profile))
}

/// Compiles the program that fills stores with sessions, and gives its path.
pub(crate) fn build_seed(workspace: &Workspace) -> Result<PathBuf> {
    build_example(workspace, "crossgate-store-sqlite", "seed")
}

/// Compiles the program that measures a store with very many sessions, and gives its path.
pub(crate) fn build_many_sessions(workspace: &Workspace) -> Result<PathBuf> {
    build_example(workspace, "crossgate-testkit", "many_sessions")
}

fn build_example(workspace: &Workspace, package: &str, name: &str) -> Result<PathBuf> {
    let mut command = workspace.shell.command("cargo");
    command.current_dir(workspace.path(""));
    command.args(["build", "--release", "--package", package, "--example", name]);
    workspace.shell.run(&mut command, &format!("the example `{name}` cannot be built"))?;
    Ok(built(workspace, Profile::Release).join("examples").join(name))
}

fn gateway_program(workspace: &Workspace, profile: Profile) -> PathBuf {
    built(workspace, profile).join("crossgate")
}

/// Where cargo puts what it built.
fn built(workspace: &Workspace, profile: Profile) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    let folder = if profile == Profile::Release { "release" } else { "debug" };
    workspace.path("").join(target).join(folder)
}

/// Builds the shop's Next.js app where its sources, or those of the packages, are newer than what was built last.
pub(crate) fn build_app(workspace: &Workspace, log: &Path) -> Result<()> {
    build_unless_newer(workspace, APP_FOLDER, packages_changed(workspace), log)
}

/// The same for an app in another folder of the checkout, which uses no package of ours.
pub(crate) fn build_next_app(workspace: &Workspace, folder: &str, log: &Path) -> Result<()> {
    build_unless_newer(workspace, folder, None, log)
}

fn build_unless_newer(
    workspace: &Workspace,
    folder: &str,
    packages: Option<SystemTime>,
    log: &Path,
) -> Result<()> {
    let folder = workspace.path(folder);
    if is_built(&folder, packages) {
        return Ok(());
    }
    let mut command = workspace.in_package(&folder, "npm");
    command.args(["run", "build"]);
    workspace.shell.run_quietly(&mut command, log, "`next build` failed; its last lines were:")
}

fn is_built(folder: &Path, packages: Option<SystemTime>) -> bool {
    let built = folder.join(".next/BUILD_ID").metadata().and_then(|file| file.modified());
    let changed = newest_source(folder).max(packages);
    built.is_ok_and(|built| changed.is_none_or(|changed| changed <= built))
}

/// When a source was last changed: anything but dependencies and what tools write.
pub(super) fn newest_source(folder: &Path) -> Option<SystemTime> {
    let entries = read_dir(folder).ok()?.flatten();
    entries.filter(is_source).filter_map(|entry| last_change(&entry)).max()
}

fn last_change(entry: &DirEntry) -> Option<SystemTime> {
    if entry.file_type().ok()?.is_dir() {
        return newest_source(&entry.path());
    }
    entry.metadata().ok()?.modified().ok()
}

fn is_source(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    let name = name.to_string_lossy();
    !matches!(&*name, "node_modules" | ".next" | "next-env.d.ts") && !name.ends_with(".tsbuildinfo")
}

#[cfg(test)]
mod tests {
    use std::fs::{File, create_dir_all};
    use std::time::Duration;

    use super::*;

    fn write(folder: &Path, file: &str, age_seconds: u64) {
        let path = folder.join(file);
        create_dir_all(path.parent().unwrap()).unwrap();
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 - age_seconds);
        File::create(path).unwrap().set_modified(time).unwrap();
    }

    #[test]
    fn only_a_newer_source_asks_for_a_new_build() {
        let folder = tempfile::tempdir().unwrap();
        let app = folder.path();
        write(app, "app/page.tsx", 100);
        assert!(!is_built(app, None), "nothing was built yet");
        write(app, ".next/BUILD_ID", 50);
        write(app, "node_modules/next/package.json", 10);
        write(app, "tsconfig.tsbuildinfo", 10);
        assert!(is_built(app, None), "dependencies and tools' files are no sources");
        write(app, "app/dashboard/page.tsx", 10);
        assert!(!is_built(app, None));
    }

    #[test]
    fn so_does_a_newer_package() {
        let folder = tempfile::tempdir().unwrap();
        let moment =
            |age_seconds: u64| Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 - age_seconds));
        write(folder.path(), "app/page.tsx", 100);
        write(folder.path(), ".next/BUILD_ID", 50);
        assert!(is_built(folder.path(), moment(60)));
        assert!(!is_built(folder.path(), moment(40)));
    }
}

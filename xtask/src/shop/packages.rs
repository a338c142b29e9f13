//! The npm packages of this checkout, which the shop installs as from the registry.
use std::path::Path;
use std::time::SystemTime;

use anyhow::Result;

use super::build::newest_source;
use crate::workspace::Workspace;

/// The workspace of the packages.
pub(crate) const PACKAGES_FOLDER: &str = "packages";
/// Those that the shop uses: their folders, and a file of each that building it writes.
const USED: [(&str, &str); 2] =
    [("packages/next", "lib/client/index.js"), ("packages/express", "dist/index.js")];
/// What is compiled.
const SOURCES: &str = "src";

/// Installs what building the packages needs, and builds them where a source is newer than what was built last.
pub(crate) fn build_packages(workspace: &Workspace, log: &Path) -> Result<()> {
    let folder = workspace.path(PACKAGES_FOLDER);
    workspace.install(&folder, log)?;
    if USED.iter().all(|(package, built)| is_built(&workspace.path(package), built)) {
        return Ok(());
    }
    let mut command = workspace.in_package(&folder, "npm");
    command.args(["run", "build", "--workspace", "next", "--workspace", "express"]);
    workspace.shell.run_quietly(&mut command, log, "the packages cannot be built; the last lines were:")
}

fn is_built(package: &Path, built: &str) -> bool {
    let built = package.join(built).metadata().and_then(|file| file.modified());
    let changed = newest_source(&package.join(SOURCES));
    built.is_ok_and(|built| changed.is_none_or(|changed| changed <= built))
}

/// Installs a part of the shop, of [`super::SHOP_FOLDERS`]. The packages have been built.
pub(crate) fn install_shop_part(workspace: &Workspace, folder: &str, log: &Path) -> Result<()> {
    workspace.install_since(packages_changed(workspace), &workspace.path(folder), log)
}

/// When a source of the packages was last changed: what was made with them before is out of date.
pub(crate) fn packages_changed(workspace: &Workspace) -> Option<SystemTime> {
    USED.iter().filter_map(|(package, _)| newest_source(&workspace.path(package).join(SOURCES))).max()
}

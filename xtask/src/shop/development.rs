//! The app in development, from a copy of its sources that a test may change.
use std::fs::{DirEntry, copy, create_dir_all, hard_link, read_dir, read_link};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{APP_FOLDER, AppPlan};
use crate::process::Server;
use crate::workspace::Workspace;

/// `next dev` in a copy of the app.
pub(crate) struct DevelopmentApp {
    pub(crate) url: String,
    pub(crate) folder: PathBuf,
    _server: Server,
}

impl DevelopmentApp {
    /// Starts it in `folder`, which holds a copy, and waits until it answers.
    pub(crate) fn start(workspace: &Workspace, folder: PathBuf, plan: &AppPlan<'_>) -> Result<Self> {
        let port = plan.port;
        let mut command = workspace.in_package(&folder, "node_modules/.bin/next");
        command.args(["dev", "-H", "127.0.0.1", "-p", &port.to_string()]);
        command.env("API_URL", plan.api_url).env("CROSSGATE_PUBLIC_URL", plan.public_url);
        let parent = folder.parent().unwrap_or(&folder);
        let mut server = Server::start("app-development", &mut command, parent)?;
        let url = format!("http://127.0.0.1:{port}");
        server.wait_until_ready(&workspace.shell, &format!("{url}/about"))?;
        Ok(Self { url, folder, _server: server })
    }
}

/// Copies the app with its dependencies: the bundler follows no link out of the folder.
pub(crate) fn copy_app(workspace: &Workspace, target: &Path) -> Result<()> {
    copy_folder(&workspace.path(APP_FOLDER), target, Files::Copied)
}

/// Whether a file in the copy may be changed.
#[derive(Clone, Copy)]
enum Files {
    Copied,
    /// The same file under a second name, where both are on one disk: nobody changes dependencies.
    Shared,
}

fn copy_folder(from: &Path, to: &Path, files: Files) -> Result<()> {
    create_dir_all(to)?;
    let entries = read_dir(from).with_context(|| format!("{} cannot be read", from.display()))?;
    for entry in entries {
        let entry = entry?;
        copy_entry(&entry, &to.join(entry.file_name()), files)?;
    }
    Ok(())
}

fn copy_entry(entry: &DirEntry, to: &Path, files: Files) -> Result<()> {
    let (kind, from) = (entry.file_type()?, entry.path());
    match entry.file_name().to_str() {
        Some(".next") => Ok(()),
        Some("node_modules") => copy_folder(&from, to, Files::Shared),
        _ if kind.is_dir() => copy_folder(&from, to, files),
        _ if kind.is_symlink() => Ok(symlink(read_link(from)?, to)?),
        _ => copy_file(&from, to, files),
    }
}

fn copy_file(from: &Path, to: &Path, files: Files) -> Result<()> {
    let is_shared = matches!(files, Files::Shared) && hard_link(from, to).is_ok();
    if !is_shared {
        copy(from, to)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::{read_to_string, write};

    use super::*;

    #[test]
    fn a_changed_copy_leaves_the_original_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("app"), folder.path().join("copy"));
        create_dir_all(from.join("node_modules/next")).unwrap();
        create_dir_all(from.join(".next")).unwrap();
        write(from.join("page.tsx"), "before").unwrap();
        write(from.join("node_modules/next/index.js"), "next").unwrap();
        copy_folder(&from, &to, Files::Copied).unwrap();
        write(to.join("page.tsx"), "after").unwrap();
        assert_eq!(read_to_string(from.join("page.tsx")).unwrap(), "before");
        assert_eq!(read_to_string(to.join("node_modules/next/index.js")).unwrap(), "next");
        assert!(!to.join(".next").exists(), "what was built is not copied");
    }
}

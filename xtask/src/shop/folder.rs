//! The folder that holds the databases and logs of one run.
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;

/// A fresh temporary folder; it goes away with this value unless it is kept.
pub(crate) struct Folder {
    path: PathBuf,
    temporary: Option<TempDir>,
}

impl Folder {
    pub(crate) fn new(is_kept: bool) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("crossgate-").tempdir();
        let folder = folder.context("a temporary folder cannot be made")?;
        if is_kept {
            return Ok(Self { path: folder.keep(), temporary: None });
        }
        Ok(Self { path: folder.path().to_path_buf(), temporary: Some(folder) })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Lets it stay, so that somebody can look into the logs.
    pub(crate) fn keep(&mut self) {
        self.temporary.take().map(TempDir::keep);
    }

    pub(crate) fn is_kept(&self) -> bool {
        self.temporary.is_none()
    }

    /// A new folder inside this one.
    pub(crate) fn inside(&self, name: &str) -> Result<PathBuf> {
        let path = self.path.join(name);
        std::fs::create_dir(&path).with_context(|| format!("{} cannot be made", path.display()))?;
        Ok(path)
    }
}

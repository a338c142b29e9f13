//! Where things are.
use std::path::{Path, PathBuf};

use crate::process::Shell;

/// The checkout, and the means to run commands in it.
pub(crate) struct Workspace {
    root: PathBuf,
    pub(crate) shell: Shell,
}

impl Workspace {
    pub(crate) fn new(shell: Shell) -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self { root: here.parent().unwrap_or(here).to_path_buf(), shell }
    }

    /// A path in the checkout.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Whether the checkout has this file or folder.
    pub(crate) fn has(&self, relative: &str) -> bool {
        self.path(relative).exists()
    }
}

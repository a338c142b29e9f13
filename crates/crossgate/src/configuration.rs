//! Reads the configuration file with the process's own environment.

use std::path::Path;

use crossgate_config::{ConfigSource, Environment, Loaded, StoreFault, load};
use crossgate_core::settings::StoreLocation;

use crate::Failure;
use crate::store::judge_store;

/// The process's own environment, and the drivers of the stores that it can open.
pub(crate) struct ProcessEnvironment;

impl Environment for ProcessEnvironment {
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn judge_store(&self, location: &StoreLocation) -> Result<(), StoreFault> {
        judge_store(location)
    }
}

/// Reads and checks the file.
pub(crate) fn read(path: &Path) -> Result<Loaded, Failure> {
    let text = read_text(path)?;
    let name = path.display().to_string();
    load(&ConfigSource { name: &name, text: &text, directory: directory_of(path) }, &ProcessEnvironment)
        .map_err(|problems| Failure::new(problems.to_string()))
}

/// Reads the file as it is.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| {
        Failure::new(format!(
            "cannot read {}: {error}\n  fix: name the file with --config FILE; crossgate.example.toml shows every key",
            path.display()
        ))
    })
}

/// Where relative paths of the file start.
pub(crate) fn directory_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}

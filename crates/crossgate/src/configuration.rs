//! Reads the configuration file with the process's own environment.

use std::path::Path;

use crossgate_config::{ConfigSource, Environment, Loaded, load};

use crate::Failure;

struct ProcessEnvironment;

impl Environment for ProcessEnvironment {
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }
}

/// Reads and checks the file.
pub(crate) fn read(path: &Path) -> Result<Loaded, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::new(format!(
            "cannot read {}: {error}\n  fix: name the file with --config FILE; crossgate.example.toml shows every key",
            path.display()
        ))
    })?;
    let name = path.display().to_string();
    let directory = path.parent().unwrap_or(Path::new("."));
    load(&ConfigSource { name: &name, text: &text, directory }, &ProcessEnvironment)
        .map_err(|problems| Failure::new(problems.to_string()))
}

//! The file that an operator writes.

use std::path::Path;

use crossgate_config::{ConfigSource, load};

use crate::text_of;

const SECRET: &str = "a-secret-of-the-environment-0123456789";

/// Whatever is wrong is said, and no secret of the environment is shown with it.
pub fn configuration(data: &[u8]) {
    let Some(text) = text_of(data) else { return };
    let source = ConfigSource { name: "crossgate.toml", text, directory: Path::new("/etc/crossgate") };
    let environment = |name: &str| (name == "SECRET").then(|| SECRET.to_owned());
    match load(&source, &environment) {
        Ok(loaded) => drop(loaded),
        Err(problems) => {
            assert!(problems.has_errors(), "a refusal says why");
            assert!(!problems.to_string().contains(SECRET), "a secret is shown");
        }
    }
}

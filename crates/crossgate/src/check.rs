//! `crossgate check`.

use std::path::Path;

use crate::{Failure, configuration};

/// Reports every problem at once; says so when there is none.
pub(crate) fn run(path: &Path) -> Result<(), Failure> {
    let loaded = configuration::read(path)?;
    for warning in &loaded.warnings {
        println!("{warning}");
    }
    let settings = &loaded.settings;
    println!("{}: good", path.display());
    println!("  public address   {}", settings.public_origin.as_str());
    println!("  app              http://{}:{}", settings.app.upstream.host, settings.app.upstream.port);
    for api in &settings.apis {
        println!("  api {:<12} http://{}:{}", api.path, api.upstream.host, api.upstream.port);
    }
    Ok(())
}

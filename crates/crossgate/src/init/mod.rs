//! `crossgate init`: reads the project it stands in and writes a first `crossgate.toml`.
//!
//! Nothing of the project is run. Files are read within bounds (`folders`), scanned as text (`script`, `program`), and
//! what they say (`next`, `express`) becomes the file (`draft`) and what is printed (`report`, `unknown`).

mod draft;
mod express;
mod find;
mod finding;
mod folders;
mod next;
mod next_steps;
mod package;
mod plain;
mod program;
mod report;
mod script;
#[cfg(test)]
mod tests;
mod unknown;

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use crate::Failure;
use crate::arguments::InitArguments;
use draft::Findings;
use find::{Places, Project, find};
use next_steps::{Written, program};

/// Reads, writes and reports.
pub(crate) fn run(arguments: &InitArguments) -> Result<(), Failure> {
    let folder = folder(&arguments.folder)?;
    let below = |path: &Option<PathBuf>| path.as_deref().map(self::folder).transpose();
    let places = Places { app: below(&arguments.app)?, api: below(&arguments.api)?, folder };
    let output = arguments.output.clone().unwrap_or_else(|| arguments.folder.join("crossgate.toml"));
    if !arguments.print && !arguments.force && output.symlink_metadata().is_ok() {
        return Err(exists(&output));
    }
    let findings = read(&find(&places));
    let text = draft::draft(&findings);
    if arguments.print {
        println!("{text}");
        eprintln!("{}", report::report(&findings, None));
        return Ok(());
    }
    write(&output, &text, arguments.force)?;
    let shown = output.strip_prefix("./").unwrap_or(&output).display().to_string();
    let npm_event = std::env::var("npm_lifecycle_event").ok();
    let written = Written { file: &shown, program: program(npm_event.as_deref()) };
    println!("{}", report::report(&findings, Some(&written)));
    Ok(())
}

/// A folder, without links on the way to it.
fn folder(path: &Path) -> Result<PathBuf, Failure> {
    let real = path.canonicalize().ok().filter(|path| path.is_dir());
    real.ok_or_else(|| Failure::new(format!("{} is not a folder", path.display())))
}

fn read(project: &Project) -> Findings {
    Findings {
        app: project.app.as_ref().map(|package| next::read(package, project.lock.as_deref())),
        api: project.api.as_ref().map(express::read),
        other_apps: project.other_apps.clone(),
        other_apis: project.other_apis.clone(),
    }
}

/// Another file of that name stays what it is, unless it was said otherwise.
fn write(output: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    let options = if force { options.create(true).truncate(true) } else { options.create_new(true) };
    let written = options.write(true).open(output).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => exists(output),
        _ => Failure::new(format!("cannot write {}: {error}", output.display())),
    })
}

fn exists(output: &Path) -> Failure {
    Failure::new(format!(
        "{} is there already\n  fix: --force writes it anew, --print shows what would be written, --output names another file",
        output.display()
    ))
}

//! What the operator wrote becomes what the program will do: one TOML file in, checked
//! [`Settings`] out, or every problem at once, each with its line, its key and a fix.
//!
//! Nothing here reads a file, an environment or a clock: the text and the [`Environment`] are passed in.

mod checks;
mod environment;
mod overlay;
mod presets;
mod problem;
mod reader;
mod report;
mod sections;
mod source;
mod suggest;
mod tree;
mod values;

use std::cell::RefCell;
use std::path::Path;

use crossgate_core::settings::{Settings, StoreLocation};

pub use environment::{Environment, StoreFault};
pub use overlay::{LeftOut, Overlay};
pub use problem::{Excerpt, Problem, Problems, Severity};
use report::{Complaint, Report};
use sections::Surroundings;

/// The configuration as it was written.
#[derive(Debug, Clone, Copy)]
pub struct ConfigSource<'a> {
    /// The file's name, for messages.
    pub name: &'a str,
    /// The TOML text.
    pub text: &'a str,
    /// Where relative paths of the file start, usually the file's own directory.
    pub directory: &'a Path,
}

/// A configuration without errors.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// What the program will do.
    pub settings: Settings,
    /// What is allowed, but probably not meant. In the order of the file.
    pub warnings: Vec<Problem>,
    /// Providers that were left out; only an [`Overlay`] allows it.
    pub left_out: Vec<LeftOut>,
}

/// Reads and checks a configuration.
///
/// # Errors
/// All problems of the file, warnings included, in the order of the file.
pub fn load(source: &ConfigSource<'_>, environment: &dyn Environment) -> Result<Loaded, Problems> {
    load_with(source, &Overlay::default(), environment)
}

/// Which store an address names that does not stand in the file, such as one at the command line. `${NAME}` in it is
/// replaced as in the file, so that a password need not be written where others read it.
///
/// # Errors
/// What is wrong with it and how to mend that, without quoting it.
pub fn store_location(
    text: &str,
    directory: &Path,
    environment: &dyn Environment,
) -> Result<StoreLocation, String> {
    let said = |complaint: &Complaint| format!("{}: {}", complaint.reason, complaint.fix);
    let text = environment::expand(text, environment)
        .map_err(|complaints| complaints.iter().map(said).collect::<Vec<_>>().join("; "))?;
    let around = Surroundings { directory, environment };
    sections::store_location(&text, around).map_err(|complaint| said(&complaint))
}

/// As [`load`], with what stands beside the file.
///
/// # Errors
/// As [`load`]. What is wrong beside the file has no line.
pub fn load_with(
    source: &ConfigSource<'_>,
    overlay: &Overlay<'_>,
    environment: &dyn Environment,
) -> Result<Loaded, Problems> {
    let (report, left_out) = (Report::default(), RefCell::default());
    let noted = overlay.leaves_out_unset_providers.then_some(&left_out);
    let around = Surroundings { directory: source.directory, environment };
    let settings = tree::parse(source.text, &tree::Options { environment, report: &report, left_out: noted })
        .and_then(|root| overlay.lay(root, environment, &report))
        .and_then(|root| sections::read_settings(&root, around, &report));
    let problems = report.into_problems(source);
    match settings {
        Some(settings) if !problems.has_errors() => {
            Ok(Loaded { settings, warnings: problems.into_iter().collect(), left_out: left_out.into_inner() })
        }
        _ => Err(problems),
    }
}

#[cfg(test)]
#[path = "example_tests.rs"]
mod example_tests;

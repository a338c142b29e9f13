//! `crossgate routes`: every page of a build, and the rule that decides about it.

mod arguments;
mod build;
mod findings;
mod json;
mod manifests;
mod report;
mod rewrite;
mod verdict;
mod words;

use self::build::Build;
use self::verdict::Survey;
use crate::{Failure, configuration};

pub(crate) use self::arguments::{ABOUT, RoutesArguments};

/// Prints the list; fails where `--strict` says so.
pub(crate) fn run(arguments: &RoutesArguments) -> Result<(), Failure> {
    let build = Build::of(&manifests::read(&arguments.from)?)?;
    let settings = configuration::read(&arguments.config.config)?.settings;
    let survey = Survey::of(&build, &settings);
    let findings = findings::findings(&survey);
    if arguments.json {
        println!("{:#}", json::json(&survey, &findings));
    } else {
        print!("{}", report::report(&survey, &findings));
    }
    let failing = findings.iter().filter(|finding| finding.kind.fails()).count();
    match (arguments.strict, failing) {
        (true, 1) => Err(Failure::new("\n1 thing has to be looked at")),
        (true, many @ 2..) => Err(Failure::new(format!("\n{many} things have to be looked at"))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;

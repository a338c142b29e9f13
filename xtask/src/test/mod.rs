//! `cargo xtask test`: everything that must hold before a change goes in.
mod first_day;
mod fuzz;
mod next_auth_apps;
mod outcome;
mod providers;
mod stage;
mod stores;
mod suites;
mod summary;
mod tally;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, bail};

use self::outcome::Outcome;
use self::stage::Stage;
use self::suites::{SUITES, Suite};
use self::summary::Summary;
use crate::arguments::TestOptions;
use crate::node::require_node;
use crate::process::Interrupted;
use crate::workspace::Workspace;

pub(crate) fn run(workspace: &Workspace, options: &TestOptions) -> Result<ExitCode> {
    let chosen = choose(options)?;
    require_node()?;
    let mut stage = Stage::new(workspace, options.keep)?;
    let mut summary = Summary::default();
    for suite in chosen {
        let outcome = run_one(suite, &mut stage, &mut summary)?;
        if outcome.is_failure() {
            break;
        }
    }
    stage.end(summary.is_failure());
    summary.print();
    Ok(summary.exit_code())
}

fn choose(options: &TestOptions) -> Result<Vec<&'static Suite>> {
    if let Some(unknown) = options.only.iter().find(|name| SUITES.iter().all(|suite| suite.name != **name)) {
        let names: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
        bail!("there is no step “{unknown}”; there are: {}", names.join(", "));
    }
    Ok(SUITES.iter().filter(|suite| is_chosen(suite, options)).collect())
}

/// Asked for, or needed by one that is: on a fresh machine any step can be run alone.
fn is_chosen(suite: &Suite, options: &TestOptions) -> bool {
    let is_asked_for = |name: &str| options.only.is_empty() || options.only.iter().any(|only| only == name);
    let is_run = |suite: &Suite| is_asked_for(suite.name) && !(options.fast && suite.is_slow);
    is_run(suite) || SUITES.iter().any(|other| other.needs.contains(&suite.name) && is_run(other))
}

fn run_one(suite: &Suite, stage: &mut Stage<'_>, summary: &mut Summary) -> Result<Outcome> {
    println!("\n── {}: {}", suite.name, suite.what);
    let start = Instant::now();
    let outcome = match (suite.run)(stage) {
        Ok(outcome) => outcome,
        Err(error) if error.is::<Interrupted>() => return Err(error),
        Err(error) => Outcome::broken(format!("{error:#}")),
    };
    summary.add(suite.name, start.elapsed(), &outcome);
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(only: &[&str], fast: bool) -> Vec<&'static str> {
        let only = only.iter().map(|&name| name.to_owned()).collect();
        let options = TestOptions { fast, only, keep: false };
        choose(&options).unwrap().into_iter().map(|suite| suite.name).collect()
    }

    #[test]
    fn a_step_brings_along_what_it_needs_and_nothing_else() {
        assert_eq!(chosen(&["fresh", "rust"], false), ["rust", "install", "fresh"]);
        assert_eq!(chosen(&["browser"], false), ["install", "build", "browser"]);
        assert_eq!(chosen(&["crash"], false), ["crash"]);
    }

    #[test]
    fn what_is_left_out_needs_nothing() {
        assert_eq!(chosen(&["rust", "browser"], true), ["rust"]);
        assert_eq!(chosen(&[], false).len(), SUITES.len());
    }

    /// Otherwise it would be made too late.
    #[test]
    fn what_a_step_needs_comes_before_it() {
        for (place, suite) in SUITES.iter().enumerate() {
            for need in suite.needs {
                assert!(
                    SUITES[..place].iter().any(|earlier| earlier.name == *need),
                    "{}: {need}",
                    suite.name
                );
            }
        }
    }

    #[test]
    fn a_step_that_does_not_exist_is_refused_with_the_names_of_all() {
        let options = TestOptions { fast: false, only: vec!["brwser".to_owned()], keep: false };
        let refusal = choose(&options).err().unwrap().to_string();
        assert!(refusal.contains("brwser") && refusal.contains("browser"), "{refusal}");
    }
}

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
    let is_asked_for =
        |suite: &&Suite| options.only.is_empty() || options.only.iter().any(|name| name == suite.name);
    Ok(SUITES.iter().filter(is_asked_for).filter(|suite| !(options.fast && suite.is_slow)).collect())
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

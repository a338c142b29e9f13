//! The step `fuzz`: every target with its seeds, and for a few seconds with more, where there is a fuzzer.
use anyhow::Result;

use super::outcome::Outcome;
use super::stage::Stage;
use super::tally::{Tally, of_cargo};
use crate::fuzz::{self, Brief};

pub(super) fn fuzz(stage: &mut Stage<'_>) -> Result<Outcome> {
    let mut command = fuzz::seeds(stage.workspace);
    let (is_success, lines) = stage.workspace.shell.run_and_read(&mut command)?;
    let replayed = Outcome::of_runner(is_success, of_cargo(&lines), "tests of the fuzz targets");
    let Outcome::Passed(tally) = replayed else { return Ok(replayed) };
    Ok(match fuzz::brief(stage.workspace)? {
        Brief::Ran(count) => Outcome::Passed(tally + Tally { passed: count, failed: 0 }),
        Brief::Broke(complaints) => {
            println!("\n{complaints}");
            Outcome::broken("a fuzz target broke".to_owned())
        }
        Brief::Skipped(reason) => {
            println!("brief runs skipped: {reason}");
            Outcome::Passed(tally)
        }
    })
}

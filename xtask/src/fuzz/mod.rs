//! `cargo xtask fuzz`: the targets in `fuzz/`, with their seeds, for as long as is asked for.
mod campaign;
mod output;
mod report;
mod tools;

use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use self::campaign::Campaign;
use self::report::{Finding, table};
use crate::arguments::FuzzOptions;
use crate::workspace::Workspace;

const FOLDER: &str = "fuzz";
/// Inside what git ignores, and shared by the seeds' tests and the fuzzer's builds.
const BUILDS: &str = "target/fuzz";
/// All brief runs together.
const BRIEF: Duration = Duration::from_secs(50);

/// How the brief runs of all targets ended.
pub(crate) enum Brief {
    /// So many targets ran, and none broke.
    Ran(usize),
    /// What broke, with its artefacts.
    Broke(String),
    /// There is no fuzzer here.
    Skipped(&'static str),
}

/// Runs the targets that are asked for, and prints a table.
pub(crate) fn run(workspace: &Workspace, options: &FuzzOptions) -> Result<ExitCode> {
    let targets = choose(targets(workspace)?, &options.targets)?;
    if options.list {
        targets.iter().for_each(|name| println!("{name}"));
        return Ok(ExitCode::SUCCESS);
    }
    tools::require(workspace)?;
    let duration = Duration::from_secs(60 * u64::from(options.minutes));
    let findings = Campaign::prepare(workspace, duration)?.run(&targets, options.jobs)?;
    println!("\n{}", table(&findings));
    let broken = broken(&findings);
    println!("{broken}");
    Ok(if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Every target goes through its seeds; needs no fuzzer.
pub(crate) fn seeds(workspace: &Workspace) -> Command {
    let mut command = workspace.shell.command("cargo");
    command.current_dir(workspace.path("")).env("CARGO_TARGET_DIR", workspace.path(BUILDS));
    command.args(["test", "--manifest-path", "fuzz/Cargo.toml"]);
    command
}

/// Every target for a few seconds, where there is a fuzzer.
pub(crate) fn brief(workspace: &Workspace) -> Result<Brief> {
    if let Some(missing) = tools::missing(workspace) {
        return Ok(Brief::Skipped(missing));
    }
    let targets = targets(workspace)?;
    let share = BRIEF / u32::try_from(targets.len().max(1)).unwrap_or(u32::MAX);
    let findings = Campaign::prepare(workspace, share)?.run(&targets, 1)?;
    let broken = broken(&findings);
    Ok(if broken.is_empty() { Brief::Ran(findings.len()) } else { Brief::Broke(broken) })
}

fn broken(findings: &[Finding]) -> String {
    findings.iter().filter_map(Finding::complaint).collect::<Vec<_>>().join("\n")
}

/// Their names, which are those of their files.
fn targets(workspace: &Workspace) -> Result<Vec<String>> {
    let folder = workspace.path(FOLDER).join("targets");
    let entries =
        std::fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let files = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut names: Vec<String> =
        files.filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    Ok(names)
}

fn choose(all: Vec<String>, wanted: &[String]) -> Result<Vec<String>> {
    if let Some(unknown) = wanted.iter().find(|name| !all.contains(name)) {
        bail!("there is no target “{unknown}”; there are: {}", all.join(", "));
    }
    Ok(if wanted.is_empty() { all } else { wanted.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_that_does_not_exist_is_told_with_those_that_do() {
        let all = || vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(choose(all(), &[]).unwrap(), all());
        assert_eq!(choose(all(), &["b".to_owned()]).unwrap(), ["b"]);
        let error = choose(all(), &["c".to_owned()]).unwrap_err();
        assert_eq!(error.to_string(), "there is no target “c”; there are: a, b");
    }
}

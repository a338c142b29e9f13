//! The steps `stores` and `drills`: the stores of several machines with real servers, and several gateways on one store.
use std::process::Command;

use anyhow::Result;

use super::outcome::Outcome;
use super::stage::Stage;
use super::tally::{Tally, of_cargo, of_node};

/// The crates that are tried with them.
const STORES: [&str; 2] = ["crossgate-store-postgres", "crossgate-store-valkey"];
/// PostgreSQL and Valkey for tests; has no dependencies.
const SERVERS_FOLDER: &str = "e2e/stores";
/// Three gateways behind HAProxy; has no dependencies.
const DRILLS_FOLDER: &str = "e2e/drills";

/// First the servers themselves: that they break as they are told.
pub(super) fn stores(stage: &mut Stage<'_>) -> Result<Outcome> {
    let mut servers = command(stage, "npm", SERVERS_FOLDER);
    let servers = run(stage, servers.arg("test"), of_node, "tests of the servers")?;
    let Outcome::Passed(broken_on_purpose) = servers else { return Ok(servers) };
    let mut tests = command(stage, "node", "");
    tests.args(["e2e/stores/with.mjs", "--", "cargo", "test"]);
    tests.args(STORES.iter().flat_map(|name| ["--package", name]));
    let tests = run(stage, &mut tests, of_cargo, "tests of the stores")?;
    let Outcome::Passed(tally) = tests else { return Ok(tests) };
    Ok(Outcome::Passed(tally + broken_on_purpose))
}

/// The short ones, on one file; and that each bar can be missed. All drills: `cargo xtask drills`.
pub(super) fn drills(stage: &mut Stage<'_>) -> Result<Outcome> {
    let program = stage.gateway_program()?.to_path_buf();
    let mut drills = command(stage, "node", "");
    drills.args(["e2e/drills/run.mjs", "--store=sqlite", "--only=kill-node,restart-all"]);
    drills.env("CROSSGATE_BINARY", program);
    let headline = "people noticed that a gateway was killed or restarted";
    stage.workspace.shell.run(&mut drills, headline)?;
    let mut bars = command(stage, "npm", DRILLS_FOLDER);
    run(stage, bars.arg("test"), of_node, "tests of the bars")
}

fn command(stage: &Stage<'_>, program: &str, folder: &str) -> Command {
    let mut command = stage.workspace.in_package(&stage.workspace.path(folder), program);
    command.env_remove("FORCE_COLOR").env("NO_COLOR", "1");
    command
}

fn run(
    stage: &Stage<'_>,
    command: &mut Command,
    count: fn(&[String]) -> Tally,
    what: &str,
) -> Result<Outcome> {
    let (is_success, lines) = stage.workspace.shell.run_and_read(command)?;
    Ok(Outcome::of_runner(is_success, count(&lines), what))
}

//! `cargo xtask drills`: Node.js breaks things under three gateways, and looks at the answers.
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::arguments::DrillOptions;
use crate::node::require_node;
use crate::shop::{Profile, build_gateway};
use crate::workspace::Workspace;

/// Of the two ways to fail: something happened that must not.
const A_BAR_WAS_MISSED: i32 = 1;

/// Runs them; the exit code is 1 where a bar was missed.
pub(crate) fn run(workspace: &Workspace, options: &DrillOptions) -> Result<ExitCode> {
    require_node()?;
    let mut command = workspace.in_package(&workspace.path(""), "node");
    command.arg("e2e/drills/run.mjs").args(arguments(options));
    if !options.list {
        command.env("CROSSGATE_BINARY", build_gateway(workspace, Profile::Release)?);
    }
    let status = workspace.shell.run_to_status(&mut command)?;
    match status.code() {
        Some(0) => Ok(ExitCode::SUCCESS),
        Some(A_BAR_WAS_MISSED) => Ok(ExitCode::FAILURE),
        _ => bail!("the drills did not come to their end: {status}"),
    }
}

fn arguments(options: &DrillOptions) -> Vec<String> {
    let mut arguments: Vec<String> = options.list.then(|| "--list".to_owned()).into_iter().collect();
    arguments.extend(options.only.as_ref().map(|names| format!("--only={names}")));
    arguments.extend(options.store.as_ref().map(|names| format!("--store={names}")));
    arguments
}

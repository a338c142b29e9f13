//! The project's verbs. People and the build server call the same ones: `cargo xtask --help`.
#![allow(
    clippy::disallowed_methods,
    reason = "a tool at the command line: its clock and its chance are the real ones"
)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "what it prints is what it is for")]

mod arguments;
mod bench;
mod check;
mod chromium;
mod demo;
mod drills;
mod fuzz;
mod http;
mod node;
mod process;
mod release;
mod servers;
mod shop;
mod steps;
mod test;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use crate::arguments::{Arguments, Verb};
use crate::process::{Interrupted, Shell};
use crate::workspace::Workspace;

/// What a shell reports for a program that ended by Ctrl-C.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    run(Arguments::parse().verb).unwrap_or_else(|error| {
        if error.is::<Interrupted>() {
            return ExitCode::from(INTERRUPTED);
        }
        eprintln!("\nfailed: {error:#}");
        ExitCode::FAILURE
    })
}

fn run(verb: Verb) -> Result<ExitCode> {
    match verb {
        Verb::Supervise(supervise) => process::supervise(&supervise.command),
        Verb::Demo(options) => demo::run(&workspace()?, &options),
        Verb::Bench(options) => bench::run(&workspace()?, &options),
        Verb::Release => release::run(&workspace()?),
        Verb::Soak(options) => bench::soak(&workspace()?, &options),
        Verb::Drills(options) => drills::run(&workspace()?, &options),
        Verb::Fuzz(options) => fuzz::run(&workspace()?, &options),
        Verb::Test(options) => test::run(&workspace()?, &options),
    }
}

fn workspace() -> Result<Workspace> {
    Ok(Workspace::new(Shell::new()?))
}

//! The program: arguments, telemetry, wiring, signals. Everything that decides something is in the crates below.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the binary is the one that talks to a terminal"
)]

mod arguments;
mod check;
mod configuration;
mod dev;
mod explain;
mod init;
mod keys;
mod routes;
mod serve;
mod sessions;
mod store;
mod system;
mod telemetry;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser as _;

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Init(arguments) => init::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments.config),
        Command::Dev(arguments) => return dev::run(&arguments),
        Command::Supervise(arguments) => return dev::supervise(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Routes(arguments) => routes::run(&arguments),
        Command::Keys(arguments) => keys::run(&arguments),
        Command::Sessions(arguments) => sessions::run(&arguments),
        Command::Store(arguments) => store::run(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// Why a command failed, as it is shown.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Failure(String);

impl Failure {
    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

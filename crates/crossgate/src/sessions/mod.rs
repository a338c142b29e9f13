//! `crossgate sessions`: what an operator sees of sessions and does to them, straight from the store.

mod arguments;
mod list;
mod place;
mod revoke;
mod show;
mod view;
mod words;

use std::io::{ErrorKind, Write, stdout};

use tokio::runtime::Builder;

use crate::{Failure, configuration, telemetry};

pub(crate) use arguments::{ABOUT, SessionsArguments};

use arguments::SessionsCommand;
use place::{Place, SessionsError};

/// Does what was asked.
pub(crate) fn run(arguments: &SessionsArguments) -> Result<(), Failure> {
    let settings = configuration::read(&arguments.config.config)?.settings;
    telemetry::start();
    let place = Place::open(&settings)?;
    let runtime = Builder::new_current_thread()
        .build()
        .map_err(|error| Failure::new(format!("cannot start: {error}")))?;
    match runtime.block_on(act(&place, &arguments.command)) {
        // Whoever read this has seen enough, as in `crossgate sessions list | head`.
        Err(SessionsError::Terminal(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome.map_err(|error| Failure::new(error.to_string())),
    }
}

async fn act(place: &Place, command: &SessionsCommand) -> Result<(), SessionsError> {
    let mut out = stdout().lock();
    match command {
        SessionsCommand::List(arguments) => list::list(place, arguments, &mut out).await?,
        SessionsCommand::Show(arguments) => show::show(place, arguments, &mut out).await?,
        SessionsCommand::Revoke(arguments) => revoke::revoke(place, arguments, &mut out).await?,
    }
    Ok(out.flush()?)
}

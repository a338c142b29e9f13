//! `crossgate store`: the store of the configuration, and how everything in it gets to another one.

mod arguments;
mod check;
mod copy;
mod open;

use std::path::Path;
use std::sync::Arc;

use crossgate_config::store_location;
use crossgate_core::settings::StoreLocation;
use crossgate_store::Store;
use tokio::runtime::Builder;

use crate::configuration::{self, ProcessEnvironment};
use crate::{Failure, telemetry};

pub(crate) use arguments::{ABOUT, StoreArguments};
pub(crate) use open::{judge as judge_store, open as open_store, open_existing as open_existing_store};

use arguments::{CopyArguments, StoreCommand};
use copy::Copying;

/// Does what was asked.
pub(crate) fn run(arguments: &StoreArguments) -> Result<(), Failure> {
    let config = &arguments.config.config;
    match &arguments.command {
        StoreCommand::Migrate => migrate(&configured(config)?),
        StoreCommand::Check => check(&configured(config)?),
        StoreCommand::Copy(which) => copy(which, config),
    }
}

fn configured(config: &Path) -> Result<StoreLocation, Failure> {
    let location = configuration::read(config)?.settings.store;
    telemetry::start();
    Ok(location)
}

fn migrate(location: &StoreLocation) -> Result<(), Failure> {
    open_store(location)?;
    println!("{}: the schema is up to date", shown(location));
    Ok(())
}

fn check(location: &StoreLocation) -> Result<(), Failure> {
    let store = open_existing_store(location)?;
    let facts = block_on(check::check(&*store))?.map_err(|error| Failure::new(error.to_string()))?;
    println!("{}: {facts}", shown(location));
    Ok(())
}

fn copy(which: &CopyArguments, config: &Path) -> Result<(), Failure> {
    telemetry::start();
    let from = named("--from", &which.from)?;
    let to = match &which.to {
        Some(text) => named("--to", text)?,
        None => configuration::read(config)?.settings.store,
    };
    if from == to {
        return Err(Failure::new("--from and --to are the same store\n  fix: name two stores"));
    }
    let copying = Copying { from: open_existing_store(&from)?, to: open_target(&to)? };
    println!("From {} to {}", shown(&from), shown(&to));
    let copied = block_on(copying.run())?.map_err(|error| {
        Failure::new(format!("{error}\n  fix: what was copied stays; run the same command again to go on"))
    })?;
    println!("{copied}");
    Ok(())
}

/// Sessions in memory would be gone at the end of the command.
fn open_target(to: &StoreLocation) -> Result<Arc<dyn Store>, Failure> {
    match to {
        StoreLocation::Memory => open_existing_store(to),
        to => open_store(to),
    }
}

/// The store that an option names. Relative paths start here.
fn named(option: &str, text: &str) -> Result<StoreLocation, Failure> {
    store_location(text, Path::new(""), &ProcessEnvironment)
        .map_err(|problem| Failure::new(format!("{option} names no store: {problem}")))
}

/// Where it is, without a password.
fn shown(location: &StoreLocation) -> String {
    match location {
        StoreLocation::Memory => "memory:".to_owned(),
        StoreLocation::Sqlite(path) => format!("sqlite:{}", path.display()),
        StoreLocation::Postgres(url) | StoreLocation::Valkey(url) => url.to_string(),
    }
}

fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = Builder::new_current_thread().enable_time().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("cannot start: {error}")))?;
    Ok(runtime.block_on(work))
}

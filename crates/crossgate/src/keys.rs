//! `crossgate keys`: the signing keys in the store, beside a Crossgate that may be running.

use std::path::Path;

use crossgate_core::signing_keys::{KeyState, PUBLISH_LEAD};
use crossgate_core::time::{Clock as _, Timestamp};
use crossgate_gateway::{SigningKeyEntry, list_signing_keys, rotate_signing_key};
use tokio::runtime::Builder;

use crate::arguments::{KeysArguments, KeysCommand};
use crate::store::open_existing_store;
use crate::system::{SystemClock, SystemEntropy};
use crate::{Failure, configuration};

/// Lists keys, or makes the next one.
pub(crate) fn run(arguments: &KeysArguments) -> Result<(), Failure> {
    match &arguments.command {
        KeysCommand::List(config) => list(&config.config),
        KeysCommand::Rotate(config) => rotate(&config.config),
    }
}

fn list(config: &Path) -> Result<(), Failure> {
    let settings = configuration::read(config)?.settings;
    let store = open_existing_store(&settings.store)?;
    let keys = wait_for(list_signing_keys(&settings, &*store, SystemClock.now()))?;
    if keys.is_empty() {
        println!("There are no keys yet. The first is made when Crossgate starts, and signs at once.");
        return Ok(());
    }
    print_table(&keys);
    if keys.iter().any(|key| key.state.is_none()) {
        println!(
            "\nA key that cannot be used is sealed under a `secret` that this configuration does not have,"
        );
        println!("or was made by another version of Crossgate. It stops nobody.");
    }
    Ok(())
}

fn rotate(config: &Path) -> Result<(), Failure> {
    let settings = configuration::read(config)?.settings;
    let store = open_existing_store(&settings.store)?;
    let now = SystemClock.now();
    let newest = wait_for(rotate_signing_key(&settings, &*store, &SystemEntropy, now))?;
    let newest = newest.ok_or_else(|| Failure::new("there is no key, though one was made just now"))?;
    println!("A key was made: {}", newest.id);
    match newest.signs_from.filter(|from| *from > now) {
        None => println!("It is the first one, so it signs at once."),
        Some(from) => {
            let minutes = PUBLISH_LEAD.as_secs() / 60;
            println!("It signs from {}, {minutes} minutes from now: until then whoever verifies", time(from));
            println!(
                "tokens can learn of it, and the key before it signs. That one is accepted for two hours"
            );
            println!("more, and is then removed. A running Crossgate notices all this by itself.");
        }
    }
    Ok(())
}

fn wait_for<T, E: std::fmt::Display>(work: impl Future<Output = Result<T, E>>) -> Result<T, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::new(format!("this could not be done: {error}"));
    let runtime = Builder::new_current_thread().build().map_err(|error| failed(&error))?;
    runtime.block_on(work).map_err(|error| failed(&error))
}

fn print_table(keys: &[SigningKeyEntry]) {
    println!("{:<43}  {:<9}  {:<20}  {:<20}  state", "id", "algorithm", "made", "signs from");
    for key in keys {
        let signs_from = key.signs_from.map_or_else(|| "-".to_owned(), time);
        let (made, state) = (time(key.made), state(key.state));
        println!("{:<43}  {:<9}  {made:<20}  {signs_from:<20}  {state}", key.id, key.algorithm);
    }
}

const fn state(state: Option<KeyState>) -> &'static str {
    match state {
        Some(KeyState::Published) => "published",
        Some(KeyState::Signing) => "signing",
        Some(KeyState::VerifyingOnly) => "verifying only",
        Some(KeyState::Retired) => "retired",
        None => "cannot be used",
    }
}

/// UTC, to the second.
fn time(time: Timestamp) -> String {
    jiff::Timestamp::from_second(time.as_seconds()).map(|time| time.to_string()).unwrap_or_default()
}

//! The gateway is killed at random moments while people sign in and out, over and over, on one SQLite file.
//!
//! Whoever was told "you are signed in" still is after the restart; whoever was told "you are signed out" stays so.
//! What nobody was told may have happened or not, but never by halves. `CROSSGATE_CRASH_ROUNDS` says how often,
//! `CROSSGATE_CRASH_SEED` repeats the moments of an earlier run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends with a panic, wherever in it the fault is found"
)]
#![allow(dead_code, reason = "the support modules are shared with another test that uses more of them")]

#[path = "crash/api.rs"]
mod api;
#[path = "crash/claim.rs"]
mod claim;
#[path = "crash/judge.rs"]
mod judge;
#[path = "crash/people.rs"]
mod people;
#[path = "crash/scene.rs"]
mod scene;
mod support;
#[path = "crash/world.rs"]
mod world;

use std::io::Write as _;

use support::random::{self, Random};
use world::{Tally, World};

/// Rounds on one database; then a new one is begun.
const ROUNDS_PER_WORLD: usize = 10;
const DEFAULT_ROUNDS: usize = 20;

#[test]
fn what_was_acknowledged_survives_every_crash() {
    let rounds = number_from("CROSSGATE_CRASH_ROUNDS").unwrap_or(DEFAULT_ROUNDS);
    let seed = number_from("CROSSGATE_CRASH_SEED").unwrap_or_else(random::seed);
    let mut random = Random::new(seed as u64);
    let mut tally = Tally::default();
    let mut left = rounds;
    while left > 0 {
        let here = left.min(ROUNDS_PER_WORLD);
        World::new().live_through(here, &mut random, &mut tally);
        left -= here;
    }
    // Written past the test runner, which shows what tests print only when they fail.
    let _ = writeln!(std::io::stderr(), "{rounds} rounds: {tally}");
    let violations = tally.violations.join("\n  ");
    assert!(tally.violations.is_empty(), "CROSSGATE_CRASH_SEED={seed}\n  {violations}");
    assert!(tally.sign_ins > 0 && tally.sign_outs > 0, "nothing was tried: {tally}");
}

fn number_from(name: &str) -> Option<usize> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} must be a number, not {text:?}")))
}

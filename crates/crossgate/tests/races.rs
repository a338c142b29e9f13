//! Several gateways on one SQLite file, in front of an API whose tokens end soon and whose refresh tokens are good
//! once, while many people ask at the same time.
//!
//! Each generation of tokens is renewed once, whoever asks, stops waiting, signs out or is killed meanwhile; and nobody
//! is signed out who did not want to be. `CROSSGATE_RACES=full` runs as much as a release needs, one
//! race after the other; otherwise all of them run side by side, and small. `CROSSGATE_RACES_ONLY` names one, and
//! `CROSSGATE_RACES_SEED` repeats the chance of an earlier run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends with a panic, wherever in it the fault is found"
)]
#![allow(clippy::disallowed_methods, reason = "what is raced against is the real clock")]
#![allow(dead_code, reason = "the support modules are shared with other tests that use more of them")]

#[path = "races/api/mod.rs"]
mod api;
#[path = "races/client.rs"]
mod client;
#[path = "races/crowd.rs"]
mod crowd;
#[path = "races/ended.rs"]
mod ended;
#[path = "races/figures.rs"]
mod figures;
#[path = "races/killed.rs"]
mod killed;
#[path = "races/latency.rs"]
mod latency;
#[path = "races/leavers.rs"]
mod leavers;
#[path = "races/lost.rs"]
mod lost;
#[path = "races/people.rs"]
mod people;
#[path = "races/rotation/mod.rs"]
mod rotation;
#[path = "races/rounds.rs"]
mod rounds;
#[path = "races/stage.rs"]
mod stage;
#[path = "races/storm.rs"]
mod storm;
#[path = "races/stream.rs"]
mod stream;
mod support;
#[path = "races/tally.rs"]
mod tally;
#[path = "races/world.rs"]
mod world;

use std::io::Write as _;
use std::time::Instant;

use stage::{Setting, Size, play};
use tally::Tally;

/// One race, played from its beginning to its end.
type Scenario = fn(Setting) -> Tally;

const SCENARIOS: [(&str, Scenario); 8] = [
    ("storm", |setting| play(setting, storm::scenario)),
    ("killed", |setting| play(setting, killed::scenario)),
    ("lost", |setting| play(setting, lost::scenario)),
    ("leavers", |setting| play(setting, leavers::scenario)),
    ("ended", |setting| play(setting, ended::scenario)),
    ("rounds", |setting| play(setting, rounds::scenario)),
    ("rotation", |setting| play(setting, rotation::scenario)),
    ("latency", |setting| play(setting, latency::scenario)),
];

#[test]
fn each_generation_of_tokens_is_renewed_once_and_nobody_loses_a_session_over_it() {
    let setting = Setting::from_environment();
    let chosen = SCENARIOS.into_iter().filter(|(name, _)| setting.is_chosen(name));
    let violations: Vec<String> = match setting.size {
        Size::Full => chosen.flat_map(|(name, scenario)| seen(name, scenario, setting)).collect(),
        Size::Quick => std::thread::scope(|threads| {
            let playing = chosen.map(|(name, scenario)| threads.spawn(move || seen(name, scenario, setting)));
            playing.collect::<Vec<_>>().into_iter().flat_map(|playing| playing.join().unwrap()).collect()
        }),
    };
    assert!(violations.is_empty(), "CROSSGATE_RACES_SEED={}\n  {}", setting.seed, violations.join("\n  "));
}

/// Plays it and says in one line what was seen; gives what should not have been.
fn seen(name: &str, scenario: Scenario, setting: Setting) -> Vec<String> {
    let start = Instant::now();
    let tally = scenario(setting);
    // Written past the test runner, which shows what tests print only when they fail.
    let _ = writeln!(std::io::stderr(), "{name}, {:.1} s: {tally}", start.elapsed().as_secs_f32());
    tally.violations.into_iter().map(|violation| format!("{name}: {violation}")).collect()
}

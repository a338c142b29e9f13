//! `crossgate sessions`, run as an operator runs it, on a real file.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends with a panic, wherever in it the fault is found"
)]
#![allow(dead_code, reason = "the support modules are shared with other tests that use more of them")]

mod support;

#[path = "sessions/desk.rs"]
mod desk;
#[path = "sessions/list.rs"]
mod list;
#[path = "sessions/people.rs"]
mod people;
#[path = "sessions/revoke.rs"]
mod revoke;
#[path = "sessions/show.rs"]
mod show;

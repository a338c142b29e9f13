//! `crossgate dev`, run as somebody who develops runs it. The app and the API are this very test program, started again.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends with a panic, wherever in it the fault is found"
)]
#![allow(dead_code, reason = "the support modules are shared with other tests that use more of them")]

mod support;

#[path = "dev/app.rs"]
mod app;
#[path = "dev/browser.rs"]
mod browser;
#[path = "dev/ends.rs"]
mod ends;
#[path = "dev/house.rs"]
mod house;
#[path = "dev/people.rs"]
mod people;
#[path = "dev/refused.rs"]
mod refused;
#[path = "dev/sessions.rs"]
mod sessions;
#[path = "dev/strangers.rs"]
mod strangers;

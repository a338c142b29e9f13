//! The gateway as a program, from outside, with raw sockets.
//!
//! Some tests stand a recorder behind it, which proves what arrives. Others stand the example shop behind it:
//! `SHOP_API_URL` and `SHOP_APP_URL` say where its unchanged API and app run, `SHOP_JWT_SECRET` what the API verifies
//! tokens with. `cargo xtask test` starts them. Without them these tests say that they are skipped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test ends with a panic, wherever in it the fault is found, and says what it skips"
)]
#![allow(
    dead_code,
    reason = "the support modules are shared with another test that uses other parts of them"
)]

mod support;

#[path = "blackbox/answers.rs"]
mod answers;
#[path = "blackbox/api_routes.rs"]
mod api_routes;
#[path = "blackbox/configuration.rs"]
mod configuration;
#[path = "blackbox/faults.rs"]
mod faults;
#[path = "blackbox/framing.rs"]
mod framing;
#[path = "blackbox/headers.rs"]
mod headers;
#[path = "blackbox/leak.rs"]
mod leak;
#[path = "blackbox/lone.rs"]
mod lone;
#[path = "blackbox/methods.rs"]
mod methods;
#[path = "blackbox/modes.rs"]
mod modes;
#[path = "blackbox/pages.rs"]
mod pages;
#[path = "blackbox/recorder.rs"]
mod recorder;
#[path = "blackbox/shop.rs"]
mod shop;
#[path = "blackbox/shutdown.rs"]
mod shutdown;
#[path = "blackbox/startup.rs"]
mod startup;
#[path = "blackbox/tap.rs"]
mod tap;
#[path = "blackbox/targets.rs"]
mod targets;
#[path = "blackbox/upgrade.rs"]
mod upgrade;

//! A whole small internet in one process, on one clock: an API, an app, the gateway between them and browsers.
//!
//! Tests read like a person's story: open a page, sign in, let ten minutes pass, open it again. Nothing needs to be
//! installed, and nothing waits for real time: the clock is moved by hand, randomness comes from a seed, and what one
//! side did is waited for by what the other side saw. Every story ends, by force after a minute.
//!
//! ```
//! use crossgate_testkit::{ADA, World, story};
//! story(async {
//!     let world = World::new().await;
//!     let mut browser = world.browser();
//!     assert_eq!(browser.open("/dashboard").await.status, 303);
//!     browser.sign_in(ADA).await.expect_status(200);
//!     assert_eq!(browser.open("/dashboard").await.status, 200);
//! });
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "this crate is for tests only: where something is not as a test expects it, stopping is the answer"
)]

mod answer;
mod api;
mod app;
mod browser;
mod certificate;
mod clock;
mod config;
mod entropy;
mod http2;
mod log;
mod neighbour;
mod nth;
mod pipe;
mod provider;
mod providers;
mod store;
mod story;
mod token;
mod upstream;
mod wire;
mod world;

pub use answer::Answer;
pub use api::{ADA, Api, BOB, EVE, Person, Rotation};
pub use app::App;
pub use browser::{Browser, Fetch};
pub use certificate::TestCertificate;
pub use clock::TestClock;
pub use config::{ORIGIN, merged};
pub use entropy::TestEntropy;
pub use http2::{ConnectionEnd, Http2Answer, Http2Client};
pub use log::Log;
pub use neighbour::Neighbour;
pub use nth::{Failing, Faults, Nth};
pub use provider::{
    Authorization, CLIENT_ID, CLIENT_KEY, CLIENT_SECRET, ClientProof, FormPost, OAuth2Provider, Provider,
    Signing,
};
pub use providers::HUB;
pub use store::{FaultyStore, Operation};
pub use story::{in_no_time, let_others_run, story};
pub use token::{Token, verified_by_key_set, verified_by_secret};
pub use upstream::{Feed, Gate, Reply, Seen, Upstream};
pub use wire::Wire;
pub use world::{World, WorldBuilder};

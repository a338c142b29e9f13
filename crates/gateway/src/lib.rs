//! Crossgate's edge: HTTP in, HTTP out.
//!
//! The life of a request is in [`serve`]: listener → decide → session → token → upstream. Each step takes the value
//! of the step before; only a permit opens the way to an upstream.

mod admin;
mod answer;
mod caller;
mod endpoints;
mod gateway;
mod listener;
mod live_check;
mod metrics;
pub mod pages;
mod permit;
mod provider;
mod refusal;
mod refuse;
mod request_id;
mod serve;
mod session;
mod token;
mod upstream;

pub use gateway::{Gateway, StartFault, SweepError};
pub use listener::{Shutdown, WorkerError, bind, serve_admin, serve_worker};
pub use live_check::{Finding, FindingKind, check_live};
pub use token::KeyFault;

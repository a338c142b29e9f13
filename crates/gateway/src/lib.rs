//! Crossgate's edge: HTTP in, HTTP out.
//!
//! The life of a request is in [`serve`]: listener → decide → session → token → upstream. Each step takes the value
//! of the step before; only a permit opens the way to an upstream.

mod admin;
mod answer;
mod api_cookies;
mod buffered;
mod caller;
mod conversation;
mod endpoints;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod gateway;
mod give_up;
mod listener;
mod live_check;
mod login;
mod metrics;
mod move_in;
mod move_out;
mod next_auth;
pub mod pages;
mod patience;
mod permit;
mod provider;
pub mod refresh;
mod refusal;
mod refuse;
mod request_id;
mod serve;
mod session;
mod session_call;
mod token;
mod upstream;

pub use gateway::{Gateway, StartFault, SweepError};
pub use listener::{
    Certificate, CertificateFault, CurrentCertificate, PublicListener, Shutdown, WorkerError, bind,
    serve_admin, serve_worker,
};
pub use live_check::{Finding, FindingKind, check_live};
pub use token::{KeyFault, SigningKeyEntry, list_signing_keys, rotate_signing_key};

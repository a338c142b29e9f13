//! `crossgate serve`: configure, build, run, drain.

mod certificate;
mod periodic;
mod run;
mod server;
mod shared_clock;
mod signals;
mod workers;

pub(crate) use certificate::CertificateFiles;
pub(crate) use run::{listen_for_signals, run, start_runtime};
pub(crate) use server::Server;
pub(crate) use signals::StopSignals;

//! `crossgate serve`: configure, build, run, drain.

mod periodic;
mod run;
mod signals;
mod store;
mod workers;

pub(crate) use run::run;
pub(crate) use store::open_existing as open_existing_store;

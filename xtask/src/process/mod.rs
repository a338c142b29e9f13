//! Other programs: started below a supervisor, so that none outlives this one.
mod server;
mod shell;
mod supervise;
mod tail;

pub(crate) use server::Server;
pub(crate) use shell::{Interrupted, Shell};
pub(crate) use supervise::supervise;

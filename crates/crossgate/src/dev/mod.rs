//! `crossgate dev`: the gateway, the app and a provider with test people together, on the machine of whoever develops.
//!
//! Nothing of this can be reached from `crossgate serve`: the provider is a listener of its own that only this module
//! starts, and its section of the configuration stands in no file.

mod arguments;
mod commands;
mod console;
mod folder;
mod ground;
mod local_address;
mod provider;
mod ready;
mod run;
mod supervise;

pub(crate) use arguments::{ABOUT, DevArguments, SuperviseArguments};
pub(crate) use run::run;
pub(crate) use supervise::supervise;

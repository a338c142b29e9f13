//! Tokens that others issued are renewed before they end: once per session and generation, in this process and across
//! all that share the store. What is asked of whom is in [`protocol`]; who waits for it in [`flights`].

mod ask_api;
mod ask_provider;
mod flights;
mod pause;
mod port;
pub mod protocol;
mod source;

pub(crate) use flights::{Landed, Refreshes};
pub(crate) use source::{RefreshKey, RefreshSource};

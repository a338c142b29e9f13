//! What the tests of the program share: the gateway as a process, and HTTP/1.1 at the level of bytes.

#![allow(unused_imports, reason = "each of the tests uses other parts of this")]

mod answer;
mod browser;
mod connection;
mod gateway;
mod ports;
pub(crate) mod random;

pub(crate) use answer::Answer;
pub(crate) use browser::{Browser, form, json_text};
pub(crate) use connection::{Connection, Failed, exchange};
pub(crate) use gateway::{Gateway, Plan, run_as_it_is, run_to_end};
pub(crate) use ports::free_port;

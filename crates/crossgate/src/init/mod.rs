//! `crossgate init`: reads the project it stands in and writes a first `crossgate.toml`.
#![allow(dead_code)]

mod express;
mod find;
mod finding;
mod folders;
mod package;
mod program;
mod script;

//! The SQLite store passes the suite.

mod common;

crossgate_store::suite::checks!(common::TemporaryStore::new);

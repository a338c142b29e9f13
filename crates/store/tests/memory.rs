//! The memory store passes the suite.

use crossgate_store::memory::MemoryStore;

crossgate_store::suite::checks!(|| Box::new(MemoryStore::new()));

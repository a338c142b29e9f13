//! How many sign-ins per second the disk allows, each durable before it is answered:
//! `cargo run --release -p crossgate-store-sqlite --example throughput -- [directory]`

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it measures the real clock and prints it"
)]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crossgate_core::identity::Subject;
use crossgate_core::session::{HashedSessionId, SessionRecord};
use crossgate_core::time::Timestamp;
use crossgate_store::suite::block_on;
use crossgate_store::{NewSession, SessionStore as _, StoreError};
use crossgate_store_sqlite::SqliteStore;

const PER_WRITER: u32 = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let parent = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    for writers in [1, 8, 64, 256] {
        let directory = tempfile::tempdir_in(&parent)?;
        let creating = measure(writers, &directory.path().join("crossgate.db"))?;
        let total = writers * PER_WRITER;
        println!("{writers:>4} writers: {:>8.0} sign-ins/s", f64::from(total) / creating.as_secs_f64());
    }
    Ok(())
}

fn measure(writers: u32, path: &Path) -> Result<Duration, StoreError> {
    let store = SqliteStore::open(path)?;
    let store = &store;
    let began = Instant::now();
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..writers).map(|writer| scope.spawn(move || sign_in(store, writer))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|_| Ok(())))
    })?;
    Ok(began.elapsed())
}

fn sign_in(store: &SqliteStore, writer: u32) -> Result<(), StoreError> {
    let subject = Subject::parse(&format!("person {writer}")).map_err(StoreError::unavailable)?;
    for number in 0..PER_WRITER {
        block_on(store.create(session(subject.clone(), writer, number)))?;
    }
    Ok(())
}

fn session(subject: Subject, writer: u32, number: u32) -> NewSession {
    let mut id = [0; 32];
    // Spread over the index as hashes are.
    let name = (u64::from(writer) << 32 | u64::from(number)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    id.iter_mut().zip(name.to_be_bytes()).for_each(|(byte, from)| *byte = from);
    let now = Timestamp::from_seconds(1_700_000_000);
    let record = SessionRecord {
        id: HashedSessionId::from_bytes(id),
        subject,
        created_at: now,
        last_seen_at: now,
        provider: None,
        version: 1,
        sealed: vec![0; 1500],
    };
    NewSession { record, replaces: None }
}

//! What a PostgreSQL server allows per second, each sign-in durable before it is answered:
//! `cargo run --release -p crossgate-store-postgres --example postgres_throughput -- <url>`
//!
//! The schema `crossgate_throughput` is made for it, and dropped by hand.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it measures the real clock and prints it"
)]

use std::error::Error;
use std::time::{Duration, Instant};

use crossgate_core::identity::Subject;
use crossgate_core::session::{HashedSessionId, SessionRecord};
use crossgate_core::time::Timestamp;
use crossgate_store::suite::block_on;
use crossgate_store::{Activity, EventStore as _, NewSession, SessionStore as _, StoreError};
use crossgate_store_postgres::PostgresStore;

const PER_WRITER: u32 = 200;
const BATCH: usize = 500;

fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).ok_or("usage: throughput <url>")?;
    let separator = if url.contains('?') { '&' } else { '?' };
    let store = PostgresStore::open(&format!("{url}{separator}schema=crossgate_throughput"))?;
    let mut first = std::process::id() << 12;
    for writers in [1, 8, 64] {
        let numbers = |writer| first + writer * PER_WRITER..first + (writer + 1) * PER_WRITER;
        let create = |number| block_on(store.create(session(number)?));
        tell("sign-ins", writers, together(writers, |writer| numbers(writer).try_for_each(create))?);
        let load = |number| block_on(store.load(id(number))).map(drop);
        tell("loads", writers, together(writers, |writer| numbers(writer).try_for_each(load))?);
        let replace = |number| block_on(store.replace_content(id(number), 1, vec![1; 1500])).map(drop);
        tell("changes", writers, together(writers, |writer| numbers(writer).try_for_each(replace))?);
        touch(&store, (first..first + writers * PER_WRITER).collect(), writers)?;
        first += writers * PER_WRITER;
    }
    let cursor = block_on(store.newest_event())?;
    let ask =
        |_| (0..PER_WRITER).try_for_each(|_| block_on(store.events_after(cursor.clone(), 100)).map(drop));
    tell("looks for events where nothing happened", 1, together(1, ask)?);
    Ok(())
}

fn tell(what: &str, writers: u32, took: Duration) {
    let rate = f64::from(writers * PER_WRITER) / took.as_secs_f64();
    println!("{writers:>4} at once: {rate:>8.0} {what}/s");
}

fn together(
    writers: u32,
    work: impl Fn(u32) -> Result<(), StoreError> + Sync,
) -> Result<Duration, StoreError> {
    let (began, work) = (Instant::now(), &work);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..writers).map(|writer| scope.spawn(move || work(writer))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|_| Ok(())))
    })?;
    Ok(began.elapsed())
}

fn touch(store: &PostgresStore, numbers: Vec<u32>, writers: u32) -> Result<(), StoreError> {
    let began = Instant::now();
    for batch in numbers.chunks(BATCH) {
        let seen =
            |number: &u32| Activity { id: id(*number), seen_at: Timestamp::from_seconds(1_700_000_060) };
        block_on(store.touch(batch.iter().map(seen).collect()))?;
    }
    tell("touches", writers, began.elapsed());
    Ok(())
}

/// Spread over the index as hashes are.
fn id(number: u32) -> HashedSessionId {
    let mut id = [0; 32];
    let name = u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    id.iter_mut().zip(name.to_be_bytes()).for_each(|(byte, from)| *byte = from);
    HashedSessionId::from_bytes(id)
}

fn session(number: u32) -> Result<NewSession, StoreError> {
    let now = Timestamp::from_seconds(1_700_000_000);
    let record = SessionRecord {
        id: id(number),
        subject: Subject::parse(&format!("person {}", number / PER_WRITER))
            .map_err(StoreError::unavailable)?,
        created_at: now,
        last_seen_at: now,
        provider: None,
        version: 1,
        sealed: vec![0; 1500],
    };
    Ok(NewSession { record, replaces: None })
}

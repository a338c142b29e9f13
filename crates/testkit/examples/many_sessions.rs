//! What a store does with very many sessions: `cargo run --release -p crossgate-testkit --example many_sessions --
//! <store> <fill|measure> <count>`. `fill` wants an empty store; how large that is can be looked at before `measure`,
//! which ends some of the sessions. Either prints one JSON object; times are in milliseconds.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "it takes the real clock and prints what it measured"
)]

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossgate_core::identity::Subject;
use crossgate_core::session::{EndReason, HashedSessionId, SessionLifetimes, SessionRecord};
use crossgate_core::time::Timestamp;
use crossgate_store::{NewSession, Store, StoreError};
use crossgate_store_postgres::PostgresStore;
use crossgate_store_sqlite::SqliteStore;
use crossgate_store_valkey::ValkeyStore;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::task::JoinSet;

/// So many are under way at a time, and share commits.
const TOGETHER: usize = 512;
/// So often a session is begun again where the store did not answer, a second later each time.
const ATTEMPTS: u32 = 30;
/// What is sealed, in blocks of 32 bytes: claims, an access token and a refresh token, as APIs usually give them.
const SEALED_BLOCKS: u64 = 25;
/// One person has so many sessions; everybody else has three.
const OF_ONE: u64 = 100;
/// So many sessions have passed their limit.
const EXPIRED: u64 = 10_000;
const LOADS: u64 = 20_000;
const BEGAN: Timestamp = Timestamp::from_seconds(1_700_000_000);
const DAY: Duration = Duration::from_secs(86_400);

const USAGE: &str = "usage: many_sessions <store> <fill|measure> <count>";

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [url, phase, count] = &arguments[..] else { return Err(USAGE.into()) };
    let (store, count) = (open(url)?, count.parse::<u64>()?);
    let found = match phase.as_str() {
        "fill" => fill(&store, count).await?,
        "measure" => measure(&*store, count).await?,
        _ => return Err(USAGE.into()),
    };
    println!("{found}");
    Ok(())
}

async fn measure(store: &dyn Store, count: u64) -> Outcome<Value> {
    let loads = load(store, count).await?;
    let everywhere = end_one_person(store).await?;
    let (expiry, idle) = expire(store).await?;
    Ok(json!({ "load": loads, "endAllOf": everywhere, "expiry": expiry, "idleSweep": idle }))
}

fn open(url: &str) -> Outcome<Arc<dyn Store>> {
    match url.split_once(':') {
        Some(("sqlite", path)) => Ok(Arc::new(SqliteStore::open(Path::new(path))?)),
        Some(("postgres", _)) => Ok(Arc::new(PostgresStore::open(url)?)),
        Some(("redis" | "valkey", _)) => Ok(Arc::new(ValkeyStore::open(url)?)),
        _ => Err(format!("not a store: {url}").into()),
    }
}

fn id(number: u64) -> HashedSessionId {
    HashedSessionId::from_bytes(Sha256::digest(number.to_be_bytes()).into())
}

fn record(number: u64) -> Outcome<SessionRecord> {
    let subject = if number < OF_ONE { "one".to_owned() } else { format!("person-{}", number / 3) };
    let is_expired = (OF_ONE..OF_ONE + EXPIRED).contains(&number);
    let last_seen_at = if is_expired { BEGAN } else { BEGAN.after(10 * DAY) };
    Ok(SessionRecord {
        id: id(number),
        subject: Subject::parse(&subject)?,
        created_at: BEGAN,
        last_seen_at,
        provider: None,
        version: 1,
        sealed: sealed(number),
    })
}

/// As what is sealed looks: nobody can compress it.
fn sealed(number: u64) -> Vec<u8> {
    let block =
        |index: u64| Sha256::new().chain_update(number.to_be_bytes()).chain_update(index.to_be_bytes());
    (0..SEALED_BLOCKS).flat_map(|index| block(index).finalize()).collect()
}

/// How many a second, and how often the store did not answer.
async fn fill(store: &Arc<dyn Store>, count: u64) -> Outcome<Value> {
    let (began, mut running, mut missed) = (Instant::now(), JoinSet::new(), 0);
    for number in 0..count {
        if running.len() == TOGETHER {
            missed += running.join_next().await.ok_or("nothing is under way")???;
        }
        running.spawn(create(Arc::clone(store), record(number)?));
        if number % 100_000 == 0 {
            eprintln!("{number} of {count} sessions");
        }
    }
    while let Some(created) = running.join_next().await {
        missed += created??;
    }
    let per_second = f64::from(u32::try_from(count)?) / began.elapsed().as_secs_f64();
    Ok(json!({ "sessions": count, "createdPerSecond": per_second, "missed": missed }))
}

/// Gives how often the store did not answer.
async fn create(store: Arc<dyn Store>, record: SessionRecord) -> Result<u32, StoreError> {
    let mut missed = 0;
    loop {
        match store.create(NewSession { record: record.clone(), replaces: None }).await {
            Err(StoreError::Unavailable { .. }) if missed < ATTEMPTS => missed += 1,
            // It was done, and only the answer was lost.
            Err(StoreError::AlreadyExists { .. }) if missed > 0 => return Ok(missed),
            outcome => return outcome.map(|()| missed),
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// One at a time, anybody's, without a pattern.
async fn load(store: &dyn Store, count: u64) -> Outcome<Value> {
    let mut times = Vec::new();
    for number in 0..LOADS {
        let began = Instant::now();
        let found = store.load(id(number.wrapping_mul(2_654_435_761) % count)).await?;
        times.push(millis(began));
        found.ok_or("a session is missing")?;
    }
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times.get(times.len() * share / 1000).copied();
    Ok(json!({ "p50": at(500), "p99": at(990) }))
}

async fn end_one_person(store: &dyn Store) -> Outcome<Value> {
    let began = Instant::now();
    let ended = store
        .end_all_of(Subject::parse("one")?, EndReason::SignedOutEverywhere, BEGAN.after(10 * DAY))
        .await?;
    Ok(json!({ "sessions": ended.len(), "time": millis(began) }))
}

/// What it takes to end those whose time is up, and to find that there are none.
async fn expire(store: &dyn Store) -> Outcome<(Value, f64)> {
    let lifetimes = SessionLifetimes { idle: DAY, absolute: 30 * DAY };
    let (began, mut ended) = (Instant::now(), 0);
    loop {
        let batch = store.end_expired(lifetimes, BEGAN.after(10 * DAY), 1000).await?.len();
        ended += batch;
        if batch < 1000 {
            break;
        }
    }
    let took = millis(began);
    let began = Instant::now();
    store.end_expired(lifetimes, BEGAN.after(10 * DAY), 1000).await?;
    Ok((json!({ "sessions": ended, "time": took }), millis(began)))
}

fn millis(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1000.0
}

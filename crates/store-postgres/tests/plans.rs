//! No statement reads a whole table where an index leads to its rows.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use common::{Psql, Schema, ada, at, id, session};
use crossgate_core::provider::{ProviderKey, ProviderKeys};
use crossgate_core::session::{EndReason, SessionLifetimes};
use crossgate_store::suite::block_on;
use crossgate_store::{Activity, EventStore as _, ProviderSelector, SessionStore as _};
use crossgate_store_postgres::PostgresStore;

const LIFETIMES: SessionLifetimes =
    SessionLifetimes { idle: Duration::from_secs(60), absolute: Duration::from_secs(600) };

/// Sessions that are there at the beginning, all of which end.
const SESSIONS: u32 = 9;

/// How often the tables of sessions and events were read from end to end.
fn whole_reads(psql: &Psql) -> Vec<String> {
    psql.read(
        "SELECT relname || ' ' || seq_scan FROM pg_stat_user_tables
         WHERE schemaname = current_schema() AND relname IN ('session', 'ended_session', 'event', 'noted_event')
         ORDER BY 1",
    )
}

/// What a connection counted is seen when it has closed, a moment later.
fn wait_for(psql: &Psql, count: &str, table: &str, expected: u32) {
    let counted = format!("SELECT {count} FROM pg_stat_user_tables WHERE relid = '{table}'::regclass");
    while psql.read(&counted) != [expected.to_string()] {
        std::thread::yield_now();
    }
}

fn ask_everything(store: &PostgresStore) {
    let (subject, reason) = (ProviderKey::from_bytes([1; 32]), EndReason::SignedOut);
    for number in 1..=SESSIONS {
        let mut new = session(number);
        let at_provider = ProviderKeys { subject, session: Some(ProviderKey::from_bytes([2; 32])) };
        new.record.provider = (number <= 3).then_some(at_provider);
        block_on(store.create(new)).unwrap();
    }
    block_on(store.touch(vec![Activity { id: id(9), seen_at: at(5) }])).unwrap();
    block_on(store.replace_content(id(9), 1, Vec::new())).unwrap();
    block_on(store.load_by_handle(id(9).handle())).unwrap().unwrap();
    assert_eq!(block_on(store.list(ada())).unwrap().len(), 9);
    assert_eq!(block_on(store.list_all(Some(id(8)), 5)).unwrap().len(), 1);
    let there = ProviderSelector::Session(ProviderKey::from_bytes([2; 32]));
    assert_eq!(block_on(store.end_all_of_provider(there, reason, at(1))).unwrap().len(), 3);
    block_on(store.end_all_of_provider(ProviderSelector::Subject(subject), reason, at(1))).unwrap();
    assert_eq!(block_on(store.end_all_before(at(1), reason, at(1), 2)).unwrap().len(), 2);
    assert_eq!(block_on(store.end_expired(LIFETIMES, at(70), 2)).unwrap().len(), 2);
    let start = block_on(store.newest_event()).unwrap();
    block_on(store.end_all_of(ada(), reason, at(1))).unwrap();
    assert_eq!(block_on(store.events_after(start, 9)).unwrap().events.len(), 2);
    block_on(store.ended_by_handle(id(9).handle())).unwrap().unwrap();
}

#[test]
fn every_question_goes_straight_to_its_rows() {
    let Some(schema) = Schema::new() else { return };
    PostgresStore::migrate(&schema.url()).unwrap();
    let psql = schema.psql();
    wait_for(&psql, "n_tup_ins", "event", 1);
    let before = whole_reads(&psql);
    // Small tables are read whole where that is allowed.
    let options = "&listen=false&options=-c%20enable_seqscan=off";
    let store = PostgresStore::open(&schema.url_with(options)).unwrap();
    ask_everything(&store);
    drop(store);
    wait_for(&psql, "n_tup_del", "session", SESSIONS);
    assert_eq!(whole_reads(&psql), before);
}

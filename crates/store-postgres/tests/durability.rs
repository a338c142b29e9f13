//! What is acknowledged is on disk, whatever the server's defaults; what need not be does not wait for it.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use common::{Schema, TemporaryStore, at, id, session};
use crossgate_core::session::{EndReason, SessionRecord};
use crossgate_core::time::Timestamp;
use crossgate_store::suite::block_on;
use crossgate_store::{
    Activity, CounterName, FirstUse, LeaseName, LeaseOwner, LeaseStore as _, NewSession, ReplayStore as _,
    SessionStore as _, ThrottleStore as _, UseName,
};
use crossgate_store_postgres::{OpenProblem, PostgresOptions, PostgresStore};

const OFF: &str = "&options=-c%20synchronous_commit=off";

/// Every row that is written notes how its transaction will commit: constraint triggers run last of all.
const NOTE_COMMITS: &str = "
    CREATE TABLE level (relation text, level text);
    CREATE FUNCTION note_level() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        EXECUTE format('INSERT INTO %I.level VALUES (%L, current_setting(''synchronous_commit''))',
            TG_TABLE_SCHEMA, TG_TABLE_NAME);
        RETURN NULL;
    END $$;
    DO $$ DECLARE name text; BEGIN
        FOREACH name IN ARRAY ARRAY['session', 'ended_session', 'used_name', 'lease', 'throttle', 'event'] LOOP
            EXECUTE format('CREATE CONSTRAINT TRIGGER note_level AFTER INSERT OR UPDATE ON %I
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_level()', name);
        END LOOP;
    END $$";

#[test]
fn what_is_promised_waits_for_the_disk_although_the_default_is_not_to() {
    let Some(store) = TemporaryStore::with(OFF) else { return };
    let psql = store.schema.psql();
    psql.run(NOTE_COMMITS);
    block_on(store.create(session(1))).unwrap();
    block_on(store.replace_content(id(1), 1, Vec::new())).unwrap();
    block_on(store.end(id(1), EndReason::SignedOut, at(1))).unwrap();
    assert_eq!(block_on(store.use_once(UseName::from_bytes([1; 32]), at(9), at(0))).unwrap(), FirstUse::Yes);
    let taken =
        store.take_lease(LeaseName::from_bytes([1; 32]), LeaseOwner::from_bytes([1; 16]), at(9), at(0));
    _ = block_on(taken).unwrap();
    let levels = psql.read("SELECT DISTINCT relation || ' ' || level FROM level ORDER BY 1");
    assert_eq!(levels, ["ended_session on", "lease on", "session on", "used_name on"]);
}

#[test]
fn what_is_not_promised_does_not_wait_for_the_disk_and_the_next_one_does_again() {
    let Some(store) = TemporaryStore::with("&pool=1") else { return };
    let psql = store.schema.psql();
    block_on(store.create(session(1))).unwrap();
    psql.run(NOTE_COMMITS);
    block_on(store.touch(vec![Activity { id: id(1), seen_at: at(5) }])).unwrap();
    let counted = store.count_attempt(vec![CounterName::from_bytes([1; 32])], Duration::from_secs(60), at(0));
    block_on(counted).unwrap();
    let levels = psql.read("SELECT relation || ' ' || level FROM level ORDER BY 1");
    assert_eq!(levels, ["session off", "throttle off"]);
    psql.run("TRUNCATE level");
    block_on(store.end(id(1), EndReason::SignedOut, at(1))).unwrap();
    assert_eq!(psql.read("SELECT relation || ' ' || level FROM level"), ["ended_session on"]);
}

#[test]
fn behind_a_pooler_a_default_that_loses_commits_is_refused() {
    let Some(schema) = Schema::new() else { return };
    let url = schema.url_with(&format!("{OFF}&prepared=false"));
    let error = PostgresStore::open_with(&PostgresOptions::new(&url)).map(drop).unwrap_err();
    assert!(matches!(error.problem, OpenProblem::LosesCommits), "{error:?}");
}

/// Updates that stay in their page and touch no index are heap-only (PostgreSQL §73.7).
#[test]
fn a_touch_and_new_content_leave_the_indexes_alone() {
    const UPDATES: u64 = 20;
    let Some(schema) = Schema::new() else { return };
    let store = PostgresStore::open(&schema.url()).unwrap();
    // The beginning of a period, which is about 17 minutes long.
    let start = Timestamp::from_millis(1_700_000_000_000 >> 20 << 20);
    let record = SessionRecord { last_seen_at: start, ..session(1).record };
    block_on(store.create(NewSession { record, replaces: None })).unwrap();
    for version in 1..=UPDATES / 2 {
        let seen_at = start.after(Duration::from_secs(60 * version));
        block_on(store.touch(vec![Activity { id: id(1), seen_at }])).unwrap();
        block_on(store.replace_content(id(1), version, b"new".to_vec())).unwrap();
    }
    // What a connection counted is seen when it has closed, a moment later.
    drop(store);
    let psql = schema.psql();
    let counted = "SELECT n_tup_upd FROM pg_stat_user_tables WHERE relid = 'session'::regclass";
    while psql.read(counted) != [UPDATES.to_string()] {
        std::thread::yield_now();
    }
    let heap_only = "SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relid = 'session'::regclass";
    assert_eq!(psql.read(heap_only), [UPDATES.to_string()]);
}

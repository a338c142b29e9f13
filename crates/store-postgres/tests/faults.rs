//! What happens when the server, or the way to it, is not as it should be.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use std::time::Duration;

use common::proxy::Proxy;
use common::{Schema, TemporaryStore, ada, at, id, session};
use crossgate_core::session::{EndReason, SessionLifetimes, SessionRecord};
use crossgate_store::suite::block_on;
use crossgate_store::{
    Activity, EventStore as _, FirstUse, LeaseAnswer, LeaseName, LeaseOwner, LeaseStore as _, NewSession,
    ReplaceOutcome, ReplayStore as _, SessionStore as _, Store as _, StoreError, UseName,
};
use crossgate_store_postgres::{PostgresOptions, PostgresStore};

const LIFETIMES: SessionLifetimes =
    SessionLifetimes { idle: Duration::from_secs(60), absolute: Duration::from_secs(600) };

/// A store with one connection, by way of a proxy. Statements are not prepared, so that each is one question and one
/// answer.
struct ByProxy {
    store: PostgresStore,
    proxy: Proxy,
    _schema: Schema,
}

impl ByProxy {
    fn new() -> Option<Self> {
        let schema = Schema::new()?;
        let proxy = Proxy::before(&schema.server);
        let mut options = PostgresOptions::new(&proxy.url(&schema.url_with("&pool=1&prepared=false")));
        options.connect_timeout = Duration::from_millis(500);
        let store = PostgresStore::open_with(&options).unwrap();
        block_on(store.check()).unwrap();
        Some(Self { store, proxy, _schema: schema })
    }

    /// What the write answers when its answer is lost on the way.
    fn with_lost_answer<T>(&self, ask: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        self.proxy.lose_next_answer();
        block_on(ask)
    }
}

fn cause<T: std::fmt::Debug>(result: Result<T, StoreError>) -> String {
    match result {
        Err(error @ StoreError::Unavailable { .. }) => error.to_string(),
        other => panic!("an outage was expected, not {other:?}"),
    }
}

fn is_damaged<T>(result: Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Damaged { .. }))
}

#[test]
fn a_session_whose_creation_was_not_answered_is_there_once_and_its_creator_knows() {
    let Some(by) = ByProxy::new() else { return };
    block_on(by.store.create(session(9))).unwrap();
    let start = block_on(by.store.newest_event()).unwrap();
    for number in 1..=2 {
        let new = NewSession { replaces: Some(id(if number == 1 { 9 } else { 1 })), ..session(number) };
        by.with_lost_answer(by.store.create(new)).unwrap();
        assert_eq!(block_on(by.store.load(id(number))).unwrap(), Some(session(number).record));
    }
    assert_eq!(block_on(by.store.list(ada())).unwrap().len(), 1);
    assert_eq!(block_on(by.store.events_after(start, 9)).unwrap().events.len(), 2);
    let again = by.with_lost_answer(by.store.create(NewSession {
        record: SessionRecord { sealed: b"another's".to_vec(), ..session(2).record },
        replaces: None,
    }));
    assert!(
        matches!(again, Err(StoreError::AlreadyExists { .. })),
        "what is another's is not taken for one's own"
    );
}

#[test]
fn content_whose_replacement_was_not_answered_is_replaced_once() {
    let Some(by) = ByProxy::new() else { return };
    block_on(by.store.create(session(1))).unwrap();
    block_on(by.store.replace_content(id(1), 1, b"2".to_vec())).unwrap();
    let start = block_on(by.store.newest_event()).unwrap();
    let replaced = by.with_lost_answer(by.store.replace_content(id(1), 2, b"3".to_vec())).unwrap();
    assert_eq!(replaced, ReplaceOutcome::Replaced { version: 3 });
    assert_eq!(block_on(by.store.load(id(1))).unwrap().unwrap().version, 3);
    assert_eq!(block_on(by.store.events_after(start, 9)).unwrap().events.len(), 1);
    let stale = by.with_lost_answer(by.store.replace_content(id(1), 2, b"other".to_vec())).unwrap();
    assert_eq!(stale, ReplaceOutcome::Stale { current: 3 });
}

#[test]
fn an_end_that_was_not_answered_is_an_end_and_its_asker_knows() {
    let Some(by) = ByProxy::new() else { return };
    for number in 1..=3 {
        block_on(by.store.create(session(number))).unwrap();
    }
    assert!(block_on(by.store.end(id(1), EndReason::SignedOut, at(1))).unwrap().is_some());
    let ended = by.with_lost_answer(by.store.end(id(2), EndReason::SignedOut, at(2))).unwrap().unwrap();
    assert_eq!((ended.id, ended.ended_at, ended.reason), (id(2), at(2), EndReason::SignedOut));
    let late = by.with_lost_answer(by.store.end(id(1), EndReason::SignedOut, at(3))).unwrap();
    assert_eq!(late, None, "it ended before, by another");
}

#[test]
fn what_can_be_done_twice_without_harm_is_done_again() {
    let Some(by) = ByProxy::new() else { return };
    let (name, owner) = (LeaseName::from_bytes([1; 32]), LeaseOwner::from_bytes([1; 16]));
    block_on(by.store.create(session(1))).unwrap();
    for _ in 0..2 {
        let taken = by.with_lost_answer(by.store.take_lease(name, owner, at(60), at(0))).unwrap();
        assert_eq!(taken, LeaseAnswer::Taken { was_abandoned: false });
        assert!(by.with_lost_answer(by.store.renew_lease(name, owner, at(90))).unwrap());
        by.with_lost_answer(by.store.touch(vec![Activity { id: id(1), seen_at: at(5) }])).unwrap();
        assert!(by.with_lost_answer(by.store.load(id(1))).unwrap().is_some());
    }
    assert_eq!(block_on(by.store.load(id(1))).unwrap().unwrap().last_seen_at, at(5));
}

#[test]
fn what_may_be_used_once_is_not_used_when_nobody_knows_whether_it_was() {
    let Some(by) = ByProxy::new() else { return };
    let use_it = |number| by.store.use_once(UseName::from_bytes([number; 32]), at(60), at(0));
    assert_eq!(block_on(use_it(1)).unwrap(), FirstUse::Yes);
    cause(by.with_lost_answer(use_it(2)));
    assert_eq!(block_on(use_it(2)).unwrap(), FirstUse::No);
}

#[test]
fn a_server_that_is_away_is_an_outage_and_afterwards_everything_goes_on() {
    let Some(by) = ByProxy::new() else { return };
    block_on(by.store.create(session(1))).unwrap();
    by.proxy.go_away();
    let shown = cause(block_on(by.store.load(id(1))));
    assert!(!shown.contains("postgres:"), "{shown}");
    cause(block_on(by.store.create(session(2))));
    cause(block_on(by.store.check()));
    by.proxy.come_back();
    block_on(by.store.check()).unwrap();
    assert!(block_on(by.store.load(id(1))).unwrap().is_some());
    block_on(by.store.create(session(2))).unwrap();
}

#[test]
fn connections_that_broke_while_nobody_asked_are_not_used() {
    let Some(by) = ByProxy::new() else { return };
    for number in 1..=3 {
        by.proxy.break_all();
        block_on(by.store.create(session(number))).unwrap();
        by.proxy.break_all();
        assert!(block_on(by.store.load(id(number))).unwrap().is_some());
    }
}

#[test]
fn an_administrator_who_ends_all_connections_is_hardly_noticed() {
    let Some(store) = TemporaryStore::with("&application_name=to_be_ended") else { return };
    let psql = store.schema.psql();
    for number in 1..=3 {
        block_on(store.create(session(number))).unwrap();
        psql.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'to_be_ended'",
        );
        assert!(block_on(store.load(id(number))).unwrap().is_some());
    }
}

/// The connection is to a server that takes writes, and then it does not: the primary was demoted under it.
#[test]
fn a_primary_that_was_demoted_is_left_for_the_new_one() {
    let Some(store) = TemporaryStore::with("&pool=1&listen=false") else { return };
    let psql = store.schema.psql();
    psql.run(
        "CREATE FUNCTION demote() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             PERFORM set_config('default_transaction_read_only', 'on', false);
             RETURN NEW;
         END $$;
         CREATE TRIGGER demote BEFORE UPDATE ON readiness FOR EACH ROW EXECUTE FUNCTION demote()",
    );
    block_on(store.check()).unwrap();
    let read_only = block_on(store.load(id(1)));
    assert_eq!(read_only.unwrap(), None, "it still reads");
    block_on(store.create(session(1))).unwrap();
    block_on(store.touch(vec![Activity { id: id(1), seen_at: at(1) }])).unwrap();
}

#[test]
fn whoever_waits_for_too_long_gets_an_answer_and_nothing_happened() {
    let Some(schema) = Schema::new() else { return };
    let mut options = PostgresOptions::new(&schema.url_with("&pool=1"));
    options.statement_timeout = Duration::from_millis(1500);
    options.wait_timeout = Duration::from_millis(100);
    let store = PostgresStore::open_with(&options).unwrap();
    block_on(store.create(session(1))).unwrap();
    let (psql, other) = (schema.psql(), schema.psql());
    psql.run("BEGIN; SELECT * FROM session FOR UPDATE");
    std::thread::scope(|scope| {
        let ending = scope.spawn(|| block_on(store.end(id(1), EndReason::SignedOut, at(1))));
        other.wait_for_waiting(&schema, 1);
        let busy = cause(block_on(store.load(id(1))));
        assert!(busy.contains("busy") && busy.contains("`pool`"), "{busy}");
        let late = cause(ending.join().unwrap());
        assert!(late.contains("timeout"), "{late}");
    });
    psql.run("ROLLBACK");
    assert!(block_on(store.load(id(1))).unwrap().is_some());
    assert!(block_on(store.end(id(1), EndReason::SignedOut, at(1))).unwrap().is_some());
}

#[test]
fn a_deadlock_with_somebody_else_is_tried_again() {
    let Some(store) = TemporaryStore::new() else { return };
    for number in 1..=2 {
        block_on(store.create(session(number))).unwrap();
    }
    let (psql, other) = (store.schema.psql(), store.schema.psql());
    psql.run(
        "SET deadlock_timeout = '1min'; BEGIN; SELECT * FROM session WHERE get_byte(id, 3) = 2 FOR UPDATE",
    );
    std::thread::scope(|scope| {
        let ending = scope.spawn(|| block_on(store.end_all_of(ada(), EndReason::SignedOut, at(1))));
        other.wait_for_waiting(&store.schema, 1);
        psql.run("SELECT * FROM session WHERE get_byte(id, 3) = 1 FOR UPDATE; COMMIT");
        assert_eq!(ending.join().unwrap().unwrap().len(), 2);
    });
}

#[test]
fn a_damaged_session_shows_nothing_of_it_can_be_ended_and_expires() {
    let Some(store) = TemporaryStore::new() else { return };
    for number in 1..=3 {
        block_on(store.create(session(number))).unwrap();
    }
    let psql = store.schema.psql();
    psql.run("UPDATE session SET subject = 'tab' || chr(9) || 'secret' WHERE get_byte(id, 3) < 3");
    let error = block_on(store.load(id(1))).unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(matches!(error, StoreError::Damaged { .. }), "{shown}");
    assert!(shown.contains(id(1).handle().as_str()) && !shown.contains("secret"), "{shown}");
    assert_eq!(block_on(store.end(id(1), EndReason::SignedOut, at(1))).unwrap(), None);
    assert_eq!(block_on(store.load(id(1))).unwrap(), None);
    let expired = block_on(store.end_expired(LIFETIMES, at(9000), 100)).unwrap();
    assert_eq!(
        expired.iter().map(|ended| ended.id).collect::<Vec<_>>(),
        [id(3)],
        "the sound one has its reason"
    );
    assert_eq!(block_on(store.load(id(2))).unwrap(), None, "and the damaged one does not stay forever");
}

#[test]
fn what_this_program_does_not_write_is_refused_by_the_tables_or_is_damage() {
    let Some(store) = TemporaryStore::new() else { return };
    block_on(store.create(session(1))).unwrap();
    block_on(store.create(session(2))).unwrap();
    block_on(store.end(id(2), EndReason::SignedOut, at(1))).unwrap();
    let psql = store.schema.psql();
    assert!(!psql.try_run("UPDATE session SET id = '\\x00'"));
    assert!(!psql.try_run("UPDATE session SET provider_session = decode(repeat('00', 32), 'hex')"));
    psql.run("UPDATE ended_session SET reason = 'because'");
    assert!(is_damaged(block_on(store.ended(id(2)))));
    psql.run("DELETE FROM readiness");
    assert!(is_damaged(block_on(store.check())));
    psql.run("DROP TABLE readiness");
    assert!(cause(block_on(store.check())).contains("crossgate store migrate"));
}

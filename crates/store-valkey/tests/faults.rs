//! What happens when the way to the server breaks, or the server is not as it should be.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;
#[path = "common/proxy.rs"]
mod proxy;

use common::{Prefix, SINGLE, at, connection, id, keys_like, person, session, url};
use crossgate_core::session::EndReason;
use crossgate_store::suite::block_on;
use crossgate_store::{
    EventCursor, EventStore as _, SessionEvent, SessionStore as _, Store as _, StoreError,
};
use crossgate_store_valkey::ValkeyStore;
use proxy::Proxy;
use redis::Commands as _;

fn is_unavailable<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Unavailable { .. }))
}

/// Host and port of a URL.
fn place(url: &str) -> &str {
    url.split("://").last().unwrap().split(['/', '?']).next().unwrap()
}

#[test]
fn a_connection_that_breaks_is_made_anew_and_nobody_notices() {
    let Some(url) = url(SINGLE) else { return };
    let (prefix, proxy) = (Prefix::new(&url), Proxy::to(place(&url)));
    let store = ValkeyStore::open(&prefix.url_of(&proxy.url())).unwrap();
    block_on(store.create(session(1))).unwrap();
    for _ in 0..5 {
        proxy.break_all();
        assert!(block_on(store.load(id(1))).unwrap().is_some());
    }
    proxy.break_all();
    assert!(block_on(store.end(id(1), EndReason::SignedOut, at(1))).is_ok());
    assert_eq!(block_on(store.load(id(1))).unwrap(), None);
}

#[test]
fn a_server_that_is_out_of_reach_is_an_outage_and_comes_back() {
    let Some(url) = url(SINGLE) else { return };
    let (prefix, proxy) = (Prefix::new(&url), Proxy::to(place(&url)));
    let store = ValkeyStore::open(&prefix.url_of(&proxy.url())).unwrap();
    block_on(store.create(session(1))).unwrap();
    proxy.close();
    assert!(is_unavailable(&block_on(store.load(id(1)))));
    assert!(is_unavailable(&block_on(store.create(session(2)))));
    assert!(is_unavailable(&block_on(store.end(id(1), EndReason::SignedOut, at(1)))));
    assert!(is_unavailable(&block_on(store.check())));
    proxy.open();
    assert!(block_on(store.load(id(1))).unwrap().is_some());
    block_on(store.create(session(2))).unwrap();
    block_on(store.check()).unwrap();
}

#[test]
fn a_server_that_stands_still_is_an_outage_and_not_a_hang() {
    let Some(url) = url(SINGLE) else { return };
    let (prefix, proxy) = (Prefix::new(&url), Proxy::to(place(&url)));
    let store = ValkeyStore::open(&prefix.url_of(&proxy.url())).unwrap();
    block_on(store.create(session(1))).unwrap();
    proxy.stand_still(true);
    let error = block_on(store.load(id(1))).unwrap_err();
    assert_eq!(error.to_string(), "the store is unavailable: the server does not answer in time");
    assert!(is_unavailable(&block_on(store.end(id(1), EndReason::SignedOut, at(1)))));
    proxy.stand_still(false);
    assert!(block_on(store.load(id(9))).unwrap().is_none());
}

#[test]
fn a_server_that_forgot_the_scripts_is_told_them_again() {
    let Some(url) = url(SINGLE) else { return };
    let prefix = Prefix::new(&url);
    let store = prefix.open();
    block_on(store.create(session(1))).unwrap();
    let _: () = redis::cmd("SCRIPT").arg("FLUSH").query(&mut connection(&url)).unwrap();
    block_on(store.create(session(2))).unwrap();
    assert!(block_on(store.end(id(1), EndReason::SignedOut, at(1))).unwrap().is_some());
}

#[test]
fn a_write_whose_asker_went_away_happens_all_the_same() {
    let Some(url) = url(SINGLE) else { return };
    let prefix = Prefix::new(&url);
    let store = prefix.open();
    let mut creation = store.create(session(1));
    let waker = std::task::Waker::noop();
    assert!(creation.as_mut().poll(&mut std::task::Context::from_waker(waker)).is_pending());
    drop(creation);
    drop(store);
    assert!(block_on(prefix.open().load(id(1))).unwrap().is_some());
}

#[test]
fn no_replica_that_confirms_is_an_outage_where_one_is_wanted() {
    let Some(url) = url(SINGLE) else { return };
    let prefix = Prefix::new(&url);
    let store = ValkeyStore::open(&format!("{}&wait=1", prefix.url())).unwrap();
    let error = block_on(store.create(session(1))).unwrap_err();
    assert_eq!(error.to_string(), "the store is unavailable: 0 of 1 replicas confirmed in time");
}

#[test]
fn an_end_that_a_failing_server_took_with_it_happens_again() {
    let Some(url) = url(SINGLE) else { return };
    let prefix = Prefix::new(&url);
    let (one, two) = (prefix.open(), prefix.open());
    let start = block_on(two.newest_event()).unwrap();
    block_on(one.create(session(1))).unwrap();
    let mut server = connection(&url);
    let row = keys_like(&mut server, &prefix, ":session:*").pop().unwrap();
    let kept: Vec<u8> = redis::cmd("DUMP").arg(&row).query(&mut server).unwrap();
    block_on(one.end(id(1), EndReason::SignedOut, at(1))).unwrap();
    assert_eq!(block_on(two.events_after(start, 9)).unwrap().events.len(), 1);
    for store in [&one, &two] {
        let _: () = redis::cmd("RESTORE").arg(&row).arg(0).arg(&kept).query(&mut server).unwrap();
        assert_eq!(block_on(store.list(person("ada"))).unwrap(), []);
        assert_eq!(block_on(store.load(id(1))).unwrap(), None);
        assert!(!server.exists::<_, bool>(&row).unwrap(), "it is gone from the server, too");
    }
}

#[test]
fn events_of_a_server_that_took_over_are_not_taken_for_others() {
    let Some(url) = url(SINGLE) else { return };
    let prefix = Prefix::new(&url);
    let store = prefix.open();
    for number in 1..=3 {
        block_on(store.create(session(number))).unwrap();
    }
    block_on(store.end(id(1), EndReason::SignedOut, at(1))).unwrap();
    let known = block_on(store.newest_event()).unwrap();
    let mut server = connection(&url);
    let told = keys_like(&mut server, &prefix, ":told").pop().unwrap();
    let _: () = server.hset(&told, "server", "another").unwrap();
    block_on(store.end(id(2), EndReason::SignedOut, at(1))).unwrap();
    let events = block_on(store.events_after(known, 9)).unwrap();
    assert!(events.is_incomplete, "the old server may have told others something under that number");
    block_on(store.end(id(3), EndReason::SignedOut, at(1))).unwrap();
    let ended = SessionEvent::Ended { id: id(3), reason: EndReason::SignedOut };
    assert_eq!(block_on(store.events_after(events.cursor, 9)).unwrap().events, [ended]);
}

#[test]
fn a_log_that_was_lost_is_noticed() {
    let Some(url) = url(SINGLE) else { return };
    let prefix = Prefix::new(&url);
    let store = prefix.open();
    block_on(store.create(session(1))).unwrap();
    block_on(store.end(id(1), EndReason::SignedOut, at(1))).unwrap();
    let known = block_on(store.newest_event()).unwrap();
    let mut server = connection(&url);
    for end in [":log", ":told"] {
        let key = keys_like(&mut server, &prefix, end).pop().unwrap();
        let _: () = server.del(&key).unwrap();
    }
    let events = block_on(store.events_after(known, 9)).unwrap();
    assert_eq!((events.is_incomplete, events.cursor), (true, EventCursor::of(vec![0; 64])));
}

#[test]
fn a_damaged_session_is_an_error_that_shows_nothing_of_it_and_can_be_ended() {
    let Some(url) = url(SINGLE) else { return };
    let prefix = Prefix::new(&url);
    let store = prefix.open();
    block_on(store.create(session(1))).unwrap();
    let mut server = connection(&url);
    let row = keys_like(&mut server, &prefix, ":session:*").pop().unwrap();
    let _: () = server.hset(&row, "subject", "tab\tsecret").unwrap();
    let error = block_on(store.load(id(1))).unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(matches!(error, StoreError::Damaged { .. }) && !shown.contains("secret"), "{shown}");
    assert_eq!(block_on(store.end(id(1), EndReason::SignedOut, at(1))).unwrap(), None);
    assert_eq!(block_on(store.load(id(1))).unwrap(), None);
}

#[test]
fn what_cannot_be_opened_says_why_and_shows_no_password() {
    let nobody = ValkeyStore::open("valkey://ada:secret@127.0.0.1:1").unwrap_err();
    let other = ValkeyStore::open("postgres://ada:secret@127.0.0.1").unwrap_err();
    for error in [&nobody, &other] {
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    }
    assert!(nobody.to_string().starts_with("127.0.0.1:1: there is no connection to the server"), "{nobody}");
    let Some(url) = url(SINGLE) else { return };
    let stranger = ValkeyStore::open(&url.replacen("://", "://ada:secret@", 1)).unwrap_err();
    assert!(stranger.to_string().contains("refuses"), "{stranger}");
    assert!(!format!("{stranger} {stranger:?}").contains("secret"), "{stranger:?}");
}

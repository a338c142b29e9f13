//! What several processes on the same servers tell each other, by itself and in a cluster.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::pin::pin;
use std::task::{Context, Waker};

use common::{CLUSTER, Prefix, SINGLE, at, id, person, session, session_of, url};
use crossgate_core::session::EndReason;
use crossgate_store::suite::block_on;
use crossgate_store::{EventStore as _, NewSession, SessionEvent, SessionStore as _};
use crossgate_store_valkey::ValkeyStore;

/// On each kind of server that there is.
fn everywhere(check: impl Fn(&ValkeyStore, &ValkeyStore)) {
    for url in [SINGLE, CLUSTER].into_iter().filter_map(url) {
        let prefix = Prefix::new(&url);
        check(&prefix.open(), &prefix.open());
    }
}

fn ended(number: u32, reason: EndReason) -> SessionEvent {
    SessionEvent::Ended { id: id(number), reason }
}

#[test]
fn each_process_learns_what_the_other_one_ended_and_changed() {
    everywhere(|one, two| {
        let start = block_on(two.newest_event()).unwrap();
        for number in 1..=3 {
            block_on(one.create(session(number))).unwrap();
        }
        block_on(one.end(id(1), EndReason::SignedOut, at(1))).unwrap();
        block_on(two.replace_content(id(2), 1, b"new".to_vec())).unwrap();
        block_on(two.create(NewSession { replaces: Some(id(2)), ..session(4) })).unwrap();
        block_on(one.end_all_of(person("ada"), EndReason::SignedOutEverywhere, at(2))).unwrap();
        let expected = [
            ended(1, EndReason::SignedOut),
            SessionEvent::Changed { id: id(2), version: 2 },
            ended(2, EndReason::Replaced),
            ended(3, EndReason::SignedOutEverywhere),
            ended(4, EndReason::SignedOutEverywhere),
        ];
        assert_eq!(block_on(one.events_after(start.clone(), 100)).unwrap().events, expected);
        assert_eq!(block_on(two.events_after(start, 100)).unwrap().events, expected);
    });
}

#[test]
fn an_end_wakes_every_process_and_nothing_is_missed_between_two_waits() {
    everywhere(|one, two| {
        // That it began to listen is told as well, once.
        for store in [one, two] {
            block_on(store.woken());
        }
        for number in 1..=20 {
            block_on(one.create(session_of(&format!("person {number}"), number))).unwrap();
            let start = block_on(two.newest_event()).unwrap();
            block_on(one.end(id(number), EndReason::SignedOut, at(1))).unwrap();
            block_on(two.woken());
            let told = block_on(two.events_after(start, 9)).unwrap().events;
            assert_eq!(told, [ended(number, EndReason::SignedOut)]);
        }
        let nothing = pin!(two.woken()).poll(&mut Context::from_waker(Waker::noop()));
        assert!(nothing.is_pending(), "what was answered wakes nobody again");
    });
}

#[test]
fn another_persons_session_is_replaced_too() {
    everywhere(|one, two| {
        for (number, name) in (1..).zip(["ada", "bob", "eve", "kim"]) {
            block_on(one.create(session_of(name, number))).unwrap();
            let replaces = Some(id(number));
            block_on(two.create(NewSession { replaces, ..session_of("new", 100 + number) })).unwrap();
            assert_eq!(block_on(one.load(id(number))).unwrap(), None);
            assert_eq!(block_on(one.ended(id(number))).unwrap().unwrap().reason, EndReason::Replaced);
        }
    });
}

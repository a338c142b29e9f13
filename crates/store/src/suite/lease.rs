//! What only one may do at a time. A lease is for a minute, where nothing else is said.

use std::time::Duration;

use crossgate_core::time::Timestamp;

use super::fixture::{LIFETIMES, at, together};
use crate::{ABANDONED_LEASE_RETENTION, LONGEST_LEASE, LeaseAnswer, LeaseName, LeaseOwner, Store};

const TAKEN: LeaseAnswer = LeaseAnswer::Taken { was_abandoned: false };
const TAKEN_OVER: LeaseAnswer = LeaseAnswer::Taken { was_abandoned: true };
const MILLISECOND: Duration = Duration::from_millis(1);

fn name(number: u8) -> LeaseName {
    LeaseName::from_bytes([number; 32])
}

fn owner(number: u8) -> LeaseOwner {
    LeaseOwner::from_bytes([number; 16])
}

fn held(until: Timestamp) -> LeaseAnswer {
    LeaseAnswer::Held { until }
}

/// Lease 1, for a minute from now on.
async fn take<S: Store + ?Sized>(store: &S, by: u8, now: Timestamp) -> LeaseAnswer {
    store.take_lease(name(1), owner(by), now.after(Duration::from_secs(60)), now).await.unwrap()
}

/// The same by somebody who gets it.
async fn hold<S: Store + ?Sized>(store: &S, by: u8, now: Timestamp) {
    assert!(matches!(take(store, by, now).await, LeaseAnswer::Taken { .. }));
}

async fn renew<S: Store + ?Sized>(store: &S, by: u8, until: Timestamp) -> bool {
    store.renew_lease(name(1), owner(by), until).await.unwrap()
}

async fn give_back<S: Store + ?Sized>(store: &S, by: u8) {
    store.give_back_lease(name(1), owner(by)).await.unwrap();
}

async fn abandon<S: Store + ?Sized>(store: &S, by: u8, now: Timestamp) {
    store.abandon_lease(name(1), owner(by), now).await.unwrap();
}

pub async fn a_lease_that_is_held_is_nobody_elses<S: Store + ?Sized>(store: &S) {
    assert_eq!(take(store, 1, at(0)).await, TAKEN);
    for second in [0, 0, 1, 59, -1000] {
        assert_eq!(take(store, 2, at(second)).await, held(at(60)), "at second {second}");
    }
    assert_eq!(take(store, 2, at(60).before(MILLISECOND)).await, held(at(60)));
}

pub async fn leases_and_owners_are_told_apart<S: Store + ?Sized>(store: &S) {
    let nearly = |index: usize| {
        let mut bytes = [1; 32];
        bytes[index] = 2;
        LeaseName::from_bytes(bytes)
    };
    let names = [name(0), name(1), name(255), nearly(0), nearly(31)];
    for lease in names {
        assert_eq!(store.take_lease(lease, owner(1), at(60), at(0)).await.unwrap(), TAKEN);
    }
    let mut almost = [1; 16];
    almost[15] = 2;
    for other in [owner(0), owner(255), LeaseOwner::from_bytes(almost)] {
        let answer = store.take_lease(name(1), other, at(90), at(0)).await.unwrap();
        assert_eq!(answer, held(at(60)));
    }
}

pub async fn of_several_takers_at_the_same_time_one_gets_it<S: Store + ?Sized>(store: &S) {
    for (now, expected) in [(at(0), TAKEN), (at(60), TAKEN_OVER)] {
        let until = now.after(Duration::from_secs(60));
        // Others than in the round before.
        let first = if now == at(0) { 0 } else { 100 };
        let takers = (first..first + 20).map(|by| store.take_lease(name(1), owner(by), until, now));
        let answers: Vec<_> = together(takers.collect()).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers.iter().filter(|answer| **answer == expected).count(), 1, "{answers:?}");
        assert_eq!(answers.iter().filter(|answer| **answer == held(until)).count(), 19, "{answers:?}");
    }
}

pub async fn a_lease_that_ended_is_taken_over_and_was_abandoned<S: Store + ?Sized>(store: &S) {
    assert_eq!(take(store, 1, at(0)).await, TAKEN);
    assert_eq!(take(store, 2, at(60)).await, TAKEN_OVER);
    assert_eq!(take(store, 1, at(60)).await, held(at(120)), "whoever had it before has it no more");
    assert_eq!(take(store, 3, at(5000)).await, TAKEN_OVER);
}

pub async fn an_abandoned_lease_can_be_taken_at_once<S: Store + ?Sized>(store: &S) {
    hold(store, 1, at(0)).await;
    abandon(store, 1, at(10)).await;
    assert_eq!(take(store, 2, at(9)).await, TAKEN_OVER, "also by a clock that is behind");
    abandon(store, 2, at(10)).await;
    assert_eq!(take(store, 2, at(10)).await, TAKEN_OVER, "also by the same one again");
}

pub async fn what_was_abandoned_stays_so_until_it_is_given_back<S: Store + ?Sized>(store: &S) {
    hold(store, 1, at(0)).await;
    assert_eq!(take(store, 2, at(60)).await, TAKEN_OVER);
    assert_eq!(take(store, 3, at(120)).await, TAKEN_OVER);
    abandon(store, 3, at(130)).await;
    assert_eq!(take(store, 4, at(130)).await, TAKEN_OVER);
    assert!(renew(store, 4, at(300)).await);
    assert_eq!(take(store, 4, at(140)).await, TAKEN_OVER);
    give_back(store, 4).await;
    assert_eq!(take(store, 5, at(140)).await, TAKEN, "the work is done");
}

pub async fn a_lease_that_was_given_back_is_free<S: Store + ?Sized>(store: &S) {
    for by in 1..=3 {
        assert_eq!(take(store, by, at(0)).await, TAKEN);
        give_back(store, by).await;
    }
}

pub async fn taking_ones_own_again_prolongs_it<S: Store + ?Sized>(store: &S) {
    hold(store, 1, at(0)).await;
    assert_eq!(take(store, 1, at(30)).await, TAKEN);
    assert_eq!(take(store, 2, at(60)).await, held(at(90)));
    let shorter = store.take_lease(name(1), owner(1), at(50), at(40)).await.unwrap();
    assert_eq!(shorter, TAKEN);
    assert_eq!(take(store, 2, at(60)).await, held(at(90)), "and never shortens it");
    assert_eq!(take(store, 1, at(500)).await, TAKEN, "nobody else had it in between");
    assert_eq!(take(store, 2, at(559)).await, held(at(560)));
}

pub async fn renewing_prolongs_and_never_shortens<S: Store + ?Sized>(store: &S) {
    hold(store, 1, at(0)).await;
    for (until, expected) in [(at(100), at(100)), (at(70), at(100)), (at(101), at(101))] {
        assert!(renew(store, 1, until).await);
        assert_eq!(take(store, 2, at(50)).await, held(expected));
    }
    assert_eq!(take(store, 2, at(101)).await, TAKEN_OVER);
}

pub async fn a_lease_that_ended_is_renewed_unless_somebody_took_it<S: Store + ?Sized>(store: &S) {
    hold(store, 1, at(0)).await;
    assert!(renew(store, 1, at(500)).await, "by a holder that was slow");
    assert_eq!(take(store, 2, at(400)).await, held(at(500)));
    assert_eq!(take(store, 2, at(500)).await, TAKEN_OVER);
    assert!(!renew(store, 1, at(9000)).await);
    assert_eq!(take(store, 3, at(559)).await, held(at(560)));
}

pub async fn nobody_renews_what_is_not_theirs<S: Store + ?Sized>(store: &S) {
    assert!(!renew(store, 1, at(500)).await, "nobody has it");
    hold(store, 1, at(0)).await;
    assert!(!renew(store, 2, at(500)).await, "somebody else has it");
    assert_eq!(take(store, 2, at(59)).await, held(at(60)));
    abandon(store, 1, at(10)).await;
    assert!(!renew(store, 1, at(500)).await, "it was abandoned");
    assert_eq!(take(store, 2, at(10)).await, TAKEN_OVER);
    give_back(store, 2).await;
    assert!(!renew(store, 2, at(500)).await, "it was given back");
    assert_eq!(take(store, 3, at(10)).await, TAKEN);
}

pub async fn a_stranger_who_lets_go_changes_nothing<S: Store + ?Sized>(store: &S) {
    give_back(store, 1).await;
    abandon(store, 1, at(0)).await;
    assert_eq!(take(store, 1, at(0)).await, TAKEN, "nothing was there");
    give_back(store, 2).await;
    abandon(store, 2, at(0)).await;
    assert_eq!(take(store, 3, at(59)).await, held(at(60)));
    assert_eq!(take(store, 3, at(60)).await, TAKEN_OVER);
    give_back(store, 1).await;
    abandon(store, 1, at(60)).await;
    assert_eq!(take(store, 4, at(119)).await, held(at(120)), "whoever had it before is a stranger now");
    assert!(renew(store, 3, at(130)).await);
}

pub async fn giving_back_after_abandoning_leaves_it_abandoned<S: Store + ?Sized>(store: &S) {
    hold(store, 1, at(0)).await;
    abandon(store, 1, at(10)).await;
    give_back(store, 1).await;
    assert_eq!(take(store, 2, at(10)).await, TAKEN_OVER);
}

pub async fn that_a_lease_was_abandoned_is_remembered_for_a_day<S: Store + ?Sized>(store: &S) {
    for number in 1..=3 {
        assert_eq!(store.take_lease(name(number), owner(1), at(60), at(0)).await.unwrap(), TAKEN);
    }
    store.abandon_lease(name(3), owner(1), at(30)).await.unwrap();
    let forgotten_at = at(60).after(ABANDONED_LEASE_RETENTION);
    assert_eq!(
        store.take_lease(name(4), owner(1), forgotten_at.after(MILLISECOND), at(0)).await.unwrap(),
        TAKEN
    );
    for (number, now, expected) in [
        (1, forgotten_at.before(MILLISECOND), TAKEN_OVER),
        (2, forgotten_at, TAKEN),
        (3, forgotten_at, TAKEN),
        (4, forgotten_at, held(forgotten_at.after(MILLISECOND))),
    ] {
        store.end_expired(LIFETIMES, now, 100).await.unwrap();
        let taken = store.take_lease(name(number), owner(2), now.after(MILLISECOND), now).await.unwrap();
        assert_eq!(taken, expected, "lease {number}");
    }
}

pub async fn a_lease_of_a_clock_that_was_ahead_holds_nobody_up<S: Store + ?Sized>(store: &S) {
    let longest = at(0).after(LONGEST_LEASE);
    for (number, until, expected) in [
        (1, longest, held(longest)),
        (2, longest.after(MILLISECOND), TAKEN_OVER),
        (3, Timestamp::from_millis(i64::MAX), TAKEN_OVER),
    ] {
        assert_eq!(store.take_lease(name(number), owner(1), until, until).await.unwrap(), TAKEN);
        assert_eq!(
            store.take_lease(name(number), owner(2), longest, at(0)).await.unwrap(),
            expected,
            "{number}"
        );
    }
}

//! The refresh protocol in every order that a scheduler can think of: several processes that share a store, an API
//! whose refresh tokens are good once, and sign-outs, deaths, lost answers and failing stores in between.
//!
//! Each test tries [`ORDERS`] orders that come of a seed, and stops at the first that breaks a rule; shuttle then prints
//! the schedule, with which `shuttle::replay` plays exactly that order again.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod port;
mod world;

use crossgate_core::session::EndReason;
use crossgate_gateway::refresh::protocol::{RefreshOutcome, refresh};
use shuttle::future::{block_on, spawn_local, yield_now};
use shuttle::rand::Rng as _;

use port::{Fate, ProcessPort};
use world::{Troubles, World};

/// Orders per test. There are nine tests.
const ORDERS: usize = 2_500;

/// How one process fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fared {
    Rotated,
    Unchanged,
    Refused(EndReason),
    Gone,
    Later,
    Died,
}

/// A process that wants fresh tokens, and asks again where it is told to, as the next request would have it do.
async fn process(port: ProcessPort) -> Fared {
    for _ in 0..4 {
        let fared = match port.until_death(refresh(&port)).await {
            None => return Fared::Died,
            Some(RefreshOutcome::Rotated(_)) => Fared::Rotated,
            Some(RefreshOutcome::Unchanged(_)) => Fared::Unchanged,
            Some(RefreshOutcome::Refused(reason)) => Fared::Refused(reason),
            Some(RefreshOutcome::Gone) => Fared::Gone,
            Some(RefreshOutcome::TryLater(_)) => Fared::Later,
        };
        if fared != Fared::Later {
            return fared;
        }
        yield_now().await;
    }
    Fared::Later
}

/// Ends the session at some moment.
async fn end(world: World, reason: EndReason) {
    for _ in 0..shuttle::rand::thread_rng().gen_range(0..40) {
        yield_now().await;
    }
    world.end(reason);
}

/// Lets processes live through it, and gives how they fared, and the world as it is then.
fn live(processes: usize, troubles: Troubles, ends: &'static [EndReason]) -> (Vec<Fared>, World) {
    block_on(async move {
        let world = World::new(troubles);
        let fate = |number| if number < troubles.deaths { Fate::by_chance() } else { Fate::Lives };
        let all: Vec<_> = (0..processes)
            .map(|number| spawn_local(process(ProcessPort::new(world.clone(), number, fate(number)))))
            .collect();
        let ending: Vec<_> = ends.iter().map(|reason| spawn_local(end(world.clone(), *reason))).collect();
        let mut fared = Vec::new();
        for one in all {
            fared.push(one.await.unwrap());
        }
        for one in ending {
            one.await.unwrap();
        }
        (fared, world)
    })
}

/// In how many orders.
fn in_many_orders(test: impl Fn() + Send + Sync + 'static) {
    shuttle::check_random(test, ORDERS);
}

#[test]
fn without_troubles_there_is_one_refresh_and_everybody_has_its_tokens() {
    in_many_orders(|| {
        let (fared, world) = live(4, Troubles::default(), &[]);
        assert_eq!(world.asked(), [1], "{fared:?}");
        assert_eq!(fared.iter().filter(|fared| **fared == Fared::Rotated).count(), 1, "{fared:?}");
        assert_eq!(fared.iter().filter(|fared| **fared == Fared::Unchanged).count(), 3, "{fared:?}");
        assert!(world.is_consistent() && world.is_lease_free());
    });
}

#[test]
fn a_sign_out_at_any_moment_wins() {
    in_many_orders(|| {
        let (fared, world) = live(3, Troubles::default(), &[EndReason::SignedOut]);
        assert_eq!(world.ended(), Some(EndReason::SignedOut), "{fared:?}");
        assert!(world.asked().len() <= 1 && world.is_lease_free());
        assert!(fared.iter().all(|fared| !matches!(fared, Fared::Refused(_) | Fared::Later)), "{fared:?}");
        assert!(world.nothing_is_left_at_the_api(), "{fared:?}");
    });
}

#[test]
fn a_sign_out_and_a_revocation_end_it_once() {
    in_many_orders(|| {
        let (_, world) = live(2, Troubles::default(), &[EndReason::SignedOut, EndReason::RevokedByOperator]);
        assert!(matches!(world.ended(), Some(EndReason::SignedOut | EndReason::RevokedByOperator)));
        assert!(world.asked().len() <= 1);
    });
}

#[test]
fn a_process_that_dies_costs_the_session_at_most_by_a_lost_answer() {
    in_many_orders(|| {
        let (fared, world) = live(4, Troubles { deaths: 1, ..Troubles::default() }, &[]);
        match world.ended() {
            None => assert!(world.is_consistent() || fared.contains(&Fared::Died), "{fared:?}"),
            Some(EndReason::RefreshLost) => assert!(fared.contains(&Fared::Died), "{fared:?}"),
            Some(other) => panic!("{other:?} {fared:?}"),
        }
        let fine = |fared: &Fared| !matches!(fared, Fared::Refused(EndReason::RefreshRefused) | Fared::Later);
        assert!(fared.iter().all(fine), "{fared:?}");
    });
}

#[test]
fn where_refresh_tokens_stay_a_death_costs_nothing() {
    in_many_orders(|| {
        let troubles = Troubles { deaths: 2, rotates: false, ..Troubles::default() };
        let (fared, world) = live(4, troubles, &[]);
        assert_eq!(world.ended(), None, "{fared:?}");
        assert!(fared.iter().all(|fared| matches!(fared, Fared::Rotated | Fared::Unchanged | Fared::Died)));
    });
}

#[test]
fn an_answer_that_is_lost_is_never_taken_for_a_refusal() {
    in_many_orders(|| {
        let (fared, world) = live(3, Troubles { lost_answers: 1, ..Troubles::default() }, &[]);
        assert!(matches!(world.ended(), None | Some(EndReason::RefreshLost)), "{fared:?}");
        assert!(!fared.contains(&Fared::Refused(EndReason::RefreshRefused)), "{fared:?}");
    });
}

#[test]
fn a_store_that_fails_for_a_while_loses_nothing() {
    in_many_orders(|| {
        let (fared, world) = live(3, Troubles { store_failures: 6, ..Troubles::default() }, &[]);
        assert_eq!(world.ended(), None, "{fared:?}");
        assert!(world.asked().len() <= 1, "{fared:?}");
        assert!(world.asked().is_empty() || world.is_consistent(), "{fared:?}");
    });
}

/// Whoever holds a lease may be frozen for longer than it lasts, and go on afterwards.
#[test]
fn what_a_slow_holder_stored_in_time_is_never_ended() {
    in_many_orders(|| {
        let troubles = Troubles { early_ends: 2, detects_reuse: false, ..Troubles::default() };
        let (fared, world) = live(3, troubles, &[]);
        match world.ended() {
            None => assert!(world.is_consistent(), "{fared:?}"),
            Some(EndReason::RefreshLost) => assert!(!fared.contains(&Fared::Rotated), "{fared:?}"),
            Some(other) => panic!("{other:?} {fared:?}"),
        }
    });
}

#[test]
fn everything_at_once_never_revives_and_never_refuses_wrongly() {
    in_many_orders(|| {
        let troubles =
            Troubles { deaths: 2, lost_answers: 1, store_failures: 3, early_ends: 1, ..Troubles::default() };
        let (fared, world) = live(4, troubles, &[EndReason::SignedOut]);
        assert!(matches!(world.ended(), Some(EndReason::SignedOut | EndReason::RefreshLost)), "{fared:?}");
        assert!(!fared.contains(&Fared::Refused(EndReason::RefreshRefused)), "{fared:?}");
    });
}

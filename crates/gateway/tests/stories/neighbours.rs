//! Several gateways on one store: what one does to a session, the others know a moment later.

use std::time::Duration;

use crossgate_core::session::EndReason;
use crossgate_testkit::{ADA, Browser, Neighbour, Operation, Reply, World, let_others_run, story};

use crate::refresh::{orders, with_cookie, world};
use crate::streams_end::sign_out_everywhere;

const TOKENS: Duration = Duration::from_secs(600);
const REFRESHES: &str = "POST /api/refresh";

/// Two gateways, and a browser that both have in their caches.
async fn two(world: &World) -> (Neighbour, Browser, Browser) {
    let neighbour = world.start_neighbour().await;
    let mut here = world.signed_in().await;
    let mut there = here.tab();
    neighbour.take_over(&mut there);
    world.follow().await.unwrap();
    neighbour.follow().await.unwrap();
    orders(world, &mut here).await;
    orders(world, &mut there).await;
    (neighbour, here, there)
}

#[test]
fn of_two_gateways_one_renews_and_both_use_what_came() {
    story(async {
        let world = world().await;
        let (_neighbour, here, there) = two(&world).await;
        world.let_pass(TOKENS);
        let gate = world.api.hold(REFRESHES);
        let mut waiting = Vec::new();
        for number in 0..40 {
            let mut tab = if number % 2 == 0 { here.tab() } else { there.tab() };
            waiting.push(tab.fetch("GET", "/api/orders").start().await);
        }
        world.api.wait_until(|seen| seen.iter().any(|seen| seen.is(REFRESHES))).await;
        gate.open();
        for wire in &mut waiting {
            let answer = wire.answer().await.expect_status(200);
            assert_eq!(answer.json()["user"]["email"], ADA.email);
        }
        assert_eq!(world.api.count(REFRESHES), 1);
    });
}

#[test]
fn what_one_has_renewed_the_other_does_not_renew_again() {
    story(async {
        let world = world().await;
        let (_neighbour, mut here, mut there) = two(&world).await;
        world.let_pass(TOKENS);
        assert_eq!(orders(&world, &mut here).await, "api-token-2");
        assert_eq!(orders(&world, &mut there).await, "api-token-2");
        assert_eq!(world.api.count(REFRESHES), 1);
    });
}

#[test]
fn an_end_here_is_an_end_there() {
    story(async {
        let world = world().await;
        let (neighbour, mut here, mut there) = two(&world).await;
        let _ = here.sign_out().await.expect_status(200);
        assert_eq!(neighbour.follow().await, Ok(1));
        let answer = there.get("/api/orders").await;
        assert_eq!(answer.refusal(), (401, "session_ended".into()));
        assert_eq!(answer.json()["reason"], EndReason::SignedOut.code());
    });
}

#[test]
fn streams_there_end_when_the_session_ends_here() {
    story(async {
        let world = world().await;
        let (neighbour, mut here, mut there) = two(&world).await;
        let (reply, feed) = Reply::stream("text/event-stream");
        let reply = std::cell::Cell::new(Some(reply));
        world.api.on("GET /api/events", move |_| reply.take().unwrap_or_else(|| Reply::status(404)));
        let mut stream = there.fetch("GET", "/api/events").start().await;
        let _head = stream.head().await;
        let _ = here.sign_out().await.expect_status(200);
        neighbour.follow().await.unwrap();
        feed.closed().await;
    });
}

#[test]
fn a_change_here_is_read_anew_there() {
    story(async {
        let world = world().await;
        let (neighbour, mut here, mut there) = two(&world).await;
        world.let_pass(TOKENS);
        orders(&world, &mut here).await;
        let loads = world.store.calls(Operation::Load);
        assert_eq!(neighbour.follow().await, Ok(1));
        orders(&world, &mut there).await;
        assert_eq!(world.store.calls(Operation::Load), loads + 1, "one look, and no refresh");
        assert_eq!(world.api.count(REFRESHES), 1);
    });
}

#[test]
fn who_does_not_hear_of_ends_asks_before_every_use() {
    story(async {
        let world = world().await;
        let (neighbour, mut here, mut there) = two(&world).await;
        world.store.fail(Operation::EventsAfter);
        assert!(neighbour.follow().await.is_err());
        let _ = here.sign_out().await.expect_status(200);
        world.let_pass(Duration::from_millis(1001));
        assert_eq!(there.get("/api/orders").await.refusal(), (401, "session_ended".into()));
    });
}

#[test]
fn who_missed_events_believes_nothing_that_is_cached() {
    story(async {
        let world = world().await;
        let (neighbour, mut here, mut there) = two(&world).await;
        let (reply, feed) = Reply::stream("text/event-stream");
        let reply = std::cell::Cell::new(Some(reply));
        world.api.on("GET /api/events", move |_| reply.take().unwrap_or_else(|| Reply::status(404)));
        let mut stream = there.fetch("GET", "/api/events").start().await;
        let _head = stream.head().await;
        let _ = here.sign_out().await.expect_status(200);
        world.store.forget_events();
        neighbour.follow().await.unwrap();
        assert_eq!(there.get("/api/orders").await.refusal(), (401, "session_ended".into()));
        neighbour.sweep().await.unwrap();
        feed.closed().await;
    });
}

#[test]
fn a_session_that_began_elsewhere_is_known_at_once() {
    story(async {
        let world = world().await;
        let neighbour = world.start_neighbour().await;
        let here = world.signed_in().await;
        let mut there = with_cookie(&world, &here.session_cookie().unwrap());
        neighbour.take_over(&mut there);
        orders(&world, &mut there).await;
        let_others_run().await;
    });
}

/// The neighbour has renewed the tokens, and this gateway does not know yet.
#[test]
fn a_sign_out_gives_back_the_newest_tokens_whoever_renewed_them() {
    story(async {
        for everywhere in [false, true] {
            let world = world().await;
            let (_neighbour, mut here, mut there) = two(&world).await;
            world.let_pass(TOKENS);
            assert_eq!(orders(&world, &mut there).await, "api-token-2");
            match everywhere {
                false => drop(here.sign_out().await.expect_status(200)),
                true => sign_out_everywhere(&mut here).await,
            }
            world.api.wait_until(|seen| seen.iter().any(|seen| seen.is("POST /api/logout"))).await;
            assert_eq!(world.api.last_of("POST /api/logout").json()["refreshToken"], "refresh-2");
            assert!(!world.api.has_live_refresh_token(ADA));
        }
    });
}

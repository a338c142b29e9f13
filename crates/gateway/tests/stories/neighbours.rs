//! Several gateways on one store: what one does to a session, the others know a moment later.

use std::time::Duration;

use crossgate_core::session::EndReason;
use crossgate_store::SessionStore as _;
use crossgate_testkit::{
    ADA, Browser, Feed, Neighbour, Operation, Reply, Wire, World, let_others_run, story,
};

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

/// An event stream that is open in this browser.
async fn events(world: &World, browser: &mut Browser) -> (Wire, Feed) {
    let (reply, feed) = Reply::stream("text/event-stream");
    let reply = std::cell::Cell::new(Some(reply));
    world.api.on("GET /api/events", move |_| reply.take().unwrap_or_else(|| Reply::status(404)));
    let mut stream = browser.fetch("GET", "/api/events").start().await;
    let _head = stream.head().await;
    (stream, feed)
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
        let (_stream, feed) = events(&world, &mut there).await;
        let _ = here.sign_out().await.expect_status(200);
        neighbour.follow().await.unwrap();
        feed.closed().await;
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
        let (_stream, feed) = events(&world, &mut there).await;
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
            // This gateway has just heard that nothing happened, so it believes what it has.
            world.follow().await.unwrap();
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

/// An operator's command ends it in the store, and a sign-in ends the one before: neither is a request to sign out.
#[test]
fn the_log_says_why_a_session_ended_whoever_ended_it() {
    story(async {
        let world = world().await;
        let (neighbour, mut here, _there) = two(&world).await;
        let _ = here.sign_in(ADA).await.expect_status(200);
        neighbour.follow().await.unwrap();
        assert!(world.log.contains("reason=\"replaced\""));
        let subject = crossgate_core::identity::Subject::parse(&ADA.id.to_string()).unwrap();
        world.store.end_all_of(subject, EndReason::RevokedByOperator, world.now()).await.unwrap();
        world.follow().await.unwrap();
        assert!(world.log.contains("reason=\"revoked_by_operator\""));
        let answer = here.get("/api/orders").await;
        assert_eq!(answer.json()["reason"], EndReason::RevokedByOperator.code());
    });
}

/// It ends elsewhere, and this gateway hears of that, before it hears that its own write of new tokens was done.
async fn end_while_new_tokens_are_written(end: impl AsyncFnOnce(&World, &mut Browser), reason: EndReason) {
    let world = world().await;
    let (_neighbour, mut here, mut there) = two(&world).await;
    world.let_pass(TOKENS);
    world.store.hold_next(Operation::ReplaceContent);
    let writes = world.store.calls(Operation::ReplaceContent);
    let mut renewing = here.tab().fetch("GET", "/api/orders").start().await;
    while world.store.calls(Operation::ReplaceContent) == writes {
        let_others_run().await;
    }
    end(&world, &mut there).await;
    world.follow().await.unwrap();
    world.store.let_go();
    let _ = renewing.answer().await;
    let answer = here.get("/api/orders").await;
    assert_eq!(answer.json()["reason"], reason.code(), "nothing revives it");
}

#[test]
fn a_session_that_ends_while_its_new_tokens_are_written_is_not_known_again() {
    story(async {
        let sign_out = async |_: &World, there: &mut Browser| drop(there.sign_out().await.expect_status(200));
        end_while_new_tokens_are_written(sign_out, EndReason::SignedOut).await;
    });
}

#[test]
fn signing_out_everywhere_while_new_tokens_are_written_leaves_nothing_behind() {
    story(async {
        let everywhere = async |_: &World, there: &mut Browser| sign_out_everywhere(there).await;
        end_while_new_tokens_are_written(everywhere, EndReason::SignedOutEverywhere).await;
    });
}

#[test]
fn what_an_operator_ends_while_new_tokens_are_written_stays_ended() {
    story(async {
        let revoke = async |world: &World, _: &mut Browser| {
            let subject = crossgate_core::identity::Subject::parse(&ADA.id.to_string()).unwrap();
            let ended =
                world.store.end_all_of(subject, EndReason::RevokedByOperator, world.now()).await.unwrap();
            assert_eq!(ended.len(), 1);
        };
        end_while_new_tokens_are_written(revoke, EndReason::RevokedByOperator).await;
    });
}

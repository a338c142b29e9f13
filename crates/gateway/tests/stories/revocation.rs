//! APIs end the session that a token belongs to.

use crossgate_core::session::{EndReason, SessionId};
use crossgate_store::SessionStore as _;
use crossgate_testkit::{ADA, BOB, Reply, World, story};

use super::api_clients::{CONFIG, SHOP, inactive, introspect, revoke, token_at};

#[test]
fn the_session_of_a_revoked_token_ends_at_once() {
    story(async {
        let world = World::with(CONFIG).await;
        let (mut ada, mut bob) = (world.signed_in().await, world.browser_of(BOB).await);
        let mut second = world.browser_of(ADA).await;
        let token = token_at(&world, &mut ada, "/api/things").await;
        let id = SessionId::parse(ada.session_cookie().unwrap().as_bytes()).unwrap().hash();
        let answer = revoke(&world, SHOP, &token).await.expect_status(200);
        assert!(answer.body.is_empty() && answer.header("cache-control").unwrap().contains("no-store"));
        assert_eq!(ada.get("/api/things").await.refusal(), (401, "session_ended".into()));
        assert_eq!(introspect(&world, SHOP, &token).await, inactive());
        assert_eq!(world.store.ended(id).await.unwrap().unwrap().reason, EndReason::RevokedByApi);
        assert!(bob.is_signed_in().await && second.is_signed_in().await, "one session, not a person");
        let _ = revoke(&world, SHOP, &token).await.expect_status(200);
        let _ = second.get("/api/things").await.expect_status(200);
        assert!(world.log.contains("session revoked by an API"));
        assert!(!world.log.contains(&token) && !world.log.contains(SHOP.1));
    });
}

#[test]
fn what_is_open_ends_with_a_revoked_session() {
    story(async {
        let world = World::with(CONFIG).await;
        let mut ada = world.signed_in().await;
        let token = token_at(&world, &mut ada, "/api/things").await;
        let (reply, feed) = Reply::stream("text/event-stream");
        let reply = std::cell::Cell::new(Some(reply));
        world.api.on("GET /api/events", move |_| reply.take().unwrap());
        let mut stream = ada.fetch("GET", "/api/events").start().await;
        assert_eq!(stream.head().await.status, 200);
        feed.send("data: 1\n\n");
        assert_eq!(stream.piece().await, b"data: 1\n\n");
        let _ = revoke(&world, SHOP, &token).await.expect_status(200);
        assert_eq!(stream.rest().await, "", "it broke off");
        feed.closed().await;
    });
}

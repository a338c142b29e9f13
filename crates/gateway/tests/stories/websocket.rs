//! Other protocols over the same connection.

use crossgate_testkit::{Browser, Fetch, Reply, World, let_others_run, story};

pub(super) fn upgrade<'a>(browser: &'a mut Browser, path: &str) -> Fetch<'a> {
    let fetch = browser.fetch("GET", path).with("Origin", "https://shop.example.com");
    let fetch = fetch.instead("Sec-Fetch-Mode", "websocket").with("Connection", "keep-alive, Upgrade");
    let fetch = fetch.with("Upgrade", "websocket").with("Sec-WebSocket-Version", "13");
    fetch.with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
}

#[test]
fn bytes_pass_both_ways_once_the_upstream_agreed() {
    story(async {
        let world = World::new().await;
        world.api.on("GET /api/live", |_| Reply::echo_websocket());
        let mut browser = world.signed_in().await;
        let mut wire = upgrade(&mut browser, "/api/live").start().await;
        let head = wire.head().await;
        assert_eq!(head.status, 101);
        assert_eq!(head.header("upgrade"), Some("websocket"));
        for frame in ["one", "GET / HTTP/1.1\r\n\r\n", "\0\u{1}"] {
            wire.send(frame).await;
            let mut heard = Vec::new();
            while heard.len() < frame.len() {
                heard.extend(wire.bytes().await);
            }
            assert_eq!(heard, frame.as_bytes());
        }
        let seen = world.api.last();
        assert_eq!(seen.bearer(), "api-token-1");
        assert_eq!(seen.header("sec-websocket-key"), Some("dGhlIHNhbXBsZSBub25jZQ=="));
        assert!(!seen.has("cookie"));
        assert_eq!(world.api.seen().len(), 2);
    });
}

#[test]
fn another_site_cannot_open_a_socket_with_our_cookie() {
    story(async {
        let world = World::new().await;
        world.api.on("GET /api/live", |_| Reply::echo_websocket());
        let mut browser = world.signed_in().await;
        for (name, value) in
            [("Origin", "https://evil.test"), ("Origin", "null"), ("Sec-Fetch-Site", "same-site")]
        {
            let mut wire = upgrade(&mut browser, "/api/live").instead(name, value).start().await;
            assert_eq!(wire.answer().await.refusal(), (403, "csrf_origin".into()), "{name}: {value}");
        }
        let mut wire =
            upgrade(&mut browser, "/dashboard/live").instead("Origin", "https://evil.test").start().await;
        assert_eq!(wire.answer().await.status, 403);
        assert_eq!((world.api.seen().len(), world.app.seen().len()), (1, 0));
    });
}

#[test]
fn without_a_session_nobody_gets_to_a_closed_path() {
    story(async {
        let world = World::new().await;
        world.api.on("GET /api/live", |_| Reply::echo_websocket());
        let mut wire = upgrade(&mut world.browser(), "/api/live").start().await;
        assert_eq!(wire.answer().await.refusal(), (401, "not_signed_in".into()));
        assert!(world.api.seen().is_empty());
    });
}

#[test]
fn bytes_before_the_agreement_reach_nobody() {
    story(async {
        let world = World::new().await;
        let (agree, agreed) = tokio::sync::oneshot::channel::<()>();
        let (reply, feed) = Reply::stream("text/plain");
        let reply = std::cell::Cell::new(Some(reply));
        world.app.on_head("GET /live", move |_| reply.take().unwrap());
        let mut browser = world.browser();
        let mut wire = upgrade(&mut browser, "/live").start().await;
        wire.send("GET /smuggled HTTP/1.1\r\nHost: shop.example.com\r\n\r\n").await;
        world.app.wait_until(|seen| !seen.is_empty()).await;
        let_others_run().await;
        assert_eq!(world.app.seen().len(), 1, "{:?}", world.app.seen());
        drop((feed, agree, agreed));
        assert_eq!(wire.answer().await.status, 200);
        // It was declined: what came meanwhile is a request of its own, and is judged as one.
        assert_eq!(wire.answer().await.status, 200);
        assert_eq!(world.app.last().target, "/smuggled");
        assert!(!world.app.last().has("upgrade"));
    });
}

#[test]
fn a_declined_upgrade_leaves_the_connection_usable() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        let plain = browser.fetch("GET", "/api/orders").bytes();
        let mut wire = upgrade(&mut browser, "/api/live").start().await;
        assert_eq!(wire.answer().await.status, 200);
        wire.send(&plain).await;
        assert_eq!(wire.answer().await.status, 200);
        assert_eq!(world.api.count("GET /api/orders"), 1);
    });
}

#[test]
fn what_follows_a_declined_upgrade_is_judged_like_any_request() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let mut wire = upgrade(&mut browser, "/live").start().await;
        wire.send("GET /x HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n").await;
        let answered = wire.rest().await;
        assert!(answered.contains("HTTP/1.1 200 ") && answered.contains("HTTP/1.1 400 "), "{answered}");
        assert_eq!(world.app.seen().len(), 1);
    });
}

#[test]
fn other_protocols_are_not_offered_to_upstreams() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let fetch = browser.fetch("GET", "/").with("Connection", "Upgrade, HTTP2-Settings");
        let answer = fetch.with("Upgrade", "h2c").with("HTTP2-Settings", "AAMAAABkAAQ").send().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        for name in ["upgrade", "connection", "http2-settings"] {
            assert!(!world.app.last().has(name), "{name}");
        }
    });
}

#[test]
fn an_upstream_that_switches_unasked_is_not_believed() {
    story(async {
        let world = World::new().await;
        world.app.on("GET /x", |_| Reply::echo_websocket());
        let mut browser = world.browser();
        let mut wire = browser.fetch("GET", "/x").with("Connection", "close").start().await;
        wire.send("GET /smuggled HTTP/1.1\r\nHost: shop.example.com\r\n\r\n").await;
        let answered = wire.rest().await;
        assert!(!answered.contains("HTTP/1.1 101"), "{answered}");
        assert!(!answered.contains("smuggled"), "{answered}");
    });
}

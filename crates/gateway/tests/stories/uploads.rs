//! Bodies on their way to an upstream.

use crossgate_testkit::{Reply, World, let_others_run, story};

const HEAD: &str = "POST /upload HTTP/1.1\r\nHost: shop.example.com\r\n";

#[test]
fn an_upload_reaches_the_upstream_while_it_is_still_going_on() {
    story(async {
        let world = World::new().await;
        let mut wire = world.wire().await;
        wire.send(format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n")).await;
        world.app.wait_until(|seen| seen.iter().any(|seen| seen.text() == "one")).await;
        wire.send("3\r\ntwo\r\n0\r\n\r\n").await;
        assert_eq!(wire.answer().await.status, 200);
        assert_eq!(world.app.last().text(), "onetwo");
    });
}

#[test]
fn bodies_come_through_byte_for_byte() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let bytes: Vec<u8> = (0..=255).cycle().take(700_001).collect();
        let fetch = browser.fetch("POST", "/upload").body("application/octet-stream", bytes.clone());
        let _ = fetch.send().await.expect_status(200);
        assert!(world.app.last().body == bytes);
        assert_eq!(world.app.last().header("content-length"), Some("700001"));
    });
}

#[test]
fn an_announced_length_beyond_the_limit_never_reaches_the_upstream() {
    story(async {
        let world = World::with("[app]\nbody = '1KiB'").await;
        let mut wire = world.wire().await;
        wire.send(format!("{HEAD}Content-Length: 1025\r\n\r\n")).await;
        assert_eq!(wire.answer().await.refusal(), (413, "body_too_large".into()));
        assert!(world.app.seen().is_empty());
        let mut wire = world.wire().await;
        wire.send(format!("{HEAD}Content-Length: 1024\r\n\r\n{}", "x".repeat(1024))).await;
        assert_eq!(wire.answer().await.status, 200);
    });
}

#[test]
fn an_upload_without_a_length_ends_at_the_limit() {
    story(async {
        let world = World::with("[app]\nbody = '1KiB'").await;
        let mut wire = world.wire().await;
        let chunk = format!("200\r\n{}\r\n", "x".repeat(512));
        wire.send(format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n{chunk}{chunk}")).await;
        world.app.wait_until(|seen| seen.iter().any(|seen| seen.body.len() == 1024)).await;
        wire.send("1\r\nx\r\n0\r\n\r\n").await;
        assert_eq!(wire.answer().await.refusal(), (413, "body_too_large".into()));
        assert!(!world.app.last().complete, "the upstream never takes it for whole");
    });
}

#[test]
fn limits_are_those_of_the_route() {
    story(async {
        let world = World::with("limits = { body = '1KiB' }\n[[api]]\nbody = '4KiB'").await;
        let mut browser = world.browser();
        let fetch = browser.fetch("POST", "/api/register").body("text/plain", "x".repeat(4096));
        let _ = fetch.send().await.expect_status(200);
        let fetch = browser.fetch("POST", "/api/register").body("text/plain", "x".repeat(4097));
        assert_eq!(fetch.send().await.refusal(), (413, "body_too_large".into()));
    });
}

#[test]
fn a_client_that_asks_first_is_told_to_go_on_only_when_somebody_wants_the_body() {
    story(async {
        let world = World::new().await;
        let mut wire = world.wire().await;
        wire.send(format!("{HEAD}Content-Length: 5\r\nExpect: 100-continue\r\n\r\n")).await;
        assert_eq!(wire.head().await.status, 100);
        wire.send("hello").await;
        assert_eq!(wire.answer().await.status, 200);
        assert_eq!(world.app.last().text(), "hello");
        assert!(!world.app.last().has("expect"));

        let mut wire = world.wire().await;
        wire.send("POST /api/orders HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
            .await;
        assert_eq!(wire.head().await.status, 401, "a refusal comes at once");
    });
}

#[test]
fn an_upstream_that_does_not_read_slows_the_sender_down() {
    story(async {
        const LARGE: usize = 512 * 1024 * 1024;
        let world = World::with("[app]\nbody = '1GiB'").await;
        world.app.on_head("POST /upload", |_| Reply::hang());
        let mut wire = world.wire().await;
        wire.send(format!("{HEAD}Content-Length: {LARGE}\r\n\r\n")).await;
        world.app.wait_until(|seen| !seen.is_empty()).await;
        let piece = vec![b'x'; 64 * 1024];
        let mut sent = 0;
        loop {
            let before = sent;
            for _ in 0..64 {
                sent += wire.send_what_fits(&piece);
                tokio::task::yield_now().await;
            }
            if before == sent {
                break;
            }
            assert!(sent < 64 * 1024 * 1024, "{sent} bytes were taken from the sender");
        }
        let_others_run().await;
    });
}

#[test]
fn an_early_answer_is_delivered_although_the_upload_is_not_over() {
    story(async {
        let world = World::new().await;
        world.app.on_head("POST /upload", |_| Reply::body(409, "text/plain", "no"));
        let mut wire = world.wire().await;
        wire.send(format!("{HEAD}Content-Length: 100000\r\n\r\npart")).await;
        let answer = wire.answer().await;
        assert_eq!((answer.status, answer.text()), (409, "no".to_owned()));
    });
}

#[test]
fn what_is_left_of_a_refused_upload_is_never_taken_for_a_request() {
    story(async {
        let world = World::new().await;
        let mut wire = world.wire().await;
        let smuggled = "GET /smuggled HTTP/1.1\r\nHost: shop.example.com\r\n\r\n";
        wire.send(format!(
            "POST /api/orders HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: {}\r\n\r\n{smuggled}",
            smuggled.len()
        ))
        .await;
        assert_eq!(wire.answer().await.status, 401);
        wire.send("GET /good HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n").await;
        let rest = wire.rest().await;
        assert!(rest.matches("HTTP/1.1 ").count() <= 1, "{rest}");
        assert_eq!(world.app.count("GET /smuggled"), 0);
    });
}

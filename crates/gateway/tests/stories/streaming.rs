//! Answers that come piece by piece, and upstreams that fail.

use crossgate_testkit::{Reply, World, let_others_run, story};

#[test]
fn the_first_event_arrives_before_the_second_is_sent() {
    story(async {
        let world = World::new().await;
        let (reply, feed) = Reply::stream("text/event-stream");
        let reply = std::cell::Cell::new(Some(reply));
        world.api.on("GET /api/events", move |_| reply.take().unwrap());
        let mut browser = world.signed_in().await;
        let mut wire = browser.fetch("GET", "/api/events").start().await;
        let head = wire.head().await;
        assert_eq!(head.header("content-type"), Some("text/event-stream"));
        for event in ["data: 1\n\n", "data: 2\n\n"] {
            feed.send(event);
            assert_eq!(wire.piece().await, event.as_bytes());
        }
        drop(feed);
        assert_eq!(wire.piece().await, b"");
    });
}

#[test]
fn an_upstream_notices_when_the_reader_is_gone() {
    story(async {
        let world = World::new().await;
        let (reply, feed) = Reply::stream("text/event-stream");
        let reply = std::cell::Cell::new(Some(reply));
        world.app.on("GET /events", move |_| reply.take().unwrap());
        let mut browser = world.browser();
        let mut wire = browser.fetch("GET", "/events").start().await;
        let _ = wire.head().await;
        drop(wire);
        feed.closed().await;
    });
}

#[test]
fn a_slow_reader_slows_the_upstream_down() {
    story(async {
        const LARGE: usize = 512 * 1024 * 1024;
        let world = World::new().await;
        world.app.on("GET /large", |_| Reply::flood(LARGE));
        let mut browser = world.browser();
        let mut wire = browser.fetch("GET", "/large").start().await;
        let head = wire.head().await;
        assert_eq!(head.header("content-length"), Some(&*LARGE.to_string()));
        let _ = wire.piece().await;
        let_others_run().await;
        let taken = world.app.flooded();
        assert!(taken < 64 * 1024 * 1024, "{taken} bytes were taken from the upstream");
    });
}

#[test]
fn trailers_are_dropped_and_the_connection_goes_on() {
    story(async {
        let world = World::new().await;
        world.app.on("GET /t", |_| {
            Reply::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Set-Cookie\r\n\r\n3\r\nabc\r\n0\r\nSet-Cookie: __Host-Http-crossgate=x\r\n\r\n")
        });
        let mut wire = world.wire().await;
        for _ in 0..2 {
            wire.send("GET /t HTTP/1.1\r\nHost: shop.example.com\r\nTE: trailers\r\n\r\n").await;
            let answer = wire.answer().await;
            assert_eq!((answer.text(), answer.complete), ("abc".to_owned(), true));
            assert!(!answer.sets_session_cookie());
        }
    });
}

#[test]
fn an_upstream_that_is_down_slow_or_talks_nonsense() {
    story(async {
        let world = World::with("[app]\ntimeout = '150ms'").await;
        type Script = fn() -> Reply;
        let replies: [(&str, Script, u16, &str); 8] = [
            ("never answers", Reply::hang, 504, "upstream_timeout"),
            ("closes", Reply::close, 502, "upstream_unreachable"),
            ("no HTTP", || Reply::raw("SSH-2.0-OpenSSH\r\n\r\n"), 502, "upstream_invalid"),
            (
                "two lengths",
                || Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
                502,
                "upstream_invalid",
            ),
            (
                "bad length",
                || Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"),
                502,
                "upstream_invalid",
            ),
            ("bad status", || Reply::raw("HTTP/1.1 xxx OK\r\n\r\n"), 502, "upstream_invalid"),
            (
                "space before the colon",
                || Reply::raw("HTTP/1.1 200 OK\r\nX : y\r\nContent-Length: 0\r\n\r\n"),
                502,
                "upstream_invalid",
            ),
            ("half a head", || Reply::raw("HTTP/1.1 200 OK\r\nX: y"), 502, ""),
        ];
        for (name, reply, status, code) in replies {
            world.app.on("GET /x", move |_| reply());
            let answer = world.browser().get("/x").await;
            assert_eq!(answer.status, status, "{name}: {answer:?}");
            assert!(code.is_empty() || answer.refusal().1 == code, "{name}: {answer:?}");
            assert!(!answer.text().contains("127.0.0.1"), "{name}: nobody learns where: {answer:?}");
            let page = world.browser().open("/x").await.expect_status(status);
            assert!(page.text().contains("<html"), "{name}: a person gets a page");
        }
        world.app.go_down().await;
        assert_eq!(world.browser().get("/x").await.refusal(), (502, "upstream_unreachable".into()));
        world.app.come_back();
        world.app.forget_scripts();
        let _ = world.browser().get("/x").await.expect_status(200);
    });
}

#[test]
fn an_answer_that_breaks_off_is_never_whole_for_the_browser() {
    story(async {
        let world = World::new().await;
        for reply in [
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        ] {
            world.app.on("GET /x", move |_| Reply::raw(reply));
            let answer = world.browser().get("/x").await.expect_status(200);
            assert!(answer.text().len() <= 4 && !answer.complete, "{answer:?}");
        }
    });
}

/// A world in which the second request over the first connection finds it closed.
async fn stale(method: &str) -> World {
    let world = World::new().await;
    let _ = world.browser().get("/").await.expect_status(200);
    world.app.on(&format!("{method} /x"), |seen| {
        if seen.connection == 1 { Reply::close() } else { Reply::status(200) }
    });
    world
}

#[test]
fn a_connection_that_died_meanwhile_costs_a_reader_nothing() {
    story(async {
        for method in ["GET", "HEAD", "PUT", "DELETE"] {
            let world = stale(method).await;
            let _ = world.browser().fetch(method, "/x").send().await.expect_status(200);
            assert_eq!(world.app.count(&format!("{method} /x")), 2, "{method}: asked once more");
            assert_eq!(world.app.connections(), 2, "{method}: on a fresh connection");
        }
    });
}

#[test]
fn what_may_have_happened_is_not_done_twice() {
    story(async {
        for (method, body) in
            [("POST", "once"), ("POST", ""), ("PATCH", "once"), ("PUT", "a body that passed through")]
        {
            let world = stale(method).await;
            let mut browser = world.browser();
            let answer = browser.fetch(method, "/x").body("text/plain", body).send().await;
            assert_eq!(answer.refusal(), (502, "upstream_unreachable".into()), "{method} {body:?}");
            assert_eq!(world.app.count(&format!("{method} /x")), 1, "{method} {body:?}");
        }
    });
}

#[test]
fn a_connection_that_was_closed_in_order_is_not_used_again() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let _ = browser.get("/").await.expect_status(200);
        world.app.go_down().await;
        world.app.come_back();
        let answer = browser.fetch("POST", "/x").body("text/plain", "once").send().await;
        assert_eq!(answer.status, 200, "it never left, so it may be sent: {answer:?}");
        assert_eq!(world.app.count("POST /x"), 1);
    });
}

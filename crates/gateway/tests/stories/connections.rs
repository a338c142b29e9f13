//! What a connection over HTTP/1.1 does with requests and answers that come and go in pieces.

use crossgate_testkit::{Reply, World, story};

const HOST: &str = "Host: shop.example.com\r\n";

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\n{HOST}\r\n")
}

#[test]
fn a_thousand_requests_in_one_breath_are_answered_in_their_order() {
    story(async {
        let world = World::new().await;
        world.app.on("GET /n", |seen| Reply::body(200, "text/plain", seen.target.clone()));
        let mut wire = world.wire().await;
        let requests: String = (0..1000).map(|number| get(&format!("/n?{number}"))).collect();
        wire.send(requests).await;
        for number in 0..1000 {
            assert_eq!(wire.answer().await.text(), format!("/n?{number}"));
        }
    });
}

#[test]
fn after_head_no_content_and_not_modified_the_connection_goes_on() {
    story(async {
        let world = World::new().await;
        world.app.on("GET /none", |_| Reply::raw("HTTP/1.1 204 No Content\r\n\r\n"));
        world.app.on("GET /same", |_| Reply::raw("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n"));
        world.app.on("HEAD /x", |_| Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n"));
        let mut wire = world.wire().await;
        for _ in 0..2 {
            for (path, status) in [("/none", 204), ("/same", 304)] {
                wire.send(get(path)).await;
                let answer = wire.head().await;
                assert_eq!(answer.status, status);
                assert!(
                    answer.header("content-length").is_none() && answer.header("transfer-encoding").is_none(),
                    "{answer:?}"
                );
            }
            wire.send(format!("HEAD /x HTTP/1.1\r\n{HOST}\r\n")).await;
            let answer = wire.answer_to_head().await;
            assert_eq!((answer.status, answer.header("content-length")), (200, Some("1234")));
        }
        wire.send(get("/good")).await;
        assert_eq!(wire.answer().await.status, 200);
    });
}

#[test]
fn an_old_client_gets_no_chunks_and_no_kept_connection_unless_it_asks() {
    story(async {
        let world = World::new().await;
        world.app.on("GET /parts", |_| {
            Reply::raw(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n",
            )
        });
        let answered = world.raw(format!("GET /parts HTTP/1.0\r\n{HOST}\r\n")).await;
        assert!(answered.starts_with("HTTP/1.0 200 ") && answered.ends_with("\r\n\r\nabcdef"), "{answered}");
        assert!(!answered.contains("chunked"), "{answered}");
        let mut wire = world.wire().await;
        for _ in 0..2 {
            wire.send(format!("GET /x HTTP/1.0\r\n{HOST}Connection: keep-alive\r\n\r\n")).await;
            let answer = wire.answer().await;
            assert_eq!((answer.status, answer.header("connection")), (200, Some("keep-alive")));
        }
    });
}

#[test]
fn whoever_says_close_is_answered_and_the_connection_ends() {
    story(async {
        let world = World::new().await;
        let answered = world
            .raw(format!("GET /x HTTP/1.1\r\n{HOST}Connection: foo, Close\r\n\r\n{}", get("/behind")))
            .await;
        assert_eq!(answered.matches("HTTP/1.1 200 ").count(), 1, "{answered}");
        assert!(answered.contains("connection: close\r\n"), "{answered}");
        assert_eq!(world.app.count("GET /behind"), 0);
    });
}

#[test]
fn the_next_request_waits_until_an_upload_behind_an_early_answer_is_over() {
    story(async {
        let world = World::new().await;
        world.app.on_head("POST /upload", |_| Reply::body(200, "text/plain", "early"));
        let mut wire = world.wire().await;
        wire.send(format!("POST /upload HTTP/1.1\r\n{HOST}Content-Length: 400000\r\n\r\n")).await;
        assert_eq!(wire.answer().await.text(), "early");
        wire.send("x".repeat(400_000)).await;
        wire.send(get("/next")).await;
        let answer = wire.answer().await;
        assert_eq!(answer.status, 200);
        assert_eq!(world.app.count("GET /next"), 1);
    });
}

#[test]
fn a_reader_that_is_gone_ends_what_it_asked_for() {
    story(async {
        let world = World::new().await;
        let (reply, feed) = Reply::stream("text/plain");
        let reply = std::cell::Cell::new(Some(reply));
        world.app.on("GET /slow", move |_| reply.take().unwrap());
        let mut wire = world.wire().await;
        wire.send(get("/slow")).await;
        let _ = wire.head().await;
        wire.finish().await;
        feed.closed().await;
    });
}

#[test]
fn a_large_answer_comes_whole_whatever_the_pieces() {
    story(async {
        let world = World::new().await;
        world.app.on("GET /large", |_| Reply::body(200, "text/plain", "0123456789".repeat(300_000)));
        let mut wire = world.wire().await;
        for _ in 0..2 {
            wire.send(get("/large")).await;
            assert_eq!(wire.answer().await.text(), "0123456789".repeat(300_000));
        }
    });
}

#[test]
fn an_answer_says_when_it_was_made_once() {
    story(async {
        let world = World::new().await;
        world.app.on("GET /dated", |_| {
            Reply::raw("HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n")
        });
        let ours = world.raw(format!("GET /api/orders HTTP/1.1\r\n{HOST}Connection: close\r\n\r\n")).await;
        assert!(ours.contains("date: Thu, 01 Jan 2026 00:00:00 GMT\r\n"), "{ours}");
        let theirs = world.raw(format!("GET /dated HTTP/1.1\r\n{HOST}Connection: close\r\n\r\n")).await;
        assert_eq!(theirs.matches("date: ").count(), 1, "{theirs}");
        assert!(theirs.contains("1970"), "{theirs}");
    });
}

#[test]
fn a_client_that_is_not_told_to_go_on_must_begin_anew() {
    story(async {
        let world = World::new().await;
        let mut wire = world.wire().await;
        wire.send(format!(
            "POST /api/orders HTTP/1.1\r\n{HOST}Content-Length: 5\r\nExpect: 100-continue\r\n\r\n"
        ))
        .await;
        let answer = wire.answer().await;
        assert_eq!((answer.status, answer.header("connection")), (401, Some("close")));
        wire.send(get("/smuggled")).await;
        assert_eq!(wire.rest().await, "");
        assert_eq!(world.app.count("GET /smuggled"), 0);
    });
}

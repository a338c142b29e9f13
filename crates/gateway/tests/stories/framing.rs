//! Requests with two meanings, over real connections (RFC 9112).

use crossgate_testkit::{World, story};

/// `lines` of a head; the request line stands first.
fn head(lines: &[&str]) -> String {
    format!("{}\r\n\r\n", lines.join("\r\n"))
}

const GOOD: &str = "GET /good HTTP/1.1\r\nHost: shop.example.com\r\n\r\n";
const HOST: &str = "Host: shop.example.com";

/// Every one of these is answered with 400 and the connection closes.
const AMBIGUOUS: [&[&str]; 33] = [
    &["GET  / HTTP/1.1", HOST],
    &["GET / HTTP/1.1 ", HOST],
    &["GET / HTTP/2.0", HOST],
    &["GET / HTTP/0.9", HOST],
    &["GET /", HOST],
    &["GET /\t HTTP/1.1", HOST],
    &["G(T / HTTP/1.1", HOST],
    &["GET /a#b HTTP/1.1", HOST],
    &["GET /\u{e4} HTTP/1.1", HOST],
    &["", "GET / HTTP/1.1", HOST],
    &["GET / HTTP/1.1"],
    &["GET / HTTP/1.1", "Host:"],
    &["GET / HTTP/1.1", HOST, HOST],
    &["GET / HTTP/1.1", HOST, "Host: evil.test"],
    &["GET / HTTP/1.1", HOST, "X : 1"],
    &["GET / HTTP/1.1", HOST, "X\t: 1"],
    &["GET / HTTP/1.1", HOST, " folded: x"],
    &["GET / HTTP/1.1", HOST, "X: 1", "\tfolded"],
    &["GET / HTTP/1.1", HOST, ": 1"],
    &["GET / HTTP/1.1", HOST, "no colon"],
    &["GET / HTTP/1.1", HOST, "X: a\0b"],
    &["GET / HTTP/1.1", HOST, "X: a\rb"],
    &["POST / HTTP/1.1", HOST, "Content-Length: 3", "Transfer-Encoding: chunked"],
    &["POST / HTTP/1.1", HOST, "Content-Length: 3", "Content-Length: 3"],
    &["POST / HTTP/1.1", HOST, "Content-Length: 3", "Content-Length: 4"],
    &["POST / HTTP/1.1", HOST, "Content-Length: 3, 3"],
    &["POST / HTTP/1.1", HOST, "Content-Length: +3"],
    &["POST / HTTP/1.1", HOST, "Content-Length: -1"],
    &["POST / HTTP/1.1", HOST, "Transfer-Encoding: gzip, chunked"],
    &["POST / HTTP/1.1", HOST, "Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
    &["POST / HTTP/1.1", HOST, "Transfer-Encoding: xchunked"],
    &["POST / HTTP/1.1", HOST, "Transfer-Encoding:\u{b}chunked"],
    &["POST / HTTP/1.0", HOST, "Transfer-Encoding: chunked"],
];

#[test]
fn an_ambiguous_head_is_refused_and_nothing_behind_it_is_read() {
    story(async {
        let world = World::new().await;
        for lines in AMBIGUOUS {
            let bytes =
                format!("{}0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: shop.example.com\r\n\r\n", head(lines));
            let answered = world.raw(bytes).await;
            assert!(answered.starts_with("HTTP/1.1 400 "), "{lines:?}: {answered}");
            assert_eq!(answered.matches("HTTP/1.1 ").count(), 1, "{lines:?}: {answered}");
            assert!(answered.to_lowercase().contains("connection: close"), "{lines:?}: {answered}");
            assert!(answered.contains("\"bad_framing\""), "{lines:?}: {answered}");
        }
        assert!(world.app.seen().is_empty(), "{:?}", world.app.seen());
    });
}

#[test]
fn behind_a_good_request_a_bad_one_is_refused_in_its_turn() {
    story(async {
        let world = World::new().await;
        for lines in AMBIGUOUS {
            let seen = world.app.seen().len();
            let answered =
                world.raw(format!("{GOOD}{}GET /smuggled HTTP/1.1\r\n{HOST}\r\n\r\n", head(lines))).await;
            let good = answered.find("HTTP/1.1 200 ");
            let refused = answered.find("HTTP/1.1 400 ");
            assert!(good.is_some() && good < refused, "{lines:?}: {answered}");
            assert_eq!(answered.matches("HTTP/1.1 ").count(), 2, "{lines:?}: {answered}");
            assert_eq!(world.app.seen().len(), seen + 1, "{lines:?}");
            assert_eq!(world.app.last().target, "/good");
        }
    });
}

#[test]
fn a_line_feed_alone_ends_nothing() {
    story(async {
        let world = World::new().await;
        for bytes in [
            "GET / HTTP/1.1\nHost: shop.example.com\n\n",
            "GET / HTTP/1.1\r\nHost: shop.example.com\n\r\n",
            "GET / HTTP/1.1\r\nHost: shop.example.com\r\n\n",
            "\nGET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n",
        ] {
            let answered = world.raw(bytes).await;
            assert!(answered.starts_with("HTTP/1.1 400 "), "{bytes:?}: {answered}");
        }
        assert!(world.app.seen().is_empty());
    });
}

#[test]
fn good_requests_in_one_breath_are_answered_in_their_order() {
    story(async {
        let world = World::new().await;
        let post = "POST /b HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 5\r\n\r\nhello";
        let chunked = "POST /c HTTP/1.1\r\nHost: shop.example.com\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\n";
        let last = "GET /d HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n";
        let answered = world.raw(format!("{GOOD}{post}{chunked}{last}")).await;
        assert_eq!(answered.matches("HTTP/1.1 200 ").count(), 4, "{answered}");
        let seen = world.app.seen();
        let targets: Vec<&str> = seen.iter().map(|seen| seen.target.as_str()).collect();
        assert_eq!(targets, ["/good", "/b", "/c", "/d"]);
        assert_eq!((seen[1].text(), seen[2].text()), ("hello".into(), "abc".into()));
        assert!(!seen[2].has("t"), "trailers are dropped");
    });
}

#[test]
fn the_network_may_cut_a_request_anywhere() {
    story(async {
        let world = World::new().await;
        let request = "POST /x HTTP/1.1\r\nHost: shop.example.com\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
        let mut wire = world.wire().await;
        for byte in request.as_bytes() {
            wire.send([*byte]).await;
            tokio::task::yield_now().await;
        }
        assert!(wire.rest().await.starts_with("HTTP/1.1 200 "));
        assert_eq!(world.app.last().text(), "hello");
    });
}

#[test]
fn malformed_chunks_end_the_request_and_the_connection() {
    story(async {
        let world = World::new().await;
        for body in [
            "\r\n",
            "x\r\n",
            "5\nhello\n0\n\n",
            "5\r\nhelloX\r\n0\r\n\r\n",
            "5\r\nhello\n0\r\n\r\n",
            "-1\r\n\r\n",
            "0x5\r\nhello\r\n0\r\n\r\n",
            "5 \r\nhello\r\n0\r\n\r\n",
            "1000000000000000\r\n",
            "fffffffffffffffff\r\n",
            "5;a\nb\r\nhello\r\n0\r\n\r\n",
            "0\r\n folded: x\r\n\r\n",
            "0\r\n\n",
        ] {
            let head = "POST /x HTTP/1.1\r\nHost: shop.example.com\r\nTransfer-Encoding: chunked\r\n\r\n";
            let answered = world.raw(format!("{head}{body}{GOOD}")).await;
            assert!(!answered.contains("HTTP/1.1 200 "), "{body:?}: {answered}");
            assert!(answered.matches("HTTP/1.1 ").count() < 2, "{body:?}: {answered}");
        }
        assert_eq!(world.app.count("GET /good"), 0);
        assert!(world.app.seen().iter().all(|seen| !seen.complete), "{:?}", world.app.seen());
    });
}

#[test]
fn a_body_that_breaks_off_is_never_whole_for_the_upstream() {
    story(async {
        let world = World::new().await;
        let mut wire = world.wire().await;
        wire.send("POST /x HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 100\r\n\r\nhalf").await;
        world.app.wait_until(|seen| seen.iter().any(|seen| seen.text() == "half")).await;
        wire.finish().await;
        assert!(!wire.rest().await.contains("HTTP/1.1 200 "));
        assert!(!world.app.last().complete);
    });
}

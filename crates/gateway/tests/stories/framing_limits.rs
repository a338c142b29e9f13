//! Requests that are too large or too slow.

use crossgate_testkit::{World, story};

#[test]
fn a_head_beyond_the_limits_is_refused() {
    story(async {
        let world = World::with("limits = { head = '2KiB', headers = 20 }").await;
        let long = format!("X: {}\r\n", "x".repeat(2100));
        let many = "X: y\r\n".repeat(20);
        for lines in [&long, &many] {
            let answered =
                world.raw(format!("GET / HTTP/1.1\r\nHost: shop.example.com\r\n{lines}\r\n")).await;
            assert!(answered.starts_with("HTTP/1.1 431 "), "{answered}");
            assert!(answered.contains("\"head_too_large\""), "{answered}");
        }
        let long_target = format!("GET /{} HTTP/1.1\r\nHost: shop.example.com\r\n\r\n", "x".repeat(2100));
        assert!(world.raw(long_target).await.starts_with("HTTP/1.1 431 "));
        assert!(world.app.seen().is_empty());
        let fits = format!("GET / HTTP/1.1\r\nHost: shop.example.com\r\n{}\r\n", "X: y\r\n".repeat(19));
        assert_eq!(world.ask(fits).await.status, 200);
    });
}

#[test]
fn a_head_that_never_ends_is_cut_off() {
    story(async {
        let world = World::with("limits = { head_timeout = '200ms' }").await;
        for beginning in ["", "GET", "GET / HTTP/1.1\r\nHost: shop.example.com\r\nX: "] {
            let answered = world.raw(beginning).await;
            assert!(!answered.contains("HTTP/1.1 200 "), "{beginning:?}: {answered}");
        }
        // One byte now and then is no excuse: the whole head has one limit.
        let mut wire = world.wire().await;
        let closed = async {
            loop {
                wire.send("G").await;
                tokio::select! {
                    bytes = wire.bytes() => if bytes.is_empty() { return },
                    () = tokio::time::sleep(std::time::Duration::from_millis(20)) => {}
                }
            }
        };
        closed.await;
        assert!(world.app.seen().is_empty());
    });
}

#[test]
fn an_idle_connection_is_closed() {
    story(async {
        let world = World::with("limits = { head_timeout = '200ms' }").await;
        let mut wire = world.wire().await;
        wire.send("GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n").await;
        assert_eq!(wire.answer().await.status, 200);
        assert_eq!(wire.rest().await, "");
    });
}

#[test]
fn connections_beyond_the_limit_are_told_to_come_back() {
    story(async {
        let world = World::with("limits = { connections = 2 }").await;
        let request = "GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n";
        let (mut first, mut second) = (world.wire().await, world.wire().await);
        for wire in [&mut first, &mut second] {
            wire.send(request).await;
            assert_eq!(wire.answer().await.status, 200);
        }
        let answered = world.raw(request).await;
        assert!(answered.starts_with("HTTP/1.1 503 ") && answered.contains("\"busy\""), "{answered}");
        assert!(answered.contains("retry-after: "), "{answered}");
        assert_eq!(world.app.seen().len(), 2);
        first.finish().await;
        assert_eq!(first.rest().await, "");
        assert_eq!(world.ask(request).await.status, 200, "there is room again");
    });
}

#[test]
fn extensions_and_trailers_without_end_are_refused() {
    story(async {
        let world = World::new().await;
        let long = "x".repeat(300);
        for endless in [
            format!("4;{long}"),
            format!("0;{long}"),
            format!("0\r\nX-Trailer: {}", long.repeat(30)),
            format!("0\r\n{}", "T: v\r\n".repeat(3000)),
        ] {
            let head =
                "POST /upload HTTP/1.1\r\nHost: shop.example.com\r\nTransfer-Encoding: chunked\r\n\r\n";
            let answered = world.raw(format!("{head}1\r\nx\r\n{endless}")).await;
            assert!(
                answered.starts_with("HTTP/1.1 400 ") && answered.contains("\"bad_framing\""),
                "{answered}"
            );
            assert_eq!(answered.matches("HTTP/1.1 ").count(), 1, "nothing behind it is read: {answered}");
        }
        assert!(world.app.seen().iter().all(|seen| !seen.complete));
    });
}

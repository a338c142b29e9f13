//! Clients that ask for something and do not take it.

use std::cell::Cell;
use std::time::Duration;

use crossgate_testkit::{Feed, Reply, Wire, World, in_no_time, let_others_run, story};
use tokio::time::sleep;

const PATIENCE: &str = "limits = { reader_timeout = '3s' }";
const REQUEST: &str = "GET /stream HTTP/1.1\r\nHost: shop.example.com\r\n\r\n";

/// Somebody to whom the app talks piece by piece.
async fn listener(world: &World) -> (Wire, Feed) {
    let (reply, feed) = Reply::stream("text/event-stream");
    let reply = Cell::new(Some(reply));
    world.app.on("GET /stream", move |_| reply.take().unwrap());
    let mut wire = world.wire().await;
    wire.send(REQUEST).await;
    assert_eq!(wire.head().await.status, 200);
    (wire, feed)
}

/// More than any buffer on the way holds.
fn say_too_much(feed: &Feed) {
    let piece = "x".repeat(1024 * 1024);
    (0..64).for_each(|_| feed.send(&piece));
}

#[test]
fn who_takes_nothing_for_too_long_is_cut_and_the_upstream_is_free() {
    story(async {
        let world = World::with(PATIENCE).await;
        let (mut wire, feed) = listener(&world).await;
        say_too_much(&feed);
        in_no_time(feed.closed()).await;
        let mut got = 0;
        loop {
            let bytes = wire.bytes().await;
            if bytes.is_empty() {
                break;
            }
            got += bytes.len();
        }
        assert!(got < 64 * 1024 * 1024, "{got}: what was on its way, and no more");
    });
}

#[test]
fn who_takes_something_now_and_then_gets_everything() {
    story(async {
        let world = World::with(PATIENCE).await;
        let (mut wire, feed) = listener(&world).await;
        say_too_much(&feed);
        let mut got = 0;
        while got < 64 * 1024 * 1024 {
            in_no_time(sleep(Duration::from_secs(2))).await;
            let enough = got + 16 * 1024 * 1024;
            while got < enough.min(64 * 1024 * 1024) {
                got += wire.piece().await.len();
            }
        }
        feed.send("the end");
        assert_eq!(wire.piece().await, b"the end");
    });
}

#[test]
fn a_stream_that_has_nothing_to_say_is_not_cut() {
    story(async {
        let world = World::with(PATIENCE).await;
        let (mut wire, feed) = listener(&world).await;
        for event in ["data: 1\n\n", "data: 2\n\n"] {
            in_no_time(sleep(Duration::from_secs(10))).await;
            feed.send(event);
            assert_eq!(wire.piece().await, event.as_bytes());
        }
    });
}

#[test]
fn a_web_socket_that_is_silent_is_not_cut() {
    story(async {
        let world = World::with("limits = { reader_timeout = '3s', body_timeout = '3s' }").await;
        world.app.on("GET /stream", |_| Reply::echo_websocket());
        let mut wire = world.wire().await;
        let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nOrigin: https://shop.example.com\r\n\r\n";
        wire.send(REQUEST.replace("\r\n\r\n", &format!("\r\n{upgrade}"))).await;
        assert_eq!(wire.head().await.status, 101);
        for said in ["one", "two"] {
            in_no_time(sleep(Duration::from_secs(10))).await;
            wire.send(said).await;
            assert_eq!(wire.bytes().await, said.as_bytes());
        }
    });
}

/// The app takes its time; whoever waits for it is not to blame.
#[test]
fn an_answer_that_comes_late_cuts_nobody() {
    story(async {
        let world = World::with(PATIENCE).await;
        let gate = world.app.hold("GET /late");
        let mut wire = world.wire().await;
        wire.send("GET /late HTTP/1.1\r\nHost: shop.example.com\r\n\r\n").await;
        let_others_run().await;
        in_no_time(sleep(Duration::from_secs(10))).await;
        gate.open();
        assert_eq!(wire.answer().await.status, 200);
    });
}

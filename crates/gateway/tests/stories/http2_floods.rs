//! Clients of HTTP/2 who say much and mean nothing. Every byte is theirs.

use crossgate_testkit::{Feed, Http2Client, Reply, Wire, World, in_no_time, story};
use http::Request;

const SETTINGS: u8 = 0x4;
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let [_, high, middle, low] = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&[high, middle, low, kind, flags], &stream.to_be_bytes()[..], payload].concat()
}

/// `GET /` of the shop, without compression (RFC 7541 §6.2.2): `:method`, `:scheme`, `:path` are in the static table.
fn head(path: &str) -> Vec<u8> {
    let literal =
        |index: u8, value: &str| [&[index, u8::try_from(value.len()).unwrap()], value.as_bytes()].concat();
    [vec![0x82, 0x87], literal(0x04, path), literal(0x01, "shop.example.com")].concat()
}

async fn begin(world: &World) -> Wire {
    let mut wire = world.wire().await;
    wire.send([PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()).await;
    wire
}

async fn world() -> World {
    World::with("listen = { http2 = 'cleartext' }").await
}

/// Says it again and again until the gateway closes the connection; gives how many times that was.
async fn times_until_cut(wire: &mut Wire, say: impl Fn(u32) -> Vec<u8>) -> u32 {
    for round in 0..2000 {
        let many: Vec<u8> = (0..50).flat_map(|index| say(round * 50 + index)).collect();
        wire.send(many).await;
        if wire.is_closed().await {
            return round * 50;
        }
    }
    panic!("the gateway takes everything");
}

async fn goes_on_serving(world: &World) {
    let client = Http2Client::open(world.stream().await).await.0;
    let request = Request::builder().uri("https://shop.example.com/").body(String::new()).unwrap();
    assert_eq!(client.ask(request).await.status, 200);
}

async fn is_cut(say: impl Fn(u32) -> Vec<u8>) {
    let world = world().await;
    let times = times_until_cut(&mut begin(&world).await, say).await;
    assert!(times < 10_000, "{times}");
    goes_on_serving(&world).await;
}

#[test]
fn pings_are_cut() {
    story(is_cut(|_| frame(0x6, 0, 0, &[0; 8])));
}

#[test]
fn settings_are_cut() {
    story(is_cut(|_| frame(SETTINGS, 0, 0, &[])));
}

#[test]
fn priorities_are_cut() {
    story(is_cut(|round| frame(0x2, 0, 2 * round + 1, &[0, 0, 0, 0, 1])));
}

#[test]
fn frames_that_nobody_knows_are_cut() {
    story(is_cut(|_| frame(0xfe, 0, 0, b"x")));
}

#[test]
fn windows_are_cut() {
    story(is_cut(|_| frame(0x8, 0, 0, &[0, 0, 0, 1])));
}

#[test]
fn empty_data_is_cut() {
    story(async {
        let world = world().await;
        let mut wire = begin(&world).await;
        let post = [&[0x83, 0x87, 0x84][..], &head("/")[5..]].concat();
        wire.send(frame(0x1, 0x4, 1, &post)).await;
        let times = times_until_cut(&mut wire, |_| frame(0x0, 0, 1, &[])).await;
        assert!(times < 10_000, "{times}");
        goes_on_serving(&world).await;
    });
}

#[test]
fn a_head_that_never_ends_is_cut() {
    story(async {
        let world = world().await;
        let mut wire = begin(&world).await;
        wire.send(frame(0x1, 0, 1, &head("/"))).await;
        let times = times_until_cut(&mut wire, |_| frame(0x9, 0, 1, b"\x00\x01x\x01y")).await;
        assert!(times < 10_000, "{times}");
        goes_on_serving(&world).await;
        assert_eq!(world.app.count("GET /"), 1);
    });
}

#[test]
fn requests_that_are_taken_back_at_once_are_cut() {
    story(async {
        let world = world().await;
        let rapid = |round| {
            let stream = 2 * round + 1;
            [frame(0x1, 0x5, stream, &head("/")), frame(0x3, 0, stream, &[0, 0, 0, 8])].concat()
        };
        let times = times_until_cut(&mut begin(&world).await, rapid).await;
        assert!(times < 1000, "{times}");
        goes_on_serving(&world).await;
    });
}

#[test]
fn a_connection_on_which_nothing_happens_is_closed() {
    story(async {
        let world =
            World::with("listen = { http2 = 'cleartext' }\nlimits = { head_timeout = '200ms' }").await;
        let mut idle = begin(&world).await;
        idle.rest().await;
        let mut unfinished = begin(&world).await;
        unfinished.send(frame(0x1, 0, 1, &head("/"))).await;
        unfinished.rest().await;
        assert!(world.app.seen().is_empty());
    });
}

#[test]
fn more_streams_than_allowed_are_refused_one_by_one() {
    story(async {
        let world = world().await;
        let gate = world.app.hold("GET /");
        let mut wire = begin(&world).await;
        let many: Vec<u8> = (0..300).flat_map(|index| frame(0x1, 0x5, 2 * index + 1, &head("/"))).collect();
        wire.send(many).await;
        world.app.wait_until(|seen| seen.len() >= 100).await;
        crossgate_testkit::let_others_run().await;
        assert_eq!(world.app.seen().len(), 100);
        gate.open();
    });
}

#[test]
fn a_body_that_stops_coming_is_given_up() {
    story(async {
        let world = World::with("listen = { http2 = 'cleartext' }\nlimits = { body_timeout = '3s' }").await;
        let mut wire = begin(&world).await;
        // END_HEADERS, and no END_STREAM: a body follows.
        wire.send(frame(0x1, 0x4, 1, &[&[0x83], &head("/upload")[1..]].concat())).await;
        wire.send(frame(0x0, 0, 1, b"half")).await;
        world.app.wait_until(|seen| seen.iter().any(|seen| seen.text() == "half")).await;
        let mut answered = Vec::new();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        in_no_time(async {
            while !text(&answered).contains("body_too_slow") {
                answered.extend(wire.bytes().await);
            }
        })
        .await;
        assert!(!world.app.last().complete, "the upstream never takes it for whole");
        goes_on_serving(&world).await;
    });
}

/// With the rest of a `GET`: it has no body.
fn get(stream: u32, path: &str) -> Vec<u8> {
    frame(0x1, 0x5, stream, &head(path))
}

async fn stream_of(world: &World) -> (Wire, Feed) {
    let (reply, feed) = Reply::stream("text/event-stream");
    let reply = std::cell::Cell::new(Some(reply));
    world.app.on("GET /stream", move |_| reply.take().unwrap());
    let mut wire = begin(world).await;
    wire.send(get(1, "/stream")).await;
    world.app.wait_until(|seen| !seen.is_empty()).await;
    (wire, feed)
}

const IMPATIENT: &str =
    "listen = { http2 = 'cleartext' }\nlimits = { reader_timeout = '3s', head_timeout = '1s' }";

#[test]
fn who_opens_no_window_for_what_they_asked_for_is_cut() {
    story(async {
        let world = World::with(IMPATIENT).await;
        let (mut wire, feed) = stream_of(&world).await;
        feed.send(&"x".repeat(1024 * 1024));
        in_no_time(feed.closed()).await;
        while !wire.bytes().await.is_empty() {}
        goes_on_serving(&world).await;
    });
}

#[test]
fn a_stream_that_has_nothing_to_say_is_not_cut() {
    story(async {
        let world = World::with(IMPATIENT).await;
        let (mut wire, feed) = stream_of(&world).await;
        let mut heard = String::new();
        for event in ["first", "second"] {
            in_no_time(tokio::time::sleep(std::time::Duration::from_secs(10))).await;
            feed.send(event);
            while !heard.contains(event) {
                heard += &String::from_utf8_lossy(&wire.bytes().await);
            }
        }
    });
}

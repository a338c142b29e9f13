//! What is open for a session ends with it.

use std::cell::Cell;
use std::time::Duration;

use crossgate_testkit::{
    ADA, BOB, Browser, Feed, Operation, Reply, Upstream, Wire, World, let_others_run, story,
};

use super::websocket::upgrade;

const MINUTE: Duration = Duration::from_secs(60);
const LIMITS: &str = "session = { idle_timeout = '30m', absolute_timeout = '2h' }";

/// Both ends of something open.
struct Open {
    wire: Wire,
    feed: Feed,
    is_socket: bool,
}

fn once(reply: Reply) -> impl Fn(&crossgate_testkit::Seen) -> Reply {
    let reply = Cell::new(Some(reply));
    move |_| reply.take().unwrap()
}

impl Open {
    async fn events(upstream: &Upstream, browser: &mut Browser, path: &str) -> Self {
        let (reply, feed) = Reply::stream("text/event-stream");
        upstream.on(&format!("GET {path}"), once(reply));
        let mut wire = browser.fetch("GET", path).start().await;
        assert_eq!(wire.head().await.status, 200);
        let mut open = Self { wire, feed, is_socket: false };
        open.goes_on().await;
        open
    }

    async fn socket(upstream: &Upstream, browser: &mut Browser, path: &str) -> Self {
        let (reply, feed) = Reply::watched_websocket();
        upstream.on(&format!("GET {path}"), once(reply));
        let mut wire = upgrade(browser, path).start().await;
        assert_eq!(wire.head().await.status, 101);
        let mut open = Self { wire, feed, is_socket: true };
        open.goes_on().await;
        open
    }

    /// An event stream and a socket of this browser.
    async fn both(world: &World, browser: &mut Browser) -> [Self; 2] {
        [
            Self::events(&world.api, browser, "/api/events").await,
            Self::socket(&world.api, browser, "/api/live").await,
        ]
    }

    async fn goes_on(&mut self) {
        if self.is_socket {
            self.wire.send("ping").await;
            assert_eq!(self.wire.bytes().await, b"ping");
        } else {
            self.feed.send("data: 1\n\n");
            assert_eq!(self.wire.piece().await, b"data: 1\n\n");
        }
    }

    /// Both sides notice, and nobody can take what came for all that there was.
    async fn breaks_off(mut self) {
        assert_eq!(self.wire.rest().await, "", "socket: {}", self.is_socket);
        self.feed.closed().await;
    }
}

async fn all_go_on(open: &mut [Open]) {
    for one in open {
        one.goes_on().await;
    }
}

async fn all_break_off(open: impl IntoIterator<Item = Open>) {
    for one in open {
        one.breaks_off().await;
    }
}

/// What must not be touched when Ada's session ends: Bob's, and nobody's.
async fn of_others(world: &World) -> Vec<Open> {
    let mut bob = world.browser_of(BOB).await;
    let mut others = Vec::from(Open::both(world, &mut bob).await);
    let mut stranger = world.browser();
    others.push(Open::events(&world.app, &mut stranger, "/events").await);
    others.push(Open::socket(&world.app, &mut stranger, "/live").await);
    others
}

pub(crate) async fn sign_out_everywhere(browser: &mut Browser) {
    let token = browser.csrf_token().await;
    let fields = [("csrfToken", token.as_str()), ("everywhere", "true"), ("json", "true")];
    let _ = browser.fetch("POST", "/api/auth/signout").form(&fields).send().await.expect_status(200);
}

/// Ends the other session of the person whose browser this is.
async fn end_the_other(browser: &mut Browser) {
    let sessions = browser.get("/api/auth/sessions").await.expect_status(200).json();
    let sessions = sessions["sessions"].as_array().unwrap().clone();
    let other = sessions.iter().find(|session| session["current"] == false).unwrap();
    let path = format!("/api/auth/sessions/{}", other["id"].as_str().unwrap());
    let _ = browser.fetch("DELETE", &path).with_token().await.send().await.expect_status(204);
}

#[test]
fn signing_out_ends_what_is_open_in_this_browser_only() {
    story(async {
        let world = World::new().await;
        let (mut laptop, mut phone) = (world.signed_in().await, world.signed_in().await);
        let open = Open::both(&world, &mut laptop).await;
        let mut others = of_others(&world).await;
        others.extend(Open::both(&world, &mut phone).await);
        let _ = laptop.sign_out().await.expect_status(200);
        all_break_off(open).await;
        all_go_on(&mut others).await;
    });
}

#[test]
fn signing_out_everywhere_ends_what_is_open_in_other_browsers() {
    story(async {
        let world = World::new().await;
        let (mut laptop, mut phone) = (world.signed_in().await, world.signed_in().await);
        let open = Open::both(&world, &mut laptop).await;
        let mut others = of_others(&world).await;
        sign_out_everywhere(&mut phone).await;
        all_break_off(open).await;
        all_go_on(&mut others).await;
    });
}

#[test]
fn a_session_that_is_ended_from_another_browser_takes_its_streams_along() {
    story(async {
        let world = World::new().await;
        let (mut laptop, mut phone) = (world.signed_in().await, world.signed_in().await);
        let open = Open::both(&world, &mut laptop).await;
        let mut others = of_others(&world).await;
        others.extend(Open::both(&world, &mut phone).await);
        end_the_other(&mut phone).await;
        all_break_off(open).await;
        all_go_on(&mut others).await;
    });
}

#[test]
fn a_new_sign_in_ends_what_is_open_for_the_session_before() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        let open = Open::both(&world, &mut browser).await;
        let mut others = of_others(&world).await;
        let _ = browser.sign_in(ADA).await.expect_status(200);
        all_break_off(open).await;
        all_go_on(&mut others).await;
    });
}

#[test]
fn a_provider_that_ends_the_session_ends_its_streams() {
    story(async {
        let world = World::with_providers("").await;
        let mut browser = world.browser();
        let _ = browser.sign_in_at_provider(&world, "good", "ada").await;
        let open = [Open::events(&world.app, &mut browser, "/events").await];
        let token = world.provider().logout_token("ada", |_| {});
        let mut server = world.browser();
        let fetch = server.fetch("POST", "/api/auth/backchannel-logout/good");
        let headers = ["origin", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"];
        let fetch = headers.into_iter().fold(fetch, |fetch, name| fetch.without(name));
        let _ = fetch.form(&[("logout_token", &token)]).send().await.expect_status(200);
        all_break_off(open).await;
    });
}

#[test]
fn a_stream_alone_is_no_activity() {
    story(async {
        let world = World::with(LIMITS).await;
        let mut browser = world.signed_in().await;
        let mut open = Open::both(&world, &mut browser).await;
        let mut stranger = Open::events(&world.app, &mut world.browser(), "/events").await;
        world.let_pass(29 * MINUTE);
        assert_eq!(world.sweep().await, Ok(0));
        all_go_on(&mut open).await;
        world.let_pass(MINUTE);
        assert_eq!(world.sweep().await, Ok(1));
        all_break_off(open).await;
        stranger.goes_on().await;
    });
}

#[test]
fn activity_beside_a_stream_keeps_it_open_up_to_the_absolute_limit() {
    story(async {
        let world = World::with(LIMITS).await;
        let mut browser = world.signed_in().await;
        let mut open = Open::both(&world, &mut browser).await;
        for _ in 0..7 {
            world.let_pass(17 * MINUTE);
            let _ = browser.open("/dashboard").await.expect_status(200);
            assert_eq!(world.sweep().await, Ok(0));
            all_go_on(&mut open).await;
        }
        world.let_pass(MINUTE);
        assert_eq!(world.sweep().await, Ok(1));
        all_break_off(open).await;
    });
}

#[test]
fn an_answer_that_was_finished_is_whole_and_its_connection_goes_on() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        let request = browser.fetch("GET", "/api/orders").bytes();
        let Open { mut wire, feed, .. } = Open::events(&world.api, &mut browser, "/api/events").await;
        drop(feed);
        assert_eq!(wire.piece().await, b"");
        let _ = browser.sign_out().await.expect_status(200);
        wire.send(&request).await;
        assert_eq!(wire.answer().await.refusal(), (401, "session_ended".into()));
    });
}

/// An answer that is large is no different from one that takes long, even while nobody reads it.
#[test]
fn a_download_breaks_off_too() {
    story(async {
        const LARGE: usize = 512 * 1024 * 1024;
        let world = World::new().await;
        world.api.on("GET /api/large", |_| Reply::flood(LARGE));
        let mut browser = world.signed_in().await;
        let mut wire = browser.fetch("GET", "/api/large").start().await;
        let _ = wire.head().await;
        let_others_run().await;
        let _ = browser.sign_out().await.expect_status(200);
        let taken = world.api.flooded();
        let rest = wire.rest().await;
        assert!(rest.len() < 64 * 1024 * 1024, "{} bytes, {taken} of them before", rest.len());
    });
}

/// The laptop's stream is asked for, and its session is read, but the gateway does not know yet what was found. What
/// happens meanwhile keeps that session out of the cache.
async fn while_the_session_is_read<T>(
    world: &World,
    laptop: &mut Browser,
    meanwhile: impl AsyncFnOnce() -> T,
) -> (Open, T) {
    let (reply, feed) = Reply::stream("text/event-stream");
    world.api.on("GET /api/events", once(reply));
    let loads = world.store.calls(Operation::Load);
    world.store.hold_next(Operation::Load);
    let mut wire = laptop.fetch("GET", "/api/events").start().await;
    while world.store.calls(Operation::Load) == loads {
        let_others_run().await;
    }
    let outcome = meanwhile().await;
    world.store.let_go();
    assert_eq!(wire.head().await.status, 200);
    (Open { wire, feed, is_socket: false }, outcome)
}

/// Two browsers of Ada and one of Bob. The gateway has forgotten the first one's session.
async fn ada_twice_and_bob(world: &mut World) -> [Browser; 3] {
    let before = [world.signed_in().await, world.signed_in().await, world.browser_of(BOB).await];
    world.restart_with("").await;
    let mut browsers = before.map(|browser| {
        let mut again = world.browser();
        let cookie = browser.session_cookie().unwrap();
        again.keep_cookie(&format!("__Host-Http-crossgate={cookie}; Path=/; Secure; HttpOnly"));
        again
    });
    for browser in &mut browsers[1..] {
        assert!(browser.is_signed_in().await);
    }
    browsers
}

#[test]
fn a_stream_ends_even_if_the_cache_does_not_know_its_session() {
    story(async {
        let mut world = World::new().await;
        let [mut laptop, mut phone, mut bob] = ada_twice_and_bob(&mut world).await;
        let (mut open, _) =
            while_the_session_is_read(&world, &mut laptop, async || bob.sign_out().await).await;
        open.goes_on().await;
        assert_eq!(world.sweep().await, Ok(0));
        open.goes_on().await;
        end_the_other(&mut phone).await;
        open.breaks_off().await;
    });
}

#[test]
fn a_stream_that_began_while_its_session_ended_is_found_by_the_sweep() {
    story(async {
        let mut world = World::new().await;
        let [mut laptop, mut phone, _bob] = ada_twice_and_bob(&mut world).await;
        let (mut open, ()) =
            while_the_session_is_read(&world, &mut laptop, async || end_the_other(&mut phone).await).await;
        open.goes_on().await;
        let_others_run().await;
        world.store.fail(Operation::Load);
        assert!(world.sweep().await.is_err(), "it cannot tell, and asks again");
        open.goes_on().await;
        world.store.heal();
        assert_eq!(world.sweep().await, Ok(0));
        open.breaks_off().await;
    });
}

//! One run for each call, and what must hold in every one of them.

use std::cell::Cell;

use crossgate_testkit::{Answer, BOB, Browser, Failing, Faults, Nth, World, story};
use serde_json::Value;

/// What a scenario is about when its request is sent.
pub(crate) struct Stage {
    pub(crate) world: World,
    /// Whose request it is.
    pub(crate) browser: Browser,
    /// Of Bob, who is signed in too, and whom nobody else may see.
    pub(crate) _bob: Browser,
    /// What the request needs beside: a token, an address, a name.
    pub(crate) memo: String,
}

/// A request, with what comes before it and after it.
pub(crate) trait Scenario {
    /// Everything before the request; nothing fails yet.
    fn prepare() -> impl Future<Output = Stage>;
    /// The request; now something fails.
    fn act(stage: &mut Stage) -> impl Future<Output = Answer>;
    /// Whether it did what it is for. It may, in spite of what failed.
    fn is_done(stage: &Stage, answer: &Answer) -> bool;
    /// When nothing fails any more: what was refused can be done now, and whoever was signed in still is.
    fn afterwards(stage: &mut Stage, _is_done: bool) -> impl Future<Output = ()> {
        async { assert!(stage.browser.is_signed_in().await, "Ada is not signed in any more") }
    }
}

/// Where something fails.
#[derive(Debug, Clone, Copy)]
enum Place {
    Store,
    Entropy,
    Upstreams,
}

const PLACES: [Place; 3] = [Place::Store, Place::Entropy, Place::Upstreams];

impl Place {
    const fn of(self, faults: &Faults) -> &Nth {
        match self {
            Self::Store => &faults.store,
            Self::Entropy => &faults.entropy,
            Self::Upstreams => &faults.upstreams,
        }
    }
}

/// Nothing fails any more, and calls are counted anew.
pub(crate) fn heal(faults: &Faults) {
    PLACES.iter().for_each(|place| place.of(faults).begin(Failing::Never));
}

/// Plays a scenario as often as it has calls.
pub(crate) fn sweep<S: Scenario>() {
    let calls = calls_of::<S>();
    assert!(calls.iter().any(|calls| *calls > 0), "nothing can fail");
    for (place, calls) in PLACES.into_iter().zip(calls) {
        for call in 1..=calls {
            for failing in [Failing::Only(call), Failing::From(call)] {
                println!("{place:?} {failing:?}");
                story(run::<S>(place, failing));
            }
        }
    }
    println!("nobody listens");
    story(run_alone::<S>());
}

/// How many calls there are at each place where nothing fails.
fn calls_of<S: Scenario>() -> [usize; 3] {
    let calls = Cell::new([0; 3]);
    story(async {
        let mut stage = S::prepare().await;
        heal(&stage.world.faults);
        let answer = S::act(&mut stage).await;
        calls.set(PLACES.map(|place| place.of(&stage.world.faults).calls()));
        assert!(S::is_done(&stage, &answer), "{answer:?}\n{}", stage.world.log.text());
        S::afterwards(&mut stage, true).await;
    });
    calls.get()
}

async fn run<S: Scenario>(place: Place, failing: Failing) {
    let mut stage = S::prepare().await;
    place.of(&stage.world.faults).begin(failing);
    let answer = S::act(&mut stage).await;
    heal(&stage.world.faults);
    judge::<S>(&mut stage, &answer).await;
}

/// Where connections are not closed, but refused.
async fn run_alone<S: Scenario>() {
    let mut stage = S::prepare().await;
    stage.world.take_upstreams_down().await;
    let answer = S::act(&mut stage).await;
    stage.world.bring_upstreams_back();
    judge::<S>(&mut stage, &answer).await;
}

async fn judge<S: Scenario>(stage: &mut Stage, answer: &Answer) {
    let is_done = S::is_done(stage, answer);
    let case = || format!("{answer:?}\n{}\n{}", answer.text(), stage.world.log.text());
    assert!(is_done || is_refused(answer), "neither done nor refused: {}", case());
    assert!(!answer.text().contains(BOB.email), "it shows Bob: {}", case());
    assert!(is_done || removed(answer).is_empty(), "a cookie is gone: {}", case());
    S::afterwards(stage, is_done).await;
}

/// An error, or a way to the page that tells it, which next-auth's clients find in a body.
fn is_refused(answer: &Answer) -> bool {
    let address = match answer.status {
        302 | 303 => answer.header("location").map(str::to_owned),
        200 => serde_json::from_slice::<Value>(&answer.body)
            .ok()
            .and_then(|body| Some(body["url"].as_str()?.to_owned())),
        400..=599 => return true,
        _ => None,
    };
    address.is_some_and(|address| address.contains("/api/auth/error?error="))
}

/// Cookies that an answer takes away, but for those of a sign-in under way, which begins anew, and for one from before that
/// has become a session.
fn removed(answer: &Answer) -> Vec<&str> {
    let has_moved_in = answer.sets_session_cookie();
    let is_left_out =
        |line: &str| line.contains("crossgate-signin-") || has_moved_in && line.contains("session-token");
    let lines = answer.headers_named("set-cookie");
    let taken = lines.into_iter().filter(|line| line.to_ascii_lowercase().contains("max-age=0"));
    taken.filter(|line| !is_left_out(line)).collect()
}

/// Ada at a gateway that has just started, and remembers nobody.
pub(crate) async fn at_a_fresh_gateway(
    world: World,
    memo: impl AsyncFnOnce(&World, &mut Browser) -> String,
) -> Stage {
    let mut world = world;
    let cookie = world.signed_in().await.session_cookie().expect("a cookie");
    let bobs = world.browser_of(BOB).await.session_cookie().expect("a cookie");
    let memo = memo(&world, &mut with_cookie(&world, &cookie)).await;
    world.restart_with("").await;
    // It begins with a call for randomness, which is none of the request's.
    let _ = world.browser().get("/api/auth/providers").await.expect_status(200);
    let (browser, bob) = (with_cookie(&world, &cookie), with_cookie(&world, &bobs));
    Stage { world, browser, _bob: bob, memo }
}

/// Somebody who is not signed in, at a world where Bob is.
pub(crate) async fn as_a_stranger(
    world: World,
    memo: impl AsyncFnOnce(&World, &mut Browser) -> String,
) -> Stage {
    let bob = world.browser_of(BOB).await;
    let mut browser = world.browser();
    let memo = memo(&world, &mut browser).await;
    Stage { world, browser, _bob: bob, memo }
}

/// A browser with this session.
pub(crate) fn with_cookie(world: &World, cookie: &str) -> Browser {
    let mut browser = world.browser();
    browser.keep_cookie(&format!("__Host-Http-crossgate={cookie}; Path=/; Secure; HttpOnly"));
    browser
}

/// The token of whoever this is.
pub(crate) async fn token(_: &World, browser: &mut Browser) -> String {
    browser.csrf_token().await
}

/// The cookie of this session.
pub(crate) async fn cookie(_: &World, browser: &mut Browser) -> String {
    browser.session_cookie().expect("a cookie")
}

pub(crate) async fn nothing(_: &World, _: &mut Browser) -> String {
    String::new()
}

//! `token = "cookie"`: the API's cookies live in the session. The browser never sees them, and nobody else gets them.

use std::time::Duration;

use crossgate_testkit::{ADA, Reply, World, story};
use serde_json::json;

const COOKIES: &str = "[[api]]\ntoken = 'cookie'\ncookies = ['locale']\n";

/// An API as with express-session: a cookie at login, and whoever brings it is known.
async fn world_with(change: &str) -> World {
    let world = World::build().config(COOKIES).config(change).start().await;
    let api = world.api.clone();
    world.api.on("POST /api/login", move |seen| {
        api.usual(seen)
            .header("Set-Cookie", "connect.sid=s%3Aone.sig; Path=/; HttpOnly; Secure; Max-Age=3600")
            .header("Set-Cookie", "refresh=r1; Path=/api/refresh; HttpOnly")
            .header("Set-Cookie", "flash=; Max-Age=0")
    });
    world
}

fn cookies_seen(world: &World) -> String {
    world.api.last().header("cookie").unwrap_or_default().to_owned()
}

#[test]
fn cookies_of_the_login_go_to_the_api_and_never_to_the_browser() {
    story(async {
        let world = world_with("").await;
        let mut browser = world.browser();
        let answer = browser.sign_in(ADA).await.expect_status(200);
        assert_eq!(answer.headers_named("set-cookie").len(), 1, "ours: {answer:?}");
        browser.keep_cookie("locale=de; Path=/");
        browser.keep_cookie("other=1; Path=/");
        let _ = browser.get("/api/orders?x=1").await;
        assert_eq!(cookies_seen(&world), "connect.sid=s%3Aone.sig; locale=de");
        assert!(!world.api.last().has("authorization"));
        assert!(!browser.cookie_names().iter().any(|name| name == "connect.sid"));
        for secret in ["s%3Aone.sig", "r1;"] {
            assert!(!world.log.contains(secret));
        }
    });
}

#[test]
fn a_browser_cannot_bring_an_api_cookie_of_its_own() {
    story(async {
        let world = world_with("").await;
        let mut browser = world.signed_in().await;
        browser.keep_cookie("connect.sid=planted; Path=/");
        let _ = browser.get("/api/orders").await;
        assert_eq!(cookies_seen(&world), "connect.sid=s%3Aone.sig");
        let mut nobody = world.browser();
        nobody.keep_cookie("connect.sid=planted; Path=/");
        let _ = nobody.get("/api/products/1").await.expect_status(200);
        assert_eq!(cookies_seen(&world), "");
    });
}

#[test]
fn a_later_answer_changes_the_cookies_before_the_browser_has_it() {
    story(async {
        let world = world_with("").await;
        let mut browser = world.signed_in().await;
        world.api.on("GET /api/step", |_| {
            Reply::json(200, &json!({}))
                .header("Set-Cookie", "connect.sid=two; Path=/; Max-Age=3600")
                .header("Set-Cookie", "connect.sid.sig=of-two; Path=/; Max-Age=3600")
                .header("Set-Cookie", "locale=en; Path=/")
        });
        let answer = browser.get("/api/step").await.expect_status(200);
        assert_eq!(answer.headers_named("set-cookie"), ["locale=en; Path=/"]);
        let _ = browser.get("/api/orders").await;
        assert_eq!(cookies_seen(&world), "connect.sid=two; connect.sid.sig=of-two; locale=en");
        world
            .api
            .on("GET /api/forget", |_| Reply::status(204).header("Set-Cookie", "connect.sid=; Max-Age=0"));
        let _ = browser.get("/api/forget").await.expect_status(204);
        let _ = browser.get("/api/orders").await;
        // The path of that cookie was another one, as in a browser.
        assert_eq!(cookies_seen(&world), "connect.sid=two; connect.sid.sig=of-two; locale=en");
    });
}

#[test]
fn an_answer_to_nobody_sets_no_cookie_but_those_of_the_browser() {
    story(async {
        let world = world_with("").await;
        world.api.on("GET /api/products/1", |_| {
            Reply::status(204).header("Set-Cookie", "connect.sid=new").header("Set-Cookie", "locale=en")
        });
        let answer = world.browser().get("/api/products/1").await.expect_status(204);
        assert_eq!(answer.headers_named("set-cookie"), ["locale=en"]);
    });
}

#[test]
fn cookies_that_have_ended_are_no_session_at_the_api() {
    story(async {
        let world = world_with("").await;
        let mut browser = world.signed_in().await;
        world.let_pass(Duration::from_secs(3600));
        assert_eq!(browser.get("/api/orders").await.refusal(), (401, "token_expired".into()));
    });
}

#[test]
fn cookies_are_renewed_with_the_refresh_cookie() {
    story(async {
        let world =
            world_with("[sign_in.credentials.refresh]\nrequest = 'POST /api/refresh'\nbody = {}").await;
        let mut browser = world.signed_in().await;
        world.api.on("POST /api/refresh", |_| {
            Reply::json(200, &json!({ "token": "unused" }))
                .header("Set-Cookie", "connect.sid=renewed; Path=/; Max-Age=3600")
                .header("Set-Cookie", "refresh=r2; Path=/api/refresh")
        });
        world.let_pass(Duration::from_secs(3600));
        let _ = browser.get("/api/orders").await;
        assert_eq!(cookies_seen(&world), "connect.sid=renewed");
        assert_eq!(world.api.last_of("POST /api/refresh").header("cookie"), Some("refresh=r1"));
        world.let_pass(Duration::from_secs(3600));
        let _ = browser.get("/api/orders").await;
        assert_eq!(world.api.last_of("POST /api/refresh").header("cookie"), Some("refresh=r2"));
        assert_eq!(world.api.count("POST /api/refresh"), 2);
    });
}

#[test]
fn a_refresh_that_renews_no_cookie_signs_nobody_out() {
    story(async {
        let world =
            world_with("[sign_in.credentials.refresh]\nrequest = 'POST /api/refresh'\nbody = {}").await;
        let mut browser = world.signed_in().await;
        world.api.on("POST /api/refresh", |_| Reply::json(200, &json!({ "token": "unused" })));
        world.let_pass(Duration::from_secs(3600));
        assert_eq!(browser.get("/api/orders").await.refusal(), (503, "token_unavailable".into()));
        assert!(browser.is_signed_in().await);
    });
}

#[test]
fn a_cookie_that_a_route_sets_by_the_way_may_end_without_the_session() {
    story(async {
        let world =
            world_with("[sign_in.credentials.refresh]\nrequest = 'POST /api/refresh'\nbody = {}").await;
        let mut browser = world.signed_in().await;
        world.api.on("GET /api/flash", |_| {
            Reply::status(204).header("Set-Cookie", "flash=saved; Path=/; Max-Age=60")
        });
        let _ = browser.get("/api/flash").await.expect_status(204);
        let _ = browser.get("/api/orders").await;
        assert_eq!(cookies_seen(&world), "connect.sid=s%3Aone.sig; flash=saved");
        world.let_pass(Duration::from_secs(61));
        let _ = browser.get("/api/orders").await;
        assert_eq!(cookies_seen(&world), "connect.sid=s%3Aone.sig");
        assert_eq!(world.api.count("POST /api/refresh"), 0);
    });
}

#[test]
fn pages_get_the_cookies_in_a_header_of_their_own() {
    story(async {
        let world = world_with("").await;
        let mut browser = world.signed_in().await;
        let _ = browser.open("/dashboard").await.expect_status(200);
        assert_eq!(world.app.last().header("x-crossgate-api-cookie"), Some("connect.sid=s%3Aone.sig"));
        let cookies = world.app.last().header("cookie").unwrap_or_default().to_owned();
        assert!(!cookies.contains("connect.sid"), "{cookies}");
        let bytes = browser.fetch("GET", "/").with("X-Crossgate-Api-Cookie", "spoofed").bytes();
        assert_eq!(world.ask(bytes).await.status, 200);
        assert_eq!(world.app.last().header("x-crossgate-api-cookie"), Some("connect.sid=s%3Aone.sig"));
    });
}

#[test]
fn the_apis_logout_knows_whose_session_ends() {
    story(async {
        let world = world_with("[sign_in.credentials.logout]\nbody = {}").await;
        let mut browser = world.signed_in().await;
        let _ = browser.sign_out().await.expect_status(200);
        world.api.wait_until(|seen| seen.iter().any(|seen| seen.is("POST /api/logout"))).await;
        assert_eq!(world.api.last_of("POST /api/logout").header("cookie"), Some("connect.sid=s%3Aone.sig"));
    });
}

#[test]
fn many_answers_at_once_lose_no_session() {
    story(async {
        let world = world_with("").await;
        let browser = world.signed_in().await;
        let count = std::cell::Cell::new(0);
        world.api.on("GET /api/count", move |_| {
            count.set(count.get() + 1);
            Reply::status(204).header("Set-Cookie", &format!("counter={}; Path=/", count.get()))
        });
        let mut wires = Vec::new();
        for _ in 0..50 {
            wires.push(browser.tab().fetch("GET", "/api/count").start().await);
        }
        for wire in &mut wires {
            let _ = wire.answer().await.expect_status(204);
        }
        let _ = browser.tab().get("/api/orders").await;
        let cookies = cookies_seen(&world);
        assert!(cookies.contains("connect.sid=s%3Aone.sig") && cookies.contains("counter="), "{cookies}");
    });
}

/// Another gateway took the answer. What is cached here would be the old cookie.
#[test]
fn a_cookie_that_changed_at_a_neighbour_is_sent_from_here() {
    story(async {
        let world = world_with("").await;
        let neighbour = world.start_neighbour().await;
        let mut here = world.signed_in().await;
        let mut there = here.tab();
        neighbour.take_over(&mut there);
        world.follow().await.unwrap();
        let _ = here.get("/api/orders").await;
        world.api.on("GET /api/step", |_| Reply::status(204).header("Set-Cookie", "connect.sid=two; Path=/"));
        let _ = there.get("/api/step").await.expect_status(204);
        assert_eq!(world.follow().await, Ok(1));
        let _ = here.get("/api/orders").await;
        assert_eq!(cookies_seen(&world), "connect.sid=two");
    });
}

/// A second API that keeps sessions in cookies too; people who come from a provider have accounts there.
const TWO_GIVERS: &str = "
[[api]]

[[api]]
path = '/accounts'
url = '${API}'
token = 'cookie'
public = ['/accounts/open']

[sign_in.account]
api = '/accounts'
request = 'POST /api/accounts/from-provider'
";

#[test]
fn the_cookies_of_one_api_are_nothing_to_another() {
    story(async {
        let world = World::build().providers().config(COOKIES).config(TWO_GIVERS).start().await;
        let api = world.api.clone();
        world.api.on("POST /api/login", move |seen| {
            api.usual(seen).header("Set-Cookie", "connect.sid=one; Path=/")
        });
        let mut browser = world.signed_in().await;
        assert_eq!(browser.get("/accounts/closed").await.refusal(), (401, "token_expired".into()));
        world.api.on("GET /accounts/open", |_| {
            Reply::status(204).header("Set-Cookie", "connect.sid=somebody-else; Path=/")
        });
        let answer = browser.get("/accounts/open").await.expect_status(204);
        assert_eq!(cookies_seen(&world), "", "it does not receive them");
        assert!(answer.headers_named("set-cookie").is_empty());
        let _ = browser.get("/api/orders").await;
        assert_eq!(cookies_seen(&world), "connect.sid=one", "and puts none of its own in their place");
    });
}

//! APIs that want to be asked for something before they let anybody in.

use std::time::Duration;

use crossgate_gateway::Finding;
use crossgate_testkit::{ADA, Reply, Seen, World, in_no_time, story};
use serde_json::json;

const CSRF: &str = r#"
[sign_in.credentials]
prepare = { request = "GET /api/csrf-token", values = { csrf = "/csrfToken" } }
refresh = { request = "POST /api/refresh", headers = { x-csrf-token = "{csrf}" } }

[sign_in.credentials.login]
headers = { x-csrf-token = "{csrf}" }
expires_in = "/expiresIn"

[sign_in.credentials.logout]
headers = { x-csrf-token = "{csrf}" }
"#;

/// A double submit: every token has a cookie that must come along with it, and each is good once.
async fn with_csrf() -> World {
    let world = World::with(CSRF).await;
    let api = world.api.clone();
    let given = api.clone();
    world.api.on("GET /api/csrf-token", move |_| {
        let number = given.count("GET /api/csrf-token");
        let reply = Reply::json(200, &json!({ "csrfToken": format!("token-{number}") }));
        reply.header("Set-Cookie", &format!("x-csrf=of-{number}; Path=/api; HttpOnly; Secure"))
    });
    for request in ["POST /api/login", "POST /api/refresh", "POST /api/logout"] {
        let api = api.clone();
        world.api.on(request, move |seen| match is_protected(seen) {
            true => api.usual(seen),
            false => Reply::json(403, &json!({ "message": "invalid csrf token" })),
        });
    }
    world
}

fn is_protected(seen: &Seen) -> bool {
    let number = seen.header("x-csrf-token").and_then(|token| token.strip_prefix("token-"));
    number.is_some_and(|number| seen.header("cookie") == Some(&format!("x-csrf=of-{number}")))
}

#[test]
fn a_csrf_token_of_the_api_is_fetched_before_every_call_that_uses_it() {
    story(async {
        let world = with_csrf().await;
        world.api.issue_tokens_for(Duration::from_secs(600));
        let mut browser = world.signed_in().await;
        assert_eq!(world.api.count("GET /api/csrf-token"), 1);
        assert!(!world.api.seen().iter().any(|seen| seen.has("cookie") && seen.is("GET /api/csrf-token")));

        world.let_pass(Duration::from_secs(601));
        let _ = browser.get("/api/orders").await.expect_status(200);
        assert_eq!(world.api.count("GET /api/csrf-token"), 2);
        assert!(is_protected(&world.api.last_of("POST /api/refresh")));
        assert_eq!(world.api.last_of("GET /api/csrf-token").header("cookie"), Some("x-csrf=of-1"));

        let _ = browser.sign_out().await;
        world.api.wait_until(|seen| seen.iter().any(|seen| seen.is("POST /api/logout"))).await;
        assert!(is_protected(&world.api.last_of("POST /api/logout")));
        assert!(!world.log.contains("token-1") && !world.log.contains("of-1"));
    });
}

#[test]
fn without_it_nobody_is_signed_in_and_no_password_leaves() {
    type Script = fn() -> Reply;
    let rows: [(&str, Script, u16, &str); 6] = [
        ("fails", || Reply::status(500), 503, "`prepare`: the API answered with status 500"),
        ("is not there", || Reply::status(404), 502, "`prepare`: the API answered with status 404"),
        ("no JSON", || Reply::body(200, "text/html", "<p>"), 502, "`prepare`: the API's answer is not JSON"),
        ("no token", || Reply::json(200, &json!({})), 502, "no csrf at JSON Pointer `/csrfToken`"),
        ("null", || Reply::json(200, &json!({ "csrfToken": null })), 502, "no csrf"),
        ("closes", Reply::close, 503, "connection"),
    ];
    story(async {
        let world = World::with(CSRF).await;
        for (name, reply, status, word) in rows {
            world.api.on("GET /api/csrf-token", move |_| reply());
            let page = world.browser().sign_in_at("/api/auth/signin", ADA.email, ADA.password).await;
            assert_eq!(page.status, status, "{name}: {page:?}");
            assert!(world.log.contains(word), "{name}: the operator reads {word:?}");
        }
        world.api.on("GET /api/csrf-token", |_| Reply::hang());
        let page = in_no_time(world.browser().sign_in(ADA)).await;
        assert_eq!(page.status, 503, "{page:?}");
        assert_eq!(world.api.count("POST /api/login"), 0);
    });
}

#[test]
fn values_come_from_cookies_and_headers_too_and_redirects_are_answers() {
    const VALUES: &str = r#"
        [sign_in.credentials]
        prepare = { request = "GET /api/login", values = { cookie = "cookie:XSRF-TOKEN", header = "header:X-Nonce" } }
        [sign_in.credentials.login]
        headers = { x-xsrf-token = "{cookie}", x-nonce = "{header}" }
    "#;
    story(async {
        let world = World::with(VALUES).await;
        world.api.on("GET /api/login", |_| {
            let reply = Reply::status(302).header("Location", "/elsewhere").header("X-Nonce", "n once");
            reply.header("Set-Cookie", "XSRF-TOKEN=a%7Cb; Path=/").header("Set-Cookie", "far=1; Path=/other")
        });
        let _ = world.signed_in().await;
        let login = world.api.last_of("POST /api/login");
        assert_eq!(login.header("x-xsrf-token"), Some("a|b"));
        assert_eq!(login.header("x-nonce"), Some("n once"));
        assert_eq!(login.header("cookie"), Some("XSRF-TOKEN=a%7Cb"), "as it was set, where its path says so");
        assert_eq!(world.api.count("GET /elsewhere"), 0);
    });
}

#[test]
fn the_live_check_asks_for_it_too() {
    let login = |findings: Vec<Finding>| findings.into_iter().find(|one| one.about == "login").unwrap();
    story(async move {
        let world = with_csrf().await;
        let finding = login(world.check_live().await);
        assert_eq!(finding.text, "refuses a made-up account with 401 Unauthorized");
        assert!(is_protected(&world.api.last_of("POST /api/login")));
        world.api.on("GET /api/csrf-token", |_| Reply::status(404));
        let finding = format!("{:?}", login(world.check_live().await));
        assert!(finding.contains("`prepare`") && finding.contains("404"), "{finding}");
    });
}

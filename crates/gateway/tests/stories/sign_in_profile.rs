//! APIs whose login does not say who signed in: they are asked.

use crossgate_testkit::{ADA, Reply, Seen, World, story};
use serde_json::json;

const WITH_TOKEN: &str = r#"
[sign_in.credentials]
profile = { request = "GET /api/profile", user = "/me" }

[sign_in.credentials.login]
user = "<gone>"
"#;

/// A login of which everything but the token comes from the profile.
async fn with_token() -> World {
    let world = World::with(WITH_TOKEN).await;
    world.api.on("POST /api/login", |_| Reply::json(200, &json!({ "token": "t-1", "refreshToken": "r-1" })));
    world.api.on("GET /api/profile", |seen| match seen.header("authorization") {
        Some("Bearer t-1") => {
            Reply::json(200, &json!({ "me": { "id": 7, "email": ADA.email, "token": "t-1" } }))
        }
        _ => Reply::status(401),
    });
    world
}

#[test]
fn the_profile_is_asked_with_the_new_token_before_the_session_begins() {
    story(async {
        let world = with_token().await;
        let mut browser = world.signed_in().await;
        assert_eq!(browser.session().await["user"]["email"], ADA.email);
        let asked = world.api.last_of("GET /api/profile");
        assert_eq!((asked.bearer(), asked.header("x-forwarded-for")), ("t-1", Some("127.0.0.1")));
        assert!(!asked.has("cookie"), "nothing of the browser");
        let _ = browser.get("/api/orders").await;
        assert_eq!(world.api.last().bearer(), "t-1");
    });
}

#[test]
fn without_a_profile_nobody_is_signed_in() {
    story(async {
        type Script = fn() -> Reply;
        let rows: [(&str, Script, u16, &str); 6] = [
            ("fails", || Reply::status(503), 503, "`profile`: the API answered with status 503"),
            ("refuses", || Reply::status(401), 502, "`profile`: the API answered with status 401"),
            ("leads away", || Reply::status(302).header("Location", "/x"), 502, "status 302"),
            (
                "no JSON",
                || Reply::body(200, "text/html", "<p>"),
                502,
                "`profile`: the API's answer is not JSON",
            ),
            ("nobody", || Reply::json(200, &json!({ "me": null })), 502, "no user at JSON Pointer `/me`"),
            ("closes", Reply::close, 503, "connection"),
        ];
        let world = with_token().await;
        for (name, reply, status, word) in rows {
            world.api.on("GET /api/profile", move |_| reply());
            let page = world.browser().sign_in_at("/api/auth/signin", ADA.email, "x").await;
            assert_eq!(page.status, status, "{name}: {page:?}");
            assert!(!page.sets_session_cookie(), "{name}");
            assert!(world.log.contains(word), "{name}: the operator reads {word:?}");
        }
        assert_eq!(world.api.count("GET /x"), 0);
    });
}

const WITH_COOKIE: &str = r#"
[[api]]
token = "cookie"

[sign_in.credentials]
profile = { request = "GET /api/me", refused = { status = 401 } }
logout = "<gone>"

[sign_in.credentials.login]
user = "<gone>"
access_token = "<gone>"
refresh_token = "<gone>"
form = { username = "{email}", password = "{password}" }
success = { status = [302] }
"#;

/// A login for browsers: it redirects, whatever was typed, and sets a cookie of a session.
async fn with_cookie() -> World {
    let world = World::with(WITH_COOKIE).await;
    world.api.on("POST /api/login", |seen| {
        let session =
            if seen.form_value("password").as_deref() == Some(ADA.password) { "good" } else { "bad" };
        let cookie = format!("connect.sid={session}; Path=/; HttpOnly; Secure");
        Reply::body(302, "text/plain", "Found. Redirecting")
            .header("Location", "/")
            .header("Set-Cookie", &cookie)
    });
    world.api.on("GET /api/me", |seen: &Seen| {
        if !seen.header("cookie").is_some_and(|line| line.contains("connect.sid=good")) {
            return Reply::json(401, &json!({ "message": "Wrong name or password." }));
        }
        let user = json!({ "user": { "id": 1, "email": ADA.email } });
        Reply::json(200, &user).header("Set-Cookie", "seen=1; Path=/api")
    });
    world
}

#[test]
fn a_login_that_redirects_is_told_by_its_profile() {
    story(async {
        let world = with_cookie().await;
        let mut browser = world.browser();
        let page = browser.sign_in_at("/api/auth/signin", ADA.email, "wrong").await.expect_status(401);
        assert!(page.text().contains("Wrong name or password."), "{page:?}");
        assert!(!page.sets_session_cookie());

        let answer = browser.sign_in(ADA).await.expect_status(200);
        assert!(!answer.headers.iter().any(|(_, value)| value.contains("connect.sid")), "{answer:?}");
        let _ = browser.get("/api/me").await.expect_status(200);
        let cookies = world.api.last().header("cookie").unwrap().to_owned();
        assert_eq!(cookies, "seen=1; connect.sid=good", "those of the profile are kept too");
        assert_eq!(world.api.count("GET /"), 0, "no redirect is followed");
        assert_eq!(browser.cookie_names(), ["__Host-Http-crossgate-browser", "__Host-Http-crossgate"]);
    });
}

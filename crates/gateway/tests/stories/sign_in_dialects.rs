//! Logins of all kinds: what an API says, and how the configuration reads it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use crossgate_testkit::{ADA, Reply, World, story};
use serde_json::{Value, json};

const GRAPHQL: &str = r#"
[sign_in.credentials.login]
request       = "POST /api/graphql"
body.query    = "mutation ($email: String!, $password: String!) {{ login(email: $email, password: $password) {{ token }} }}"
body.variables = { email = "{email}", password = "{password}" }
user          = "/data/login/user"
access_token  = "/data/login/token"
refresh_token = "/data/login/refresh"
message       = "/errors/0/message"
success       = { present = ["/data/login"] }
refused       = { absent = ["/data/login"], where = { "/errors/0/code" = "UNAUTHENTICATED" } }
"#;

#[test]
fn an_answer_that_is_always_200_is_told_by_what_is_in_it() {
    story(async {
        let world = World::with(GRAPHQL).await;
        world.api.on("POST /api/graphql", |seen| match seen.json()["variables"]["password"].as_str() {
            Some("broken") => Reply::json(200, &json!({ "data": { "login": null } })),
            Some(password) if password == ADA.password => {
                let login = json!({ "user": { "id": 1, "email": ADA.email }, "token": "t", "refresh": "r" });
                Reply::json(200, &json!({ "data": { "login": login } }))
            }
            _ => {
                let error = json!({ "message": "Wrong password.", "code": "UNAUTHENTICATED" });
                Reply::json(200, &json!({ "data": { "login": null }, "errors": [error] }))
            }
        });
        let mut browser = world.browser();
        let page = browser.sign_in_at("/api/auth/signin", ADA.email, "wrong").await.expect_status(401);
        assert!(page.text().contains("Wrong password."), "{page:?}");
        let page = browser.sign_in_at("/api/auth/signin", ADA.email, "broken").await.expect_status(502);
        assert!(!page.sets_session_cookie(), "{page:?}");
        assert!(world.log.contains("none of `success`, `locked` and `refused`"));
        let _ = browser.sign_in(ADA).await.expect_status(200);
        assert!(browser.is_signed_in().await);
    });
}

fn jwt(claims: &Value) -> String {
    format!("eyJh.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

#[test]
fn the_person_of_a_token_is_known_by_its_claims() {
    story(async {
        let login = "user = 'access_token'\naccess_token = '/accessToken'\nrefresh_token = '/refreshToken'";
        let world = World::with(&format!("[sign_in.credentials.login]\n{login}")).await;
        let end = world.now().as_seconds() + 600;
        world.api.on("POST /api/login", move |_| {
            let token = jwt(&json!({ "userId": 7, "email": ADA.email, "role": "admin", "exp": end }));
            let body = json!({ "accessToken": format!("Bearer {token}"), "refreshToken": "r" });
            Reply::json(200, &body)
        });
        let mut browser = world.signed_in().await;
        assert_eq!(browser.session().await["user"]["email"], ADA.email);
        let _ = browser.get("/api/orders").await;
        assert!(world.api.last().bearer().starts_with("eyJh."), "the scheme stands there once");
        let _ = browser.open("/dashboard").await.expect_status(200);
        let identity = world.app.last().header("x-crossgate-identity").unwrap().to_owned();
        let claims = URL_SAFE_NO_PAD.decode(identity.split('.').nth(1).unwrap()).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!((&claims["sub"], &claims["user"]["role"]), (&json!("7"), &json!("admin")));
        assert_eq!(claims["user"]["exp"], json!(null), "the end of a token is not a person's");
    });
}

#[test]
fn tokens_inside_the_user_object_stay_with_us() {
    story(async {
        let login = "access_token = '/user/token'\nrefresh_token = '/user/refresh'";
        let world = World::with(&format!("[sign_in.credentials.login]\n{login}")).await;
        world.api.on("POST /api/login", |_| {
            let user =
                json!({ "id": 1, "email": ADA.email, "token": "hush-token", "refresh": "hush-refresh" });
            Reply::json(200, &json!({ "user": user }))
        });
        let mut browser = world.signed_in().await;
        let _ = browser.open("/dashboard").await.expect_status(200);
        let seen = world.app.last();
        assert_eq!(seen.header("authorization"), Some("Bearer hush-token"), "the API's token goes to pages");
        let identity = seen.header("x-crossgate-identity").unwrap();
        let claims = URL_SAFE_NO_PAD.decode(identity.split('.').nth(1).unwrap()).unwrap();
        let claims = String::from_utf8(claims).unwrap();
        assert!(claims.contains(ADA.email) && !claims.contains("hush"), "{claims}");
    });
}

#[test]
fn name_and_password_may_go_as_http_basic_and_no_further() {
    story(async {
        let basic = "[sign_in.credentials.login]\nbasic = { username = '{email}', password = '{password}' }";
        let world = World::with(basic).await;
        let pair = format!("{}:{}", ADA.email, ADA.password);
        let line = format!("Basic {}", STANDARD.encode(pair));
        let expected = line.clone();
        world.api.on("POST /api/login", move |seen| {
            assert_eq!((seen.text().as_str(), seen.has("content-type")), ("", false));
            match seen.header("authorization") == Some(&expected) {
                true => Reply::json(
                    200,
                    &json!({ "user": { "id": 1, "email": ADA.email }, "token": "t", "refreshToken": "r" }),
                ),
                false => Reply::status(401),
            }
        });
        let mut browser = world.signed_in().await;
        assert!(browser.is_signed_in().await && !world.log.contains(&line));

        let asked = world.api.count("POST /api/login");
        for (name, password) in [("ada:x", "y"), (":", ":"), ("a\u{7}", "x"), ("ada", "x\u{0}")] {
            let refused = browser.sign_in_with(name, password, "/").await.expect_status(401);
            assert!(refused.url().contains("error=CredentialsSignin"), "{name:?}: {refused:?}");
        }
        assert_eq!(world.api.count("POST /api/login"), asked, "no account can have such a name");
        let _ = browser.sign_in_with("ada", "x", "/").await.expect_status(401);
        assert_eq!(world.api.count("POST /api/login"), asked + 1);
    });
}

#[test]
fn mistakes_are_counted_by_who_signs_in_and_not_by_where() {
    story(async {
        let fields = "[sign_in.credentials]\nfields = ['tenant', 'email', 'password']";
        let world = World::with(&format!("throttle.per_account = 2\n{fields}")).await;
        let mut browser = world.browser();
        let token = browser.csrf_token().await;
        let mut attempts = Vec::new();
        for (tenant, email) in
            [("acme", "a@x"), ("acme", "a@x"), ("acme", "b@x"), ("acme", "a@x"), ("globex", "a@x")]
        {
            let fields = [("tenant", tenant), ("email", email), ("password", "x"), ("csrfToken", &token)];
            let answer = browser.fetch("POST", "/api/auth/callback/credentials").form(&fields);
            let answer = answer.with("X-Auth-Return-Redirect", "1").send().await;
            attempts.push(answer.url().contains("rate_limited"));
        }
        assert_eq!(attempts, [false, false, false, true, true]);
    });
}

//! Logins of all kinds: what an API says, and how the configuration reads it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
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

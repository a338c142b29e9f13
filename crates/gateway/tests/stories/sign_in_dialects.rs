//! Logins of all kinds: what an API says, and how the configuration reads it.

use crossgate_testkit::{ADA, Reply, World, story};
use serde_json::json;

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

//! What attackers post to the sign-in.

use crossgate_testkit::{ADA, Answer, Browser, ORIGIN, World, story};
use serde_json::json;

const CALLBACK: &str = "/api/auth/callback/credentials";

#[test]
fn a_callback_url_never_leads_away() {
    story(async {
        let world = World::with("throttle.per_account = 1000\nthrottle.per_address = 1000").await;
        let mut browser = world.browser();
        for callback_url in [
            "https://evil.test/",
            "//evil.test",
            "/\\evil.test",
            "\\\\evil.test",
            "/\t/evil.test",
            "https://shop.example.com@evil.test/",
            "https://shop.example.com.evil.test/",
            "http://shop.example.com/",
            "https://shop.example.com:444/",
            "javascript:alert(1)",
            "data:text/html,x",
            "https:evil.test",
            "/.//evil.test",
            "/%0d%0aSet-Cookie:x=y\r\nSet-Cookie: x=y",
        ] {
            let answer = browser.sign_in_with(ADA.email, ADA.password, callback_url).await.expect_status(200);
            let url = answer.json()["url"].as_str().unwrap().to_owned();
            let local = url.strip_prefix(ORIGIN).unwrap_or_else(|| panic!("{callback_url:?} led to {url}"));
            assert!(local == "/" || callback_url == "https:evil.test", "{callback_url:?} led to {url}");
            assert_eq!(answer.headers_named("set-cookie").len(), 1, "{answer:?}");
        }
    });
}

#[test]
fn an_allowed_origin_is_a_target_and_nothing_near_it() {
    story(async {
        let world = World::with("redirect_origins = ['https://help.example.com']").await;
        let mut browser = world.browser();
        for (callback_url, target) in [
            ("https://help.example.com/a?b=c", "https://help.example.com/a?b=c"),
            ("https://help.example.com.evil.test/", "https://shop.example.com/"),
            ("https://x.help.example.com/", "https://shop.example.com/"),
        ] {
            let answer = browser.sign_in_with(ADA.email, ADA.password, callback_url).await.expect_status(200);
            assert_eq!(answer.json(), json!({ "url": target }));
        }
    });
}

/// Posts with a good token, so that the body alone decides.
async fn post(browser: &mut Browser, content_type: &str, body: &str) -> Answer {
    let token = browser.csrf_token().await;
    let body = body.replace("TOKEN", &token);
    browser.fetch("POST", CALLBACK).body(content_type, body).send().await
}

#[test]
fn nobody_asks_for_a_login_past_the_counter_or_for_tokens_past_the_session() {
    story(async {
        let refresh = "[sign_in.credentials.refresh]\nrequest = 'POST /api/refresh'";
        let world = World::with(refresh).await;
        let (mut ada, mut nobody) = (world.signed_in().await, world.browser());
        let body = json!({ "email": ADA.email, "password": ADA.password, "refreshToken": "refresh-1" });
        let asked = world.api.seen().len();
        for path in ["/api/login", "/api/LOGIN", "/api/login/", "/api/login.json", "/api/refresh"] {
            for browser in [&mut ada, &mut nobody] {
                let answer = browser.fetch("POST", path).json(&body).with_token().await.send().await;
                assert_eq!(answer.refusal(), (404, "not_found".into()), "{path}");
            }
        }
        assert_eq!(world.api.seen().len(), asked);
        assert!(ada.is_signed_in().await);
    });
}

#[test]
fn bodies_with_two_meanings_or_none_are_refused_before_the_api_hears_of_them() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let large = format!("email=a&password={}&csrfToken=TOKEN", "x".repeat(64 * 1024));
        let form = "application/x-www-form-urlencoded";
        for (content_type, body, refusal) in [
            ("application/json", "{\"email\":", (400, "malformed_body")),
            ("application/json", "[]", (400, "malformed_body")),
            ("application/json", "\"x\"", (400, "malformed_body")),
            (form, "email=a&email=b&password=x&csrfToken=TOKEN", (400, "malformed_body")),
            (form, "email=a&password=x&password=y&csrfToken=TOKEN", (400, "malformed_body")),
            (form, "email=a&password=x&csrfToken=TOKEN&csrfToken=y", (400, "malformed_body")),
            (form, "email=\u{0}%ff", (400, "")),
            (form, &large, (413, "body_too_large")),
            ("text/plain", "email=a&password=x&csrfToken=TOKEN", (415, "unsupported_media_type")),
            ("multipart/form-data; boundary=x", "--x--", (415, "unsupported_media_type")),
            ("application/xml", "<x/>", (415, "unsupported_media_type")),
        ] {
            let answer = post(&mut browser, content_type, body).await;
            if refusal.1.is_empty() {
                assert!(!answer.sets_session_cookie(), "{body}: {answer:?}");
            } else {
                assert_eq!(
                    answer.refusal(),
                    (refusal.0, refusal.1.to_owned()),
                    "{content_type} {}",
                    &body[..8.min(body.len())]
                );
            }
        }
        assert_eq!(world.api.count("POST /api/login"), 0);
    });
}

#[test]
fn members_of_json_that_stand_twice_are_refused() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let body = format!(r#"{{"email":"x","email":"{}","password":"x","csrfToken":"TOKEN"}}"#, ADA.email);
        let answer = post(&mut browser, "application/json", &body).await;
        assert_eq!(answer.refusal(), (400, "malformed_body".into()));
    });
}

#[test]
fn the_same_field_with_the_same_value_is_what_next_auth_4_sends() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let token = browser.csrf_token().await;
        let fields = [
            ("email", ADA.email),
            ("password", ADA.password),
            ("csrfToken", &token),
            ("callbackUrl", "/x"),
            ("callbackUrl", "/x"),
            ("json", "true"),
        ];
        let answer = browser.fetch("POST", CALLBACK).form(&fields).send().await.expect_status(200);
        assert!(answer.sets_session_cookie());
    });
}

#[test]
fn a_missing_or_empty_field_never_reaches_the_api() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        for (email, password) in [("", "x"), ("a@b", ""), ("a@b", &*"x".repeat(5000))] {
            let answer = browser.sign_in_with(email, password, "/").await;
            assert_eq!(answer.status, 401, "{answer:?}");
        }
        let page = browser.sign_in_at("/api/auth/signin", ADA.email, "").await.expect_status(400);
        assert!(!page.sets_session_cookie());
        assert_eq!(world.api.count("POST /api/login"), 0);
    });
}

#[test]
fn a_value_cannot_break_out_of_the_request_to_the_api() {
    story(async {
        let world = World::with(
            "[sign_in.credentials.login]\nrequest = 'POST /api/login/{email}'\nform = { p = '{password}', fixed = 'yes' }",
        )
        .await;
        let mut browser = world.browser();
        let _ = browser.sign_in_with("../../admin?x=1#", "a&fixed=no\r\nX: y", "/").await;
        let login = world.api.last();
        assert_eq!(login.target, "/api/login/%2E%2E%2F%2E%2E%2Fadmin%3Fx%3D1%23");
        assert_eq!(login.text(), "p=a%26fixed%3Dno%0D%0AX%3A+y&fixed=yes");
    });
}

#[test]
fn only_the_configured_provider_and_method_exist() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        for (method, path, refusal) in [
            ("GET", "/api/auth/callback/credentials", (404, "not_found")),
            ("POST", "/api/auth/callback/google", (404, "not_found")),
            ("DELETE", "/api/auth/signin", (405, "method_not_allowed")),
            ("PUT", "/api/auth/session", (405, "method_not_allowed")),
            ("GET", "/api/auth/_log", (405, "method_not_allowed")),
        ] {
            let answer = browser.fetch(method, path).send().await;
            assert_eq!(answer.refusal(), (refusal.0, refusal.1.to_owned()), "{method} {path}");
        }
        assert!(world.api.seen().is_empty() && world.app.seen().is_empty());
    });
}

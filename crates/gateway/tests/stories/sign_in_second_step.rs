//! APIs that ask for a one-time code.

use std::time::Duration;

use crossgate_testkit::{ADA, Answer, Browser, ORIGIN, Reply, World, story};
use serde_json::json;

pub(crate) const CALLBACK: &str = "/api/auth/callback/credentials";
pub(crate) const STEP_COOKIE: &str = "__Host-Http-crossgate-step";
pub(crate) const CODE: &str = "123456";

pub(crate) const STEP: &str = r#"
[sign_in.credentials.second_step]
when    = { where = { "/otpRequired" = true } }
values  = { challenge = "/otpToken" }
fields  = ["code"]
request = "POST /api/login/otp"
body    = { token = "{challenge}", code = "{code}", email = "{email}" }
"#;

/// An API at which everybody has a code beside their password. What it gives after the password is good for that
/// account only, and its session cookie has to come along.
pub(crate) async fn world() -> World {
    world_with("").await
}

pub(crate) async fn world_with(change: &str) -> World {
    let world = World::build().config(STEP).config(change).start().await;
    let api = world.api.clone();
    world.api.on("POST /api/login", move |seen| {
        let usual = api.usual(seen);
        if !usual.is_success() {
            return usual;
        }
        let email = seen.json()["email"].as_str().unwrap_or_default().to_owned();
        let body = json!({ "otpRequired": true, "otpToken": format!("of-{email}"), "message": "Look at your phone." });
        Reply::json(200, &body).header("Set-Cookie", &format!("pending={email}; Path=/api/login; HttpOnly"))
    });
    let api = world.api.clone();
    world.api.on("POST /api/login/otp", move |seen| {
        let (body, cookie) = (seen.json(), seen.header("cookie").unwrap_or_default());
        let email = cookie.strip_prefix("pending=").unwrap_or_default();
        let is_known = body["token"] == format!("of-{email}") && body["email"] == email;
        match is_known && body["code"] == CODE {
            true => Reply::json(200, &api.welcome(email)),
            false => Reply::json(401, &json!({ "message": "That code is wrong.", "code": "bad_code" })),
        }
    });
    world
}

/// `signIn("credentials", …)` of next-auth 5.
pub(crate) async fn post(browser: &mut Browser, fields: &[(&str, &str)]) -> Answer {
    let token = browser.csrf_token().await;
    let fields = [fields, &[("csrfToken", token.as_str()), ("callbackUrl", "/dashboard")]].concat();
    browser.fetch("POST", CALLBACK).form(&fields).with("X-Auth-Return-Redirect", "1").send().await
}

pub(crate) async fn first(browser: &mut Browser) -> Answer {
    post(browser, &[("email", ADA.email), ("password", ADA.password)]).await
}

pub(crate) async fn second(browser: &mut Browser, code: &str) -> Answer {
    post(browser, &[("code", code)]).await
}

pub(crate) fn code_of(answer: &Answer) -> String {
    let url = answer.url();
    let code = url.split(['?', '&']).find_map(|pair| pair.strip_prefix("code="));
    code.unwrap_or_else(|| panic!("no code in {url}")).to_owned()
}

#[test]
fn an_app_asks_for_the_code_and_sends_that_alone() {
    story(async {
        let world = world().await;
        let mut browser = world.browser();
        let answer = first(&mut browser).await.expect_status(200);
        assert_eq!(code_of(&answer), "second_step");
        assert!(!answer.sets_session_cookie() && !browser.is_signed_in().await, "{answer:?}");
        assert!(!answer.text().contains("of-ada"), "the challenge stays with us: {answer:?}");
        let line = answer.headers_named("set-cookie")[0].to_owned();
        for part in [STEP_COOKIE, "; Path=/", "; Max-Age=300", "; HttpOnly", "; Secure", "; SameSite=Lax"] {
            assert!(line.contains(part), "{part}: {line}");
        }

        let answer = second(&mut browser, CODE).await.expect_status(200);
        assert_eq!(answer.url(), format!("{ORIGIN}/dashboard"));
        assert_eq!(browser.session().await["user"]["email"], ADA.email);
        let asked = world.api.last_of("POST /api/login/otp");
        assert_eq!(
            asked.json(),
            json!({ "token": format!("of-{}", ADA.email), "code": CODE, "email": ADA.email })
        );
        assert_eq!(asked.header("x-forwarded-for"), Some("127.0.0.1"));
        assert!(!browser.cookie_names().contains(&STEP_COOKIE.to_owned()), "{answer:?}");
        let _ = browser.get("/api/orders").await.expect_status(200);
        assert!(
            !world.api.last().has("cookie") && !world.log.contains("of-ada") && !world.log.contains(CODE)
        );
    });
}

#[test]
fn an_app_with_next_auth_4_is_told_by_the_error() {
    story(async {
        let world = world().await;
        let mut browser = world.browser();
        let answer = browser.sign_in(ADA).await.expect_status(401);
        assert_eq!(answer.url(), format!("{ORIGIN}/api/auth/error?error=second_step"));
        // Its client goes there by itself, unless it was told not to.
        let page = browser.arrive("/api/auth/error?error=second_step").await.expect_status(200);
        assert!(page.text().contains("name=\"code\""), "{page:?}");

        let token = browser.csrf_token().await;
        let fields = [("code", CODE), ("csrfToken", &token), ("callbackUrl", "/x"), ("json", "true")];
        let answer = browser.fetch("POST", CALLBACK).form(&fields).send().await.expect_status(200);
        assert_eq!(answer.url(), format!("{ORIGIN}/x"));
        assert!(browser.is_signed_in().await);
    });
}

#[test]
fn the_built_in_page_asks_for_the_code_and_comes_back_to_the_page_that_was_asked_for() {
    story(async {
        let world = world().await;
        let mut browser = world.browser();
        let page = browser.sign_in_at("/dashboard?x=1", ADA.email, ADA.password).await.expect_status(200);
        let html = page.text();
        for part in ["Look at your phone.", "name=\"code\"", "autocomplete=\"one-time-code\"", "Start again"]
        {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("<script") && !html.contains("name=\"password\""), "{html}");

        let again = browser.send_form(&page, &[("code", "000000")]).await.expect_status(401);
        assert!(
            again.text().contains("That code is wrong.") && again.text().contains("aria-invalid"),
            "{again:?}"
        );
        assert!(!again.text().contains("000000"), "{again:?}");
        let empty = browser.send_form(&again, &[("code", "")]).await.expect_status(400);
        assert!(empty.text().contains("name=\"code\""), "{empty:?}");
        let arrived = browser.send_form(&empty, &[("code", CODE)]).await.expect_status(303);
        assert_eq!(arrived.location(), format!("{ORIGIN}/dashboard?x=1"));
        assert!(browser.is_signed_in().await);

        let back = html.split("href=\"").find_map(|rest| {
            let (target, _) = rest.split_once('"')?;
            target.starts_with("/api/auth/signin").then(|| target.to_owned())
        });
        let first = browser.open(&back.unwrap()).await.expect_status(200);
        assert!(first.text().contains("name=\"password\""), "{first:?}");
        assert!(first.text().contains("/dashboard?x=1"), "{first:?}");
    });
}

#[test]
fn an_app_with_a_page_of_its_own_shows_it() {
    story(async {
        let world = world_with("pages.sign_in = '/login'\n[app]\nnext_auth = 'v5'").await;
        let mut browser = world.browser();
        let token = browser.csrf_token().await;
        let fields = [("email", ADA.email), ("password", ADA.password), ("csrfToken", &token)];
        let answer = browser.submit(CALLBACK, &fields).await.expect_status(303);
        assert_eq!(answer.location(), format!("{ORIGIN}/login?error=CredentialsSignin&code=second_step"));
        let fields = [("code", "1"), ("csrfToken", &token)];
        let answer = browser.submit(CALLBACK, &fields).await.expect_status(303);
        assert_eq!(answer.location(), format!("{ORIGIN}/login?error=CredentialsSignin&code=bad_code"));
        let fields = [("code", CODE), ("csrfToken", &token)];
        let answer = browser.submit(CALLBACK, &fields).await.expect_status(303);
        assert_eq!(answer.location(), format!("{ORIGIN}/"));
    });
}

#[test]
fn a_page_that_is_opened_anew_asks_for_the_code_again_while_the_step_lives() {
    story(async {
        let world = world_with("[app]\nnext_auth = 'v5'").await;
        let mut browser = world.browser();
        const PAGE: &str = "/api/auth/signin?error=CredentialsSignin&code=second_step";
        let nothing = browser.open(PAGE).await.expect_status(200);
        assert!(
            nothing.text().contains("Please start again.") && nothing.text().contains("name=\"password\"")
        );
        let _ = first(&mut browser).await;
        let page = browser.open(PAGE).await.expect_status(200);
        assert!(page.text().contains("name=\"code\""), "{page:?}");
        assert!(page.text().contains("/dashboard"), "where it leads is remembered: {page:?}");
        let plain = browser.open("/api/auth/signin").await.expect_status(200);
        assert!(plain.text().contains("name=\"password\""), "whoever just comes starts anew: {plain:?}");
        world.let_pass(Duration::from_secs(300));
        let late = browser.open(PAGE).await.expect_status(200);
        assert!(late.text().contains("name=\"password\""), "{late:?}");
    });
}

#[test]
fn somebody_who_is_signed_in_already_may_sign_in_as_somebody_else() {
    story(async {
        let world = world().await;
        let mut browser = world.browser();
        let _ = first(&mut browser).await;
        let _ = second(&mut browser, CODE).await;
        let before = browser.session_cookie();
        let _ = first(&mut browser).await;
        assert_eq!(browser.session_cookie(), before, "the first step changes nothing");
        let _ = second(&mut browser, CODE).await.expect_status(200);
        assert_ne!(browser.session_cookie(), before);
    });
}

#[test]
fn an_api_that_asks_again_has_been_told_a_wrong_code() {
    story(async {
        let world = world().await;
        let mut browser = world.browser();
        let _ = first(&mut browser).await;
        world.api.on("POST /api/login/otp", |seen| {
            let number = seen.json()["code"].as_str().unwrap_or_default().to_owned();
            let body =
                json!({ "otpRequired": true, "otpToken": format!("after-{number}"), "message": "Again." });
            Reply::json(200, &body).header("Set-Cookie", &format!("try={number}; Path=/api"))
        });
        let answer = second(&mut browser, "1").await;
        assert_eq!(code_of(&answer), "credentials");
        let _ = second(&mut browser, "2").await;
        let asked = world.api.last_of("POST /api/login/otp");
        assert_eq!(asked.json()["token"], "after-1", "what it gave last is what counts");
        assert!(asked.header("cookie").unwrap().contains("try=1"), "{asked:?}");
    });
}

#[test]
fn faults_of_the_second_step_are_outages_and_may_be_tried_again() {
    story(async {
        let world = world().await;
        let mut browser = world.browser();
        let page = browser.sign_in_at("/api/auth/signin", ADA.email, ADA.password).await.expect_status(200);
        type Script = fn() -> Reply;
        let rows: [(&str, Script, u16, &str); 4] = [
            ("fails", || Reply::status(500), 503, "`second_step`: the API answered with status 500"),
            ("closes", Reply::close, 503, "connection"),
            (
                "nobody",
                || Reply::json(200, &json!({ "token": "t" })),
                502,
                "`second_step`: the API's answer has no user",
            ),
            ("odd", || Reply::status(302), 502, "status 302"),
        ];
        for (name, reply, status, word) in rows {
            world.api.on("POST /api/login/otp", move |_| reply());
            let answer = browser.send_form(&page, &[("code", CODE)]).await;
            assert_eq!(answer.status, status, "{name}: {answer:?}");
            assert!(
                answer.text().contains("name=\"code\"") && !answer.sets_session_cookie(),
                "{name}: {answer:?}"
            );
            assert!(world.log.contains(word), "{name}: the operator reads {word:?}");
        }
    });
}

#[test]
fn what_does_not_fit_into_a_cookie_is_a_misconfiguration() {
    story(async {
        let world = world().await;
        world.api.on("POST /api/login", |_| {
            Reply::json(200, &json!({ "otpRequired": true, "otpToken": "x".repeat(4000) }))
        });
        let mut browser = world.browser();
        let page = browser.sign_in_at("/api/auth/signin", ADA.email, ADA.password).await.expect_status(502);
        assert!(!browser.cookie_names().contains(&STEP_COOKIE.to_owned()), "{page:?}");
        assert!(world.log.contains("does not fit into a cookie"));

        world.api.on("POST /api/login", |_| Reply::json(200, &json!({ "otpRequired": true })));
        let _ = browser.sign_in_at("/api/auth/signin", ADA.email, ADA.password).await.expect_status(502);
        assert!(world.log.contains("`second_step.values`: the API's answer has no challenge"));
    });
}

#[test]
fn the_live_check_wonders_about_a_second_step_for_nobody() {
    story(async {
        let world = world().await;
        let finding = |findings: Vec<crossgate_gateway::Finding>| {
            format!("{:?}", findings.into_iter().find(|one| one.about == "login").unwrap())
        };
        assert!(finding(world.check_live().await).contains("refuses a made-up account"));
        world
            .api
            .on("POST /api/login", |_| Reply::json(200, &json!({ "otpRequired": true, "otpToken": "x" })));
        let doubtful = finding(world.check_live().await);
        assert!(doubtful.contains("Doubtful") && doubtful.contains("second_step.when"), "{doubtful}");
        assert_eq!(world.api.count("POST /api/login/otp"), 0);
    });
}

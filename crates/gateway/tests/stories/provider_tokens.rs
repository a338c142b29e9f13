//! The provider's tokens: where they go, and where they never go.

use crossgate_testkit::{ADA, Answer, CLIENT_SECRET, World, story};

const AUDIENCE: &str = "https://api.shop.example";

pub(crate) const TOKENS: &str = "
[[api]]
token = 'provider'
provider = 'good'
audience = 'https://api.shop.example'
";

pub(crate) const TWO_APIS: &str = "
[[api]]
token = 'provider'
provider = 'good'
audience = 'https://api.shop.example'

[[api]]
path = '/reports'
url = '${API}'
token = 'provider'
provider = 'good'
resource = 'https://reports.shop.example'
";

#[test]
fn an_api_receives_the_token_that_the_provider_made_for_it() {
    story(async {
        let world = World::with_providers(TOKENS).await;
        let mut browser = world.browser();
        let url = browser.begin_sign_in("good", "/dashboard").await;
        let page = world.authorize(&url);
        assert_eq!(page.parameter("audience"), Some(AUDIENCE));
        let _ = browser.come_back(&page.approve("ada")).await.expect_status(303);
        let _ = browser.get("/api/things").await.expect_status(200);
        let token = world.api.last().bearer().to_owned();
        assert!(
            token.starts_with("access-token-") && token.ends_with(&format!("-for-{AUDIENCE}")),
            "{token}"
        );
        let _ = browser.open("/dashboard").await.expect_status(200);
        assert_eq!(world.app.last().bearer(), token, "pages get the same");
    });
}

#[test]
fn every_api_receives_its_own_token_and_not_that_of_another() {
    story(async {
        let world = World::with_providers(TWO_APIS).await;
        let mut browser = world.browser();
        let _ = browser.sign_in_at_provider(&world, "good", "ada").await.expect_status(303);
        let refresh = world.provider().last_of("POST /token");
        assert_eq!(refresh.form_value("grant_type").as_deref(), Some("refresh_token"));
        assert_eq!(refresh.form_value("resource").as_deref(), Some("https://reports.shop.example"));
        for (path, audience) in [("/api/things", AUDIENCE), ("/reports/1", "https://reports.shop.example")] {
            let _ = browser.get(path).await.expect_status(200);
            let token = world.api.last().bearer().to_owned();
            assert!(token.ends_with(&format!("-for-{audience}")), "{path}: {token}");
        }
    });
}

#[test]
fn who_signed_in_another_way_has_no_such_token_and_gets_no_other() {
    story(async {
        let world = World::with_providers(TOKENS).await;
        let mut with_password = world.browser();
        let _ = with_password.sign_in(ADA).await.expect_status(200);
        let mut elsewhere = world.browser();
        let _ = elsewhere.sign_in_at_provider(&world, "other", "ada").await.expect_status(303);
        let seen = world.api.seen().len();
        for browser in [&mut with_password, &mut elsewhere] {
            assert_eq!(browser.get("/api/things").await.refusal(), (401, "token_expired".into()));
            assert!(browser.is_signed_in().await, "that is no reason to sign anybody out");
        }
        assert_eq!(world.api.seen().len(), seen);
    });
}

#[test]
fn a_token_that_has_ended_is_renewed() {
    story(async {
        let world = World::with_providers(TOKENS).await;
        let mut browser = world.browser();
        let _ = browser.sign_in_at_provider(&world, "good", "ada").await.expect_status(303);
        let _ = browser.get("/api/things").await.expect_status(200);
        let first = world.api.last().bearer().to_owned();
        world.let_pass(std::time::Duration::from_secs(3601));
        let _ = browser.get("/api/things").await.expect_status(200);
        assert_ne!(world.api.last().bearer(), first);
    });
}

#[test]
fn no_secret_reaches_a_browser_a_page_or_the_log() {
    story(async {
        let world = World::with_providers("[sign_in.good]\nuser_info = 'always'").await;
        let mut browser = world.browser();
        let mut answers: Vec<Answer> = vec![browser.open("/api/auth/signin").await];
        let begun = browser.try_begin_sign_in("good", "/dashboard").await.expect_status(200);
        let target = world.authorize(&begun.url()).approve("ada");
        answers.extend([begun, browser.come_back(&target).await.expect_status(303)]);
        for path in ["/api/auth/session", "/api/auth/sessions", "/api/auth/providers", "/api/auth/csrf"] {
            answers.push(browser.get(path).await.expect_status(200));
        }
        answers.push(browser.open("/dashboard").await.expect_status(200));
        answers.push(browser.open("/api/auth/signout").await.expect_status(200));

        let redeemed = world.provider().last_of("POST /token");
        let verifier = redeemed.form_value("code_verifier").unwrap();
        let code = redeemed.form_value("code").unwrap();
        let access_token = world.provider().last_of("GET /userinfo").bearer().to_owned();
        let seen_by_browser = format!("{answers:?} {:?}", browser.cookie_line("/"));
        for secret in
            [verifier.as_str(), &access_token, "refresh-token-", CLIENT_SECRET, "eyJhbGciOiJ", &code]
        {
            assert!(!seen_by_browser.contains(secret), "{secret} reached the browser: {seen_by_browser}");
        }
        let state = target.split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        let line = browser.cookie_line("/").unwrap();
        let session = line.split("; ").find_map(|pair| pair.strip_prefix("__Host-Http-crossgate=")).unwrap();
        for secret in [
            verifier.as_str(),
            &access_token,
            "refresh-token-",
            CLIENT_SECRET,
            "eyJhbGciOiJ",
            &code,
            &state,
            session,
        ] {
            assert!(!world.log.contains(secret), "{secret} is in the log");
        }
        for seen in world.provider().seen() {
            assert!(!seen.target.contains('?'), "what is secret stands in bodies: {}", seen.target);
        }
        for seen in world.app.seen() {
            assert!(!format!("{seen:?}").contains(&access_token), "nobody asked for that: {seen:?}");
        }
    });
}

#[test]
fn a_failed_sign_in_tells_no_more_than_a_good_one() {
    story(async {
        let world = World::with_providers("").await;
        world.provider().claim("nonce", "another".into());
        world.provider().claim("email", "secret-address@shop.example".into());
        let mut browser = world.browser();
        let answer = browser.sign_in_at_provider(&world, "good", "ada").await.expect_status(303);
        let redeemed = world.provider().last_of("POST /token");
        let verifier = redeemed.form_value("code_verifier").unwrap();
        for secret in
            [verifier.as_str(), "access-token-", "refresh-token-", CLIENT_SECRET, "eyJ", "secret-address"]
        {
            assert!(!world.log.contains(secret), "{secret} is in the log");
            assert!(!format!("{answer:?}").contains(secret), "{secret}: {answer:?}");
        }
    });
}

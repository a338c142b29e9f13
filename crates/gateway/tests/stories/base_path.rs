//! An app whose next-auth lives below a base path of its own.

use crossgate_testkit::{ADA, Browser, ORIGIN, World, story};

const BASE: &str = "/shop/api/auth";

const SHOP: &str = "[app]\nbase_path = \"/shop\"\n[app.next_auth]\nbase_path = \"/shop/api/auth\"\n";

/// A field of the JSON that an endpoint answers with.
async fn told(browser: &mut Browser, endpoint: &str, pointer: &str) -> Option<String> {
    let answer = browser.get(&format!("{BASE}/{endpoint}")).await.expect_status(200).json();
    answer.pointer(pointer).and_then(|value| value.as_str()).map(str::to_owned)
}

async fn token(browser: &mut Browser) -> String {
    told(browser, "csrf", "/csrfToken").await.unwrap()
}

async fn person(browser: &mut Browser) -> Option<String> {
    told(browser, "session", "/user/email").await
}

/// Posts to an endpoint as next-auth's client does; gives the address it is told to go on to.
async fn post(browser: &mut Browser, endpoint: &str, fields: &[(&str, &str)]) -> String {
    let token = token(browser).await;
    let common = [("csrfToken", token.as_str()), ("callbackUrl", "/shop"), ("json", "true")];
    let fields = [fields, &common].concat();
    let target = format!("{BASE}/{endpoint}");
    browser.fetch("POST", &target).form(&fields).send().await.expect_status(200).url()
}

#[test]
fn people_sign_in_and_out_below_it() {
    story(async {
        let world = World::with(SHOP).await;
        let mut browser = world.browser();
        let typed = [("email", ADA.email), ("password", ADA.password)];
        let url = post(&mut browser, "callback/credentials", &typed).await;
        assert_eq!(url, format!("{ORIGIN}/shop"));
        assert_eq!(person(&mut browser).await.as_deref(), Some(ADA.email));
        let _ = browser.open("/shop/dashboard").await.expect_status(200);
        assert_eq!(world.app.last().target, "/shop/dashboard");
        let _ = post(&mut browser, "signout", &[]).await;
        assert_eq!(person(&mut browser).await, None);
    });
}

#[test]
fn the_built_in_pages_lead_there_too() {
    story(async {
        let world = World::with(SHOP).await;
        let mut browser = world.browser();
        let sent_away = browser.open("/shop/dashboard").await.expect_status(303).location().to_owned();
        assert!(sent_away.starts_with(&format!("{BASE}/signin?callbackUrl=")), "{sent_away}");
        let page = browser.open(&sent_away).await.expect_status(200).text();
        let action = format!("{BASE}/callback/credentials");
        assert!(page.contains(&format!("action=\"{action}\"")), "{page}");
        let token = token(&mut browser).await;
        let fields =
            [("email", ADA.email), ("password", "wrong"), ("csrfToken", &token), ("callbackUrl", "/")];
        let again = browser.submit(&action, &fields).await.text();
        assert!(again.contains(&format!("action=\"{action}\"")), "{again}");
        let error = browser.open(&format!("{BASE}/error?error=AccessDenied")).await.text();
        assert!(error.contains(&format!("href=\"{BASE}/signin\"")), "{error}");
        for page in [page, again, error] {
            assert!(!page.contains("\"/api/auth"), "{page}");
        }
    });
}

#[test]
fn a_provider_sends_people_back_there() {
    story(async {
        let world = World::with_providers(SHOP).await;
        let mut browser = world.browser();
        assert_eq!(
            told(&mut browser, "providers", "/good/callbackUrl").await,
            Some(format!("{ORIGIN}{BASE}/callback/good"))
        );
        let url = post(&mut browser, "signin/good", &[]).await;
        let back = world.authorize(&url).approve("ada");
        assert!(back.starts_with(&format!("{BASE}/callback/good?")), "{back}");
        let answer = browser.come_back(&back).await.expect_status(303);
        assert_eq!(answer.location(), format!("{ORIGIN}/shop"));
        assert_eq!(person(&mut browser).await.as_deref(), Some("ada@shop.example"));
        let refused = post(&mut browser, "signin/good", &[]).await;
        let refused = browser.come_back(&world.authorize(&refused).deny()).await;
        assert!(refused.location().starts_with(&format!("{ORIGIN}{BASE}/")), "{refused:?}");
    });
}

#[test]
fn the_usual_place_is_an_ordinary_path_then() {
    story(async {
        let world = World::with(SHOP).await;
        let mut browser = world.browser();
        for endpoint in ["session", "csrf", "providers", "signin", "signout", "sessions"] {
            let answer = browser.get(&format!("/api/auth/{endpoint}")).await.expect_status(401);
            assert_eq!(answer.json()["error"], "not_signed_in", "the API has {endpoint}, and it is closed");
        }
        let fields = [("email", ADA.email), ("password", ADA.password)];
        let _ = browser
            .fetch("POST", "/api/auth/callback/credentials")
            .form(&fields)
            .send()
            .await
            .expect_status(401);
        let _ = browser.get("/.well-known/jwks.json").await.expect_status(200);
        assert_eq!(person(&mut browser).await, None);
    });
}

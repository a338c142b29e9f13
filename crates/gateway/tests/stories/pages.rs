//! The built-in pages, as a browser gets them.

use crossgate_testkit::{ADA, World, story};

#[test]
fn every_page_of_ours_comes_with_a_strict_policy_and_no_script() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        for path in [
            "/api/auth/signin",
            "/api/auth/signin?error=CredentialsSignin&csrf=true",
            "/api/auth/signout",
            "/api/auth/error?error=%3Cscript%3Ealert(1)%3C/script%3E",
            "/api/auth/verify-request",
            "/api/auth/callback/credentials",
        ] {
            let page = browser.open(path).await;
            let policy = page.header("content-security-policy").unwrap().to_owned();
            assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
            assert!(
                !policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"),
                "{path}: {policy}"
            );
            assert_eq!(page.header("x-frame-options"), Some("DENY"), "{path}");
            assert_eq!(page.header("x-content-type-options"), Some("nosniff"), "{path}");
            assert_eq!(page.header("cache-control"), Some("private, no-cache, no-store"), "{path}");
            assert!(!page.text().contains("<script"), "{path}: {page:?}");
        }
        assert!(world.app.seen().is_empty() && world.api.seen().is_empty());
    });
}

#[test]
fn the_style_sheet_that_a_page_names_is_there_and_may_be_kept() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let html = browser.open("/api/auth/signin").await.expect_status(200).text();
        let address = html.split("href=\"/.well-known").nth(1).unwrap().split('"').next().unwrap();
        let sheet = browser.get(&format!("/.well-known{address}")).await.expect_status(200);
        assert_eq!(sheet.header("content-type"), Some("text/css; charset=utf-8"));
        assert!(sheet.header("cache-control").unwrap().contains("immutable"));
    });
}

#[test]
fn two_tabs_that_open_the_sign_in_page_do_not_disturb_each_other() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let first = browser.csrf_token().await;
        let second = browser.csrf_token().await;
        assert_eq!(first, second);
        let fields = [("email", ADA.email), ("password", ADA.password), ("csrfToken", first.as_str())];
        let answer = browser.submit("/api/auth/callback/credentials", &fields).await.expect_status(303);
        assert_eq!(answer.location(), "https://shop.example.com/");
    });
}

#[test]
fn providers_tells_a_client_what_it_can_offer() {
    story(async {
        let world = World::new().await;
        let body = world.browser().get("/api/auth/providers").await.expect_status(200).json();
        assert_eq!(body["credentials"]["type"], "credentials");
        assert_eq!(
            body["credentials"]["callbackUrl"],
            "https://shop.example.com/api/auth/callback/credentials"
        );
    });
}

#[test]
fn on_plain_http_the_cookies_have_their_weak_name() {
    story(async {
        let world = World::with("public_url = 'http://localhost:8080'").await;
        let mut browser = world.browser();
        let answer = browser.sign_in(ADA).await.expect_status(200);
        let line = answer.headers_named("set-cookie")[0];
        assert!(
            line.starts_with("crossgate=") && line.contains("HttpOnly") && !line.contains("Secure"),
            "{line}"
        );
        let _ = browser.open("/dashboard").await.expect_status(200);
        assert_eq!(world.app.last().header("x-forwarded-proto"), Some("http"));
        assert_eq!(world.app.last().header("x-forwarded-port"), Some("8080"));
    });
}

#[test]
fn the_app_has_a_page_of_its_own_that_says_to_look_at_ones_mail() {
    story(async {
        for (version, location) in [("v4", "/sent"), ("v5", "/sent?provider=mail&type=email")] {
            let change = format!(
                "[app]\nnext_auth = \"{version}\"\n[pages]\ndefault = \"protected\"\nverify_request = \"/sent\"\n"
            );
            let world = World::with(&change).await;
            let mut browser = world.browser();
            let answer = browser.open("/api/auth/verify-request?provider=mail&type=email").await;
            assert_eq!(answer.expect_status(303).location(), format!("https://shop.example.com{location}"));
            let _ = browser.open(location).await.expect_status(200);
            assert_eq!(world.app.last().target, location, "nobody is signed in yet");
        }
    });
}

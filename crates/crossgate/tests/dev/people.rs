//! Signing in as a test person.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::house::{Ground, account_hook, own_login, provider_tokens};
use crate::support::json_text;

/// What a JWT claims; nobody looks at its signature here.
fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap_or_else(|| panic!("no token: {token:?}"));
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[test]
fn on_the_first_day_somebody_signs_in_without_a_secret_a_store_or_a_provider_in_the_configuration() {
    let ground = Ground::new(&provider_tokens());
    let dev = ground.open(&[]);
    for wanted in [
        &format!("public_url is https://shop.example.com; while developing it is {}", ground.origin()),
        "sign-in with google is left out: GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET are not set",
        &format!("Test people, and who is signed in: http://127.0.0.1:{}/", ground.provider_port),
        &format!("Sign in: {}/api/auth/signin", ground.origin()),
        &format!("app       | url: {}", ground.origin()),
    ] {
        assert!(dev.said.contains(wanted), "{wanted:?} in\n{}", dev.said);
    }
    let mut ada = ground.browser();
    let refused = ada.get("/dashboard");
    assert_eq!(refused.status, 303, "{}", refused.text());
    let page = ada.get("/api/auth/signin");
    assert!(page.contains("Continue with Test people") && !page.contains("Google"), "{}", page.text());
    ada.sign_in_as("test-ada");
    let dashboard = ada.get("/dashboard");
    assert_eq!(dashboard.status, 200, "{}", dashboard.text());
    let identity = claims(&json_text(&dashboard, "/identity"));
    assert_eq!((&identity["name"], &identity["email"]), (&"Ada Lovelace".into(), &"ada@example.com".into()));
    let token = ada.token_at_api().unwrap();
    let token = claims(token.strip_prefix("Bearer ").unwrap());
    assert_eq!((&token["aud"], &token["sub"]), (&"https://api.example.com".into(), &"test-ada".into()));
    assert_eq!(token["role"], "admin", "{token}");
    assert!(ground.path(".crossgate/dev.db").exists() && !ground.path("crossgate.db").exists());
}

#[test]
fn an_api_that_knows_its_own_accounts_only_is_said_to_be_no_place_for_test_people() {
    let ground = Ground::new(&own_login());
    let dev = ground.open(&[]);
    assert!(dev.said.contains("test people are strangers to /api"), "{}", dev.said);
    assert!(!dev.said.contains("sign_in.dev"), "that section stands in no file: {}", dev.said);
    let welcome = Ground::new(&account_hook()).open(&[]);
    assert!(!welcome.said.contains("strangers"), "{}", welcome.said);
}

#[test]
fn anybody_can_be_chosen_by_address_and_nobody_has_to_choose() {
    let ground = Ground::new(&provider_tokens());
    let _dev = ground.open(&[]);
    let mut eve = ground.browser();
    let page = eve.begin();
    let answer = eve.choose(&page, "deny", "true");
    assert!(answer.header("location").unwrap().contains("provider_denied"), "{answer:?}");
    assert_eq!(eve.get("/dashboard").status, 303);
    let page = eve.begin();
    let _ = eve.choose(&page, "email", "eve@shop.example");
    let identity = claims(&json_text(&eve.get("/dashboard"), "/identity"));
    assert_eq!(identity["email"], "eve@shop.example");
    let page = eve.begin();
    for (name, value) in [("email", "nobody"), ("person", "test-nobody")] {
        let request = crate::browser::hidden(&page, "request");
        assert_eq!(
            eve.post_there("/authorize", &[("request", &request), (name, value)]).status,
            400,
            "{value}"
        );
    }
}

#[test]
fn people_of_ones_own_take_the_place_of_the_three() {
    let ground = Ground::new(&provider_tokens());
    let list = r#"[{ "name": "<b>Zoë</b>", "email": "zoe@shop.example", "plan": "gold" }]"#;
    std::fs::write(ground.path("people.json"), list).unwrap();
    let _dev = ground.open(&["--people", "people.json"]);
    let mut zoe = ground.browser();
    let page = zoe.begin();
    assert!(page.contains("Zoë") && !page.contains("<b>") && !page.contains("Ada"), "{}", page.text());
    let _ = zoe.choose(&page, "person", "test-zoe@shop.example");
    assert_eq!(claims(&zoe.token_at_api().unwrap())["plan"], "gold");
}

#[test]
fn the_account_hook_is_asked_and_learns_everything_that_is_claimed() {
    let ground = Ground::new(&account_hook());
    let _dev = ground.open(&[]);
    let mut grace = ground.browser();
    grace.sign_in_as("test-grace");
    let identity = claims(&json_text(&grace.get("/dashboard"), "/identity"));
    assert_eq!((&identity["sub"], &identity["user"]["role"]), (&"account-7".into(), &"editor".into()));
}

#[test]
fn people_sign_out_there_too_and_come_back() {
    let ground = Ground::new(&provider_tokens());
    let _dev = ground.open(&[]);
    let mut ada = ground.browser();
    ada.sign_in_as("test-ada");
    let back = ada.sign_out();
    assert_eq!((back.status, ada.get("/dashboard").status), (303, 303), "{}", back.text());
    assert_eq!(back.header("location"), Some(format!("{}/", ground.origin()).as_str()));
    let elsewhere =
        "/end-session?client_id=crossgate-dev&post_logout_redirect_uri=https%3A%2F%2Fevil.example";
    assert_eq!(ada.get_there(elsewhere).status, 400);
}

#[test]
fn an_app_that_has_its_endpoints_elsewhere_has_them_here_too() {
    let base = "[app]\nnext_auth = { base_path = \"/people/auth\" }\n";
    let ground = Ground::new(&provider_tokens().replace("[app]\n", base));
    let _dev = ground.open(&[]);
    let mut ada = ground.browser();
    ada.base = "/people/auth";
    ada.sign_in_as("test-ada");
    assert_eq!(ada.get("/dashboard").status, 200);
    let _ = ada.press("/sign-out");
    assert_eq!(ada.get("/dashboard").status, 303);
    ada.sign_in_as("test-ada");
    let _ = ada.sign_out();
    assert_eq!(ada.get("/dashboard").status, 303);
}

#[test]
fn the_pages_load_nothing_from_elsewhere_and_their_forms_lead_to_the_gateway_only() {
    let ground = Ground::new(&provider_tokens());
    let _dev = ground.open(&[]);
    let mut ada = ground.browser();
    let forms = format!("form-action 'self' {};", ground.origin());
    for (page, forms) in [(ada.begin(), forms.as_str()), (ada.get_there("/"), "form-action 'self';")] {
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{policy}");
        assert!(policy.contains(forms) && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!page.contains("<script") && !page.contains("style=\""), "{}", page.text());
        assert_eq!(page.header("referrer-policy"), Some("same-origin"));
        let text = page.text();
        let (_, after) = text.split_once("rel=\"stylesheet\" href=\"").unwrap();
        let style = ada.get_there(after.split_once('"').unwrap().0);
        assert_eq!(style.header("content-type"), Some("text/css; charset=utf-8"));
        assert!(style.contains(".person"));
    }
}

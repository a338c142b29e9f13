//! The account hook: the API says who somebody from a provider is.

use crossgate_testkit::{
    ADA, Answer, BOB, Browser, ORIGIN, Person, Reply, World, story, verified_by_key_set, verified_by_secret,
};
use serde_json::{Value, json};

use crate::provider_failures::Before;

const HOOK: &str = "POST /api/accounts/from-provider";

const ACCOUNT: &str = "
[sign_in.account]
request = 'POST /api/accounts/from-provider'
user = '/user'
access_token = '/token'
refresh_token = '/refreshToken'
";

/// Who is signed in in this browser, by the API's own id.
async fn subject(world: &World, browser: &mut Browser) -> Value {
    let _ = browser.open("/dashboard").await.expect_status(200);
    let keys = browser.get("/.well-known/jwks.json").await.json();
    let seen = world.app.last();
    verified_by_key_set(seen.header("x-crossgate-identity").unwrap(), &keys).claims["sub"].clone()
}

#[test]
fn the_api_says_who_it_is_and_gets_its_own_token_afterwards() {
    story(async {
        let world = World::with_providers(ACCOUNT).await;
        let mut browser = world.browser();
        let _ = browser.sign_in_at_provider(&world, "good", "ada").await.expect_status(303);
        assert_eq!(browser.session().await["user"]["name"], ADA.name, "the API's name for her");
        assert_eq!(subject(&world, &mut browser).await, "1");
        let _ = browser.get("/api/orders").await.expect_status(200);
        assert_eq!(world.api.person_of(&world.api.last()), Some(ADA));
        let asked = world.api.last_of(HOOK).json();
        let expected = json!({
            "provider": "good", "issuer": world.provider().issuer(), "subject": world.provider().subject("ada"),
            "email": "ada@shop.example", "email_verified": true, "name": "Ada King",
            "image": "https://pictures.example/ada.png", "claims": asked["claims"],
        });
        assert_eq!(asked, expected);
        assert_eq!(asked["claims"]["sid"], world.provider().last_session("ada"));
    });
}

#[test]
fn the_api_can_verify_that_it_was_us_who_asked() {
    story(async {
        let world = World::with_providers(ACCOUNT).await;
        let mut browser = world.browser();
        let _ = browser.sign_in_at_provider(&world, "good", "ada").await.expect_status(303);
        let keys = browser.get("/.well-known/jwks.json").await.json();
        let token = verified_by_key_set(world.api.last_of(HOOK).bearer(), &keys);
        assert_eq!(token.media_type, "crossgate-account+jwt");
        let claims = &token.claims;
        assert_eq!((&claims["iss"], &claims["provider"]), (&json!(ORIGIN), &json!("good")));
        assert_eq!(claims["aud"], format!("http://{}", world.api.address()));
        assert_eq!(token.expires_at().since(world.now()).as_secs(), 60);
        assert_eq!(claims["provider_issuer"], world.provider().issuer());
        assert_eq!(claims["provider_subject"], world.provider().subject("ada"));
        assert_eq!((&claims["email"], &claims["email_verified"]), (&json!(ADA.email), &json!(true)));
        assert!(claims["jti"].is_string() && claims["link_to"].is_null(), "{claims}");
        let _ = world.browser().sign_in_at_provider(&world, "good", "ada").await;
        let again = verified_by_key_set(world.api.last_of(HOOK).bearer(), &keys);
        assert_ne!(again.claims["jti"], claims["jti"]);
    });
}

#[test]
fn an_api_that_only_knows_a_secret_verifies_with_that() {
    story(async {
        let secret = "the API's own JWT_SECRET, long enough";
        let issued = format!(
            "[[api]]\ntoken = 'issued'\n[api.issued]\naudience = 'orders'\nalgorithm = 'HS256'\nsecret = \"{secret}\"\n"
        );
        let world = World::with_providers(&format!("{issued}{ACCOUNT}")).await;
        let _ = world.browser().sign_in_at_provider(&world, "good", "ada").await.expect_status(303);
        let token = verified_by_secret(world.api.last_of(HOOK).bearer(), secret);
        assert_eq!(token.media_type, "crossgate-account+jwt");
        assert_eq!(token.claims["aud"], "orders");
    });
}

#[test]
fn a_refusal_of_the_api_is_read_in_its_own_words() {
    story(async {
        let world = World::with_providers(ACCOUNT).await;
        for (login, words) in
            [("mallory", "Nobody here knows you."), ("eve", "Your account is locked. Call us.")]
        {
            let mut browser = world.browser();
            let url = browser.begin_sign_in("good", "/dashboard").await;
            let before = Before::of(&world, &browser);
            let answer = browser.come_back(&world.authorize(&url).approve(login)).await.expect_status(403);
            before.assert_one_line(&world, "account_refused");
            let page = answer.text();
            assert!(page.contains(words) && page.contains("account_refused"), "{page}");
            assert!(!answer.sets_session_cookie() && browser.session_cookie().is_none(), "{answer:?}");
            assert_eq!(browser.sign_ins_under_way(), [""; 0]);
            assert!(!world.log.contains(words), "what the API says is for the person");
        }
    });
}

#[test]
fn words_of_the_api_cannot_become_markup() {
    story(async {
        let world = World::with_providers(ACCOUNT).await;
        world.api.on(HOOK, |_| Reply::json(403, &json!({ "message": "<script>alert(1)</script>" })));
        let mut browser = world.browser();
        let page = browser.sign_in_at_provider(&world, "good", "ada").await;
        assert!(page.status == 403 && !page.text().contains("<script"), "{page:?}");
    });
}

#[test]
fn an_api_that_is_down_or_confused_signs_nobody_in() {
    story(async {
        let world = World::with_providers(ACCOUNT).await;
        type Script = fn() -> Reply;
        let replies: [(Script, &str); 4] = [
            (|| Reply::status(500), "sign_in_unavailable"),
            (|| Reply::json(200, &json!({})), "sign_in_misconfigured"),
            (|| Reply::json(200, &json!({ "user": { "id": 1 } })), "sign_in_misconfigured"),
            (Reply::close, "upstream_unreachable"),
        ];
        for (reply, code) in replies {
            world.api.on(HOOK, move |_| reply());
            let mut browser = world.browser();
            let url = browser.begin_sign_in("good", "/dashboard").await;
            let before = Before::of(&world, &browser);
            let answer = browser.come_back(&world.authorize(&url).approve("ada")).await.expect_status(303);
            before.assert_one_line(&world, code);
            assert!(answer.location().contains(&format!("code={code}")), "{answer:?}");
            assert!(!answer.sets_session_cookie());
            assert_eq!(browser.sign_ins_under_way(), [""; 0]);
            let page = browser.arrive(&answer.location()[ORIGIN.len()..]).await;
            assert!(page.text().contains("<h1"), "{page:?}");
        }
    });
}

#[test]
fn nobody_else_can_call_the_hook() {
    story(async {
        let world = World::with_providers(&format!("[[api]]\npublic = ['/api/**']\n{ACCOUNT}")).await;
        let mut browser = world.signed_in().await;
        let seen = world.api.seen().len();
        for path in
            ["/api/accounts/from-provider", "/api/Accounts/From-Provider", "/api/accounts/from%2Dprovider"]
        {
            let fetch = browser.fetch("POST", path).with_token().await.json(&json!({ "subject": "1" }));
            let answer = fetch.send().await;
            assert!((400..500).contains(&answer.status), "{path}: {answer:?}");
        }
        assert_eq!(world.api.seen().len(), seen);
    });
}

/// Bob, signed in with his password, begins to link the account that `login` has at the provider.
async fn linking(world: &World, person: Person, login: &str) -> (Browser, String) {
    let mut browser = world.browser_of(person).await;
    let begun = browser.begin_link("good", "/account").await.expect_status(200);
    let target = world.authorize(&begun.url()).approve(login);
    (browser, target)
}

#[test]
fn a_linked_account_is_one_more_way_in_and_the_session_stays() {
    story(async {
        let world = World::with_providers(ACCOUNT).await;
        let (mut browser, target) = linking(&world, BOB, "mallory").await;
        let cookie = browser.session_cookie();
        let answer = browser.come_back(&target).await.expect_status(303);
        assert_eq!(answer.location(), format!("{ORIGIN}/account"));
        assert!(!answer.sets_session_cookie(), "{answer:?}");
        assert_eq!(browser.session_cookie(), cookie);
        assert_eq!(browser.session().await["user"]["name"], BOB.name);
        assert_eq!(world.api.last_of(HOOK).json()["link_to"], "2");
        let keys = browser.get("/.well-known/jwks.json").await.json();
        let token = verified_by_key_set(world.api.last_of(HOOK).bearer(), &keys);
        assert_eq!(token.claims["link_to"], "2");
        let mut elsewhere = world.browser();
        let _ = elsewhere.sign_in_at_provider(&world, "good", "mallory").await.expect_status(303);
        assert_eq!(subject(&world, &mut elsewhere).await, "2");
    });
}

/// Nothing was linked, and the session that is there is left alone.
async fn assert_not_linked(world: &World, browser: &mut Browser, target: &str, hooks: usize) -> Answer {
    let before = Before::of(world, browser);
    let answer = browser.come_back(target).await;
    before.assert_over(world, browser, &answer, "link_refused").await;
    assert_eq!(world.api.count(HOOK), hooks);
    answer
}

#[test]
fn an_account_is_linked_to_nobody_but_the_person_who_began() {
    story(async {
        let world = World::with_providers(ACCOUNT).await;
        // Somebody else signs in in between.
        let (mut browser, target) = linking(&world, BOB, "mallory").await;
        let _ = browser.sign_in(ADA).await.expect_status(200);
        let _ = assert_not_linked(&world, &mut browser, &target, 0).await;
        assert_eq!(browser.session().await["user"]["name"], ADA.name);
        // The same person, but another session.
        let (mut browser, target) = linking(&world, BOB, "mallory").await;
        let _ = browser.sign_in(BOB).await.expect_status(200);
        let _ = assert_not_linked(&world, &mut browser, &target, 0).await;
        // Somebody else's session, put under this browser while the first one lives on.
        let (mut browser, target) = linking(&world, BOB, "mallory").await;
        let planted = world.browser_of(ADA).await.session_cookie().unwrap();
        browser.keep_cookie(&format!("__Host-Http-crossgate={planted}; Path=/; Secure; HttpOnly"));
        let _ = assert_not_linked(&world, &mut browser, &target, 0).await;
        // Nobody any more.
        let (mut browser, target) = linking(&world, BOB, "mallory").await;
        let _ = browser.sign_out().await.expect_status(200);
        let _ = assert_not_linked(&world, &mut browser, &target, 0).await;
    });
}

#[test]
fn an_account_that_belongs_to_somebody_else_is_not_linked() {
    story(async {
        let world = World::with_providers(ACCOUNT).await;
        let (mut browser, target) = linking(&world, BOB, "ada").await;
        world.api.on(HOOK, |_| {
            Reply::json(200, &json!({ "user": { "id": 1 }, "token": "t", "refreshToken": "r" }))
        });
        let _ = assert_not_linked(&world, &mut browser, &target, 1).await;
        let _ = browser.get("/api/orders").await.expect_status(200);
        assert_eq!(world.api.person_of(&world.api.last()), Some(BOB), "with the token that he had");
    });
}

#[test]
fn linking_needs_a_session_a_token_and_a_hook() {
    story(async {
        let world = World::with_providers(ACCOUNT).await;
        let answer = world.browser().begin_link("good", "/account").await;
        assert_eq!(answer.refusal(), (401, "not_signed_in".into()));
        let mut browser = world.browser_of(BOB).await;
        let fields = [("csrfToken", "wrong"), ("json", "true")];
        let answer = browser.fetch("POST", "/api/auth/link/good").form(&fields).send().await;
        assert!(!answer.text().contains(world.provider().issuer()), "{answer:?}");
        assert_eq!(browser.sign_ins_under_way(), [""; 0]);
        let answer = browser.open("/api/auth/link/good").await;
        assert_eq!(answer.status, 405, "{answer:?}");

        let world = World::with_providers("").await;
        let answer = world.browser_of(BOB).await.begin_link("good", "/account").await;
        assert_eq!(answer.refusal(), (409, "link_refused".into()));
    });
}

#[test]
fn a_sign_in_cannot_be_finished_as_a_link_nor_a_link_as_a_sign_in() {
    story(async {
        let world = World::with_providers(ACCOUNT).await;
        let mut browser = world.browser_of(BOB).await;
        // Begun as a sign-in by somebody who is signed in: it is a sign-in.
        let _ = browser.sign_in_at_provider(&world, "good", "ada").await.expect_status(303);
        assert_eq!(world.api.last_of(HOOK).json().get("link_to"), None);
        assert_eq!(browser.session().await["user"]["name"], ADA.name);
        // Begun as a link, and its cookie carried into a browser without a session: nobody is signed in there.
        let (bobs, target) = linking(&world, BOB, "mallory").await;
        let mut stranger = world.browser();
        for pair in bobs.cookie_line("/").unwrap().split("; ").filter(|pair| pair.contains("-signin-")) {
            stranger.keep_cookie(&format!("{pair}; Path=/; Secure; HttpOnly"));
        }
        let _ = assert_not_linked(&world, &mut stranger, &target, 1).await;
        assert!(!stranger.is_signed_in().await);
    });
}

/// A small service beside the API knows people from providers, and gives them the API's own tokens.
#[test]
fn a_hook_beside_the_api_gives_tokens_of_the_api() {
    story(async {
        let beside = "
[[api]]

[[api]]
path = '/accounts'
url = '${API}'
token = 'none'

[sign_in.account]
api = '/accounts'
request = 'POST /api/accounts/from-provider'
access_token = '/token'
refresh_token = '/refreshToken'
expires_in = '/expiresIn'
";
        let world = World::build().providers().config(crate::refresh::REFRESH).config(beside).start().await;
        world.api.issue_tokens_for(crate::refresh::TOKENS);
        let mut browser = world.browser();
        let _ = browser.sign_in_at_provider(&world, "good", "ada").await.expect_status(303);
        let _ = browser.get("/api/orders").await.expect_status(200);
        world.let_pass(crate::refresh::TOKENS);
        let _ = browser.get("/api/orders").await.expect_status(200);
        assert_eq!(world.api.count("POST /api/refresh"), 1);
        let _ = browser.sign_out().await.expect_status(200);
        world.api.wait_until(|seen| seen.iter().any(|seen| seen.is("POST /api/logout"))).await;
    });
}

//! Providers and clients differ; signing in does not.

use crossgate_testkit::{BOB, ClientProof, HUB, ORIGIN, Reply, Signing, World, story};
use serde_json::{Value, json};

use crate::provider_failures::Before;

#[test]
fn an_answer_that_comes_as_a_form_is_as_good_as_one_in_the_address() {
    story(async {
        let world = World::with_providers("[sign_in.good]\nresponse_mode = 'form_post'").await;
        let mut browser = world.browser_of(BOB).await;
        let bobs = browser.session_cookie().unwrap();
        let begun = browser.try_begin_sign_in("good", "/dashboard?a=b").await.expect_status(200);
        let lines = begun.headers_named("set-cookie");
        let line = lines.iter().find(|line| line.contains("-signin-")).expect("a cookie");
        assert!(line.contains("; SameSite=None") && line.contains("; Secure"), "{line}");
        let form = world.authorize(&begun.url()).approve_in_form("ada");
        let answer = browser.come_back_in_form(&form).await.expect_status(303);
        assert_eq!(answer.location(), format!("{ORIGIN}/dashboard?a=b"));
        assert_eq!(browser.session().await["user"]["name"], "Ada King");
        assert_eq!(browser.sign_ins_under_way(), [""; 0]);
        // The browser did not send Bob's cookie along with the form, and his session is over all the same.
        let mut old = world.browser();
        old.keep_cookie(&format!("__Host-Http-crossgate={bobs}; Path=/; Secure; HttpOnly"));
        assert_eq!(old.get("/api/orders").await.refusal(), (401, "session_ended".into()));
    });
}

#[test]
fn an_answer_comes_only_the_way_it_was_asked_for() {
    story(async {
        let world = World::with_providers("[sign_in.good]\nresponse_mode = 'form_post'").await;
        let mut browser = world.browser();
        let url = browser.begin_sign_in("good", "/").await;
        let before = Before::of(&world, &browser);
        let answer = browser.come_back(&world.authorize(&url).approve("ada")).await;
        before.assert_failed(&world, &mut browser, &answer, "sign_in_not_begun_here").await;
        let url = browser.begin_sign_in("other", "/").await;
        let (target, before) = (world.authorize(&url).approve("ada"), Before::of(&world, &browser));
        let (target, query) = target.split_once('?').unwrap();
        let fields = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let form = crossgate_testkit::FormPost { target: target.to_owned(), fields };
        let answer = browser.come_back_in_form(&form).await;
        before.assert_failed(&world, &mut browser, &answer, "sign_in_not_begun_here").await;
        assert_eq!(world.provider().count("POST /token") + world.other_provider().count("POST /token"), 0);
    });
}

#[test]
fn a_provider_without_openid_connect_is_asked_for_profile_and_addresses() {
    story(async {
        let world = World::with_providers(HUB).await;
        let mut browser = world.browser();
        let url = browser.begin_sign_in("hub", "/dashboard").await;
        let page = world.authorize(&url);
        assert_eq!(page.parameter("scope"), Some("read:user user:email"));
        let answer = browser.come_back(&page.approve("ada")).await.expect_status(303);
        assert_eq!(answer.location(), format!("{ORIGIN}/dashboard"));
        let user = browser.session().await["user"].clone();
        assert_eq!((&user["name"], &user["email"]), (&json!("Ada King"), &json!("ada@shop.example")));
        let asked = world.hub().last_of("GET /user/emails");
        assert!(asked.bearer().starts_with("access-token-"), "{asked:?}");
        assert_eq!(world.hub().count("GET /user"), 1);
    });
}

#[test]
fn an_address_that_nobody_verified_is_nobodys() {
    story(async {
        let world = World::with_providers(HUB).await;
        let mut browser = world.browser();
        let _ = browser.sign_in_at_provider(&world, "hub", "mallory").await.expect_status(303);
        let user = browser.session().await["user"].clone();
        assert_eq!((&user["name"], user.get("email")), (&json!("Mallory"), None));
    });
}

#[test]
fn a_refusal_with_status_200_is_a_refusal() {
    story(async {
        let world = World::with_providers(HUB).await;
        let mut browser = world.browser();
        let url = browser.begin_sign_in("hub", "/").await;
        let page = world.authorize(&url);
        let before = Before::of(&world, &browser);
        let answer = browser.come_back(&page.answer(&[("code", "made-up")])).await;
        before.assert_over(&world, &mut browser, &answer, "provider_refused").await;
        assert!(world.log.contains("bad_verification_code"), "the operator reads the provider's word");
    });
}

#[test]
fn a_profile_without_an_id_is_nobody() {
    story(async {
        let world = World::with_providers(HUB).await;
        for id in [Value::Null, json!(""), json!({}), json!([1]), json!(true), json!("x".repeat(300))] {
            world.hub().profile(move |profile| {
                profile.insert("id".to_owned(), id.clone());
            });
            let mut browser = world.browser();
            let url = browser.begin_sign_in("hub", "/").await;
            let before = Before::of(&world, &browser);
            let answer = browser.come_back(&world.authorize(&url).approve("ada")).await;
            before.assert_over(&world, &mut browser, &answer, "provider_invalid").await;
        }
    });
}

#[test]
fn the_shop_proves_who_it_is_in_every_way_that_providers_ask_for() {
    for (change, proof) in [
        ("client_authentication = 'basic'\nclient_secret = '${CLIENT_SECRET}'", ClientProof::Basic),
        ("client_authentication = 'post'\nclient_secret = '${CLIENT_SECRET}'", ClientProof::Post),
        ("client_authentication = 'none'", ClientProof::None),
        (
            "client_authentication = 'private_key_jwt'\nprivate_key = '''${CLIENT_KEY}'''\nkey_id = 'ours'",
            ClientProof::PrivateKeyJwt,
        ),
    ] {
        story(async {
            let change = format!(
                "[sign_in.special]\ntype = 'oidc'\nname = 'Special'\nissuer = '${{PROVIDER}}'\nclient_id = '${{CLIENT_ID}}'\n{change}"
            );
            let world = World::with_providers(&change).await;
            let mut browser = world.browser();
            let _ = browser.sign_in_at_provider(&world, "special", "ada").await.expect_status(303);
            assert!(browser.is_signed_in().await, "{proof:?}: {}", world.log.text());
            assert_eq!(world.provider().client_proofs(), [proof]);
            // The same where the request is pushed, without saying anything twice.
            world.provider().want_pushed_requests();
            world.let_pass(std::time::Duration::from_secs(2 * 60 * 60));
            let mut browser = world.browser();
            let _ = browser.sign_in_at_provider(&world, "special", "ada").await.expect_status(303);
            assert!(browser.is_signed_in().await, "{proof:?}: {}", world.log.text());
        });
    }
}

#[test]
fn a_pushed_request_shows_the_browser_nothing() {
    story(async {
        let world = World::with_providers("").await;
        world.provider().want_pushed_requests();
        let mut browser = world.browser();
        // The provider looks at the address: nothing but the client and a reference stands there.
        let url = browser.begin_sign_in("good", "/dashboard").await;
        let page = world.authorize(&url);
        assert_eq!(page.parameter("scope"), Some("openid email profile"));
        let _ = browser.come_back(&page.approve("ada")).await.expect_status(303);
        assert!(browser.is_signed_in().await);
        assert_eq!(
            world.provider().client_proofs(),
            [ClientProof::Basic; 2],
            "there and at the token endpoint"
        );
        world.provider().on("POST /par", |_| Reply::json(400, &json!({ "error": "invalid_request" })));
        let mut browser = world.browser();
        let _ = browser.csrf_token().await;
        let before = Before::of(&world, &browser);
        let answer = browser.try_begin_sign_in("good", "/").await;
        before.assert_not_begun(&world, &mut browser, &answer, "provider_misconfigured").await;
    });
}

#[test]
fn further_claims_are_fetched_where_the_id_token_says_too_little() {
    for (setting, claim, asked) in [
        ("when_needed", "name", 0),
        ("when_needed", "email", 1),
        ("always", "name", 1),
        ("never", "email", 0),
    ] {
        story(async {
            let change = format!("[sign_in.good]\nuser_info = '{setting}'");
            let world = World::with_providers(&change).await;
            world.provider().claim(claim, Value::Null);
            let mut browser = world.browser();
            let _ = browser.sign_in_at_provider(&world, "good", "ada").await.expect_status(303);
            let user = browser.session().await["user"].clone();
            assert_eq!(user.get(claim).is_some(), asked == 1, "{setting}: {user}");
            assert_eq!(world.provider().count("GET /userinfo"), asked, "{setting} without {claim}");
        });
    }
}

#[test]
fn either_kind_of_key_signs() {
    story(async {
        let world = World::with_providers("").await;
        for signing in [Signing::Es256, Signing::Rs256, Signing::WithoutKeyId] {
            world.provider().sign_with(signing);
            let mut browser = world.browser();
            let answer = browser.sign_in_at_provider(&world, "good", "ada").await;
            assert!(answer.sets_session_cookie(), "{signing:?}: {answer:?}\n{}", world.log.text());
        }
    });
}

#[test]
fn a_client_can_ask_which_providers_there_are() {
    story(async {
        let world = World::with_providers(HUB).await;
        let body = world.browser().get("/api/auth/providers").await.expect_status(200).json();
        for (id, name, kind) in
            [("good", "Good", "oauth"), ("other", "Other", "oauth"), ("hub", "Hub", "oauth")]
        {
            let entry = json!({
                "id": id, "name": name, "type": kind,
                "signinUrl": format!("{ORIGIN}/api/auth/signin/{id}"),
                "callbackUrl": format!("{ORIGIN}/api/auth/callback/{id}"),
            });
            assert_eq!(body[id], entry);
        }
        assert_eq!(body["credentials"]["type"], "credentials");
    });
}

#[test]
fn a_client_of_the_next_version_is_answered_in_its_own_form() {
    story(async {
        let world = World::with_providers("[app]\nnext_auth = 'v5'").await;
        let mut browser = world.browser();
        let token = browser.csrf_token().await;
        let fields = [("csrfToken", token.as_str()), ("callbackUrl", "/dashboard")];
        let fetch = browser.fetch("POST", "/api/auth/signin/good?").form(&fields);
        let begun = fetch.with("X-Auth-Return-Redirect", "1").send().await.expect_status(200);
        let answer =
            browser.come_back(&world.authorize(&begun.url()).approve("ada")).await.expect_status(303);
        assert_eq!(answer.location(), format!("{ORIGIN}/dashboard"));
        assert!(browser.is_signed_in().await);

        let mut browser = world.browser();
        let url = browser.begin_sign_in("good", "/").await;
        let answer = browser.come_back(&world.authorize(&url).deny()).await.expect_status(303);
        let page = format!("{ORIGIN}/api/auth/signin?error=OAuthCallbackError&code=provider_denied");
        assert_eq!(answer.location(), page);
        world.provider().sign_with(Signing::None);
        let answer = browser.sign_in_at_provider(&world, "good", "ada").await.expect_status(303);
        let page = format!("{ORIGIN}/api/auth/error?error=Configuration&code=provider_invalid");
        assert_eq!(answer.location(), page);
    });
}

#[test]
fn a_page_chooses_only_parameters_that_are_on_the_list() {
    story(async {
        let world = World::with_providers("[sign_in.good]\nparameters = { access_type = 'offline' }").await;
        let mut browser = world.browser();
        let query = "login_hint=ada%40shop.example&prompt=login&scope=everything&state=x&nonce=x&client_id=evil\
             &redirect_uri=https%3A%2F%2Fevil.test&response_type=token&response_mode=fragment&code_challenge=x\
             &code_challenge_method=plain&audience=x&resource=x&request=x&acr_values=x&access_type=online";
        let url = browser.begin_sign_in(&format!("good?{query}"), "/dashboard").await;
        // The provider looks at everything that protects the sign-in.
        let page = world.authorize(&url);
        for (name, value) in [
            ("login_hint", Some("ada@shop.example")),
            ("prompt", Some("login")),
            ("access_type", Some("offline")),
            ("scope", Some("openid email profile")),
            ("redirect_uri", Some("https://shop.example.com/api/auth/callback/good")),
            ("response_mode", None),
            ("audience", None),
            ("resource", None),
            ("request", None),
            ("acr_values", None),
        ] {
            assert_eq!(page.parameter(name), value, "{name}");
        }
        let _ = browser.come_back(&page.approve("ada")).await.expect_status(303);
        assert!(browser.is_signed_in().await);
    });
}

#[test]
fn on_plain_http_of_this_machine_it_works_with_the_weak_names() {
    story(async {
        let world = World::with_providers("public_url = 'http://localhost:8080'").await;
        let mut browser = world.browser();
        let url = browser.begin_sign_in("good", "/dashboard").await;
        let names = browser.sign_ins_under_way();
        assert!(names.len() == 1 && names[0].starts_with("crossgate-signin-"), "{names:?}");
        let _ = browser.come_back(&world.authorize(&url).approve("ada")).await.expect_status(303);
        assert!(browser.is_signed_in().await);
    });
}

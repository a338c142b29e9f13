//! `from_app = "adopt"`: a session cookie that the app sets for somebody who is not signed in is a sign-in.

use crossgate_testkit::{Answer, Browser, Reply, World, story};
use serde_json::{Value, json};

use crate::next_auth::{GENERATIONS, Generation};

const MORE: &str = "session = { user = { id = '{sub}', role = '{role}' } }";

/// The claims of somebody whom the app let in.
fn grace(world: &World) -> Value {
    let now = world.now().as_seconds();
    json!({
        "sub": "grace-1", "name": "Grace", "email": "grace@shop.example", "picture": "https://p.example/g.png",
        "role": "admin", "iat": now, "exp": now + 3600, "jti": "theirs",
    })
}

/// From now on the app signs in whoever comes to `/in`, with these claims.
fn let_app_sign_in(world: &World, generation: Generation, claims: &Value) {
    let line = format!("{}={}; Path=/; HttpOnly; Secure", generation.cookie, generation.seal(claims));
    for request in ["GET /in", "POST /in", "GET /_next/static/in.js"] {
        let line = line.clone();
        world.app.on(request, move |_| Reply::status(200).header("Set-Cookie", &line));
    }
}

async fn come_in(browser: &mut Browser) -> Answer {
    browser.open("/in").await.expect_status(200)
}

#[test]
fn whom_the_app_lets_in_is_signed_in() {
    story(async {
        for generation in GENERATIONS {
            let world = generation.adopting(MORE).await;
            let_app_sign_in(&world, generation, &grace(&world));
            let mut browser = world.browser();
            let answer = come_in(&mut browser).await;
            assert_eq!(answer.headers_named("set-cookie").len(), 1, "ours alone: {answer:?}");
            assert!(answer.sets_session_cookie());
            let user = json!({
                "name": "Grace", "email": "grace@shop.example", "image": "https://p.example/g.png", "id": "grace-1",
                "role": "admin",
            });
            assert_eq!(browser.session().await["user"], user);
            let told = generation.told(&world, &mut browser).await;
            assert_eq!((&told["sub"], &told["role"]), (&json!("grace-1"), &json!("admin")));
            assert!(told["sid"].is_string() && told["jti"] != "theirs", "{told}");
            let sessions = browser.get("/api/auth/sessions").await.json();
            assert_eq!(sessions["sessions"][0]["sign_in"], "app");
        }
    });
}

#[test]
fn what_the_app_writes_into_its_token_gives_nobody_a_role_at_the_door() {
    story(async {
        let generation = GENERATIONS[0];
        let rule = "[[pages.rule]]\npath = '/admin/**'\naccess = 'session'\nrequire = { role = 'admin' }";
        let world = World::with(&format!("{}\n{rule}", generation.config("from_app = 'adopt'"))).await;
        let_app_sign_in(&world, generation, &grace(&world));
        let mut browser = world.browser();
        let _ = come_in(&mut browser).await;
        let _ = browser.open("/admin/x").await.expect_status(403);
        let _ = world.signed_in().await.open("/admin/x").await.expect_status(200);
    });
}

#[test]
fn a_token_that_names_a_session_or_nobody_signs_nobody_in() {
    story(async {
        for generation in GENERATIONS {
            let world = generation.adopting("").await;
            let told = generation.told(&world, &mut world.signed_in().await).await;
            let mut of_nobody = grace(&world);
            of_nobody["sub"] = json!("");
            for claims in [told, of_nobody] {
                let_app_sign_in(&world, generation, &claims);
                let mut browser = world.browser();
                assert!(!come_in(&mut browser).await.sets_session_cookie());
                assert!(!browser.is_signed_in().await);
                assert!(world.log.contains("a session cookie that the app set was dropped"));
            }
        }
    });
}

#[test]
fn where_it_is_not_wanted_the_app_signs_nobody_in() {
    story(async {
        let generation = GENERATIONS[1];
        let world = generation.world("").await;
        let_app_sign_in(&world, generation, &grace(&world));
        assert!(!come_in(&mut world.browser()).await.sets_session_cookie());
    });
}

#[test]
fn another_site_cannot_have_the_app_sign_somebody_in() {
    story(async {
        let generation = GENERATIONS[1];
        let world = generation.adopting("").await;
        let_app_sign_in(&world, generation, &grace(&world));
        let mut browser = world.browser();
        let origin = world.origin().to_owned();
        for (name, value, is_in) in [
            ("Origin", "https://evil.test", false),
            ("Sec-Fetch-Site", "cross-site", false),
            ("Origin", origin.as_str(), true),
        ] {
            let answer = browser.fetch("POST", "/in").instead(name, value).send().await.expect_status(200);
            assert_eq!(answer.sets_session_cookie(), is_in, "{name}: {value}");
        }
    });
}

#[test]
fn an_asset_signs_nobody_in_because_nobody_looked_whose_request_it_is() {
    story(async {
        let generation = GENERATIONS[0];
        let world = generation.adopting("").await;
        let_app_sign_in(&world, generation, &grace(&world));
        let mut browser = world.signed_in().await;
        let answer = browser.get("/_next/static/in.js").await.expect_status(200);
        assert!(answer.headers_named("set-cookie").is_empty(), "{answer:?}");
        assert_eq!(browser.session().await["user"]["name"], "Ada Lovelace");
    });
}

#[test]
fn a_sign_in_by_the_app_replaces_a_session_that_was_over() {
    story(async {
        let generation = GENERATIONS[0];
        let world = World::with(&format!(
            "session = {{ idle_timeout = '30m', absolute_timeout = '2h' }}\n{}",
            generation.config("from_app = 'adopt'")
        ))
        .await;
        let mut browser = world.signed_in().await;
        let before = browser.session_cookie();
        world.let_pass(std::time::Duration::from_secs(31 * 60));
        let_app_sign_in(&world, generation, &grace(&world));
        assert!(come_in(&mut browser).await.sets_session_cookie());
        assert_ne!(browser.session_cookie(), before);
        assert_eq!(generation.told(&world, &mut browser).await["sub"], "grace-1");
    });
}

#[test]
fn while_the_store_is_away_nobody_is_signed_in_by_the_app() {
    story(async {
        let generation = GENERATIONS[0];
        let world = generation.adopting("").await;
        let_app_sign_in(&world, generation, &grace(&world));
        world.store.fail(crossgate_testkit::Operation::Create);
        let answer = world.browser().get("/in").await;
        assert_eq!(answer.refusal(), (503, "store_unavailable".to_owned()));
        assert!(!answer.sets_session_cookie());
    });
}

//! `update()`: a person changes what they may, and the API says what it thinks of it.

use crossgate_testkit::{ADA, Answer, Browser, Operation, Reply, World, story, verified_by_key_set};
use serde_json::{Value, json};

use crate::next_auth::{GENERATIONS, Generation};

const REQUEST: &str = "POST /api/session-claims";
const HOOK: &str = "[app.next_auth.hook]\nrequest = 'POST /api/session-claims'\n";

/// `update(data)` of the client.
async fn update(browser: &mut Browser, data: Value) -> Answer {
    let token = browser.csrf_token().await;
    let body = match data {
        Value::Null => json!({ "csrfToken": token }),
        data => json!({ "csrfToken": token, "data": data }),
    };
    browser.fetch("POST", "/api/auth/session").json(&body).send().await
}

/// A shop whose API says which claims there are.
async fn world_with_hook(generation: Generation, more: &str) -> World {
    let world = World::with(&format!("{}\n{HOOK}", generation.config(more))).await;
    let_hook_say(&world, &json!({ "plan": "gold" }));
    world
}

fn let_hook_say(world: &World, claims: &Value) {
    let claims = claims.clone();
    world.api.on(REQUEST, move |_| Reply::json(200, &claims));
}

#[test]
fn only_what_is_listed_changes() {
    story(async {
        for generation in GENERATIONS {
            let world = generation.world("update = ['name', 'theme']").await;
            let mut browser = world.signed_in().await;
            let before = generation.told(&world, &mut browser).await;
            let data = json!({
                "name": "Countess", "email": "mallory@evil.test", "role": "god", "sub": "2", "sid": "x", "exp": 1,
                "user": { "theme": { "dark": true }, "name": "not this one", "plan": "gold" },
            });
            let answer = update(&mut browser, data).await.expect_status(200);
            assert_eq!(answer.json()["user"]["name"], "Countess");
            let mut expected = before.clone();
            expected["name"] = json!("Countess");
            expected["theme"] = json!({ "dark": true });
            let told = generation.told(&world, &mut browser).await;
            expected["jti"] = told["jti"].clone();
            assert_eq!(told, expected);
        }
    });
}

#[test]
fn where_nothing_is_listed_nothing_changes_whatever_is_sent() {
    story(async {
        for generation in GENERATIONS {
            let world = generation.world("").await;
            let mut browser = world.signed_in().await;
            for data in [json!({ "name": "Mallory" }), json!("text"), json!([1]), Value::Null] {
                let answer = update(&mut browser, data).await.expect_status(200);
                assert_eq!(answer.json()["user"]["name"], "Ada Lovelace");
            }
            assert_eq!(world.store.calls(Operation::ReplaceContent), 0);
        }
    });
}

#[test]
fn without_the_csrf_token_nothing_changes() {
    story(async {
        for generation in GENERATIONS {
            let world = generation.world("update = ['name']").await;
            let mut browser = world.signed_in().await;
            let body = json!({ "csrfToken": "wrong", "data": { "name": "Mallory" } });
            let answer = browser.fetch("POST", "/api/auth/session").json(&body).send().await;
            assert_eq!((answer.status, answer.code()), (400, "csrf_invalid".to_owned()));
            assert_eq!(browser.session().await["user"]["name"], "Ada Lovelace");
            assert_eq!(update(&mut world.browser(), json!({ "name": "x" })).await.text(), generation.nobody);
        }
    });
}

#[test]
fn no_number_of_changes_makes_a_large_token() {
    story(async {
        let generation = GENERATIONS[1];
        let world = generation.world("update = ['a', 'b']").await;
        let mut browser = world.signed_in().await;
        let _ = update(&mut browser, json!({ "a": "x".repeat(2500) })).await.expect_status(200);
        let refused = update(&mut browser, json!({ "b": "x".repeat(2500) })).await;
        assert_eq!(refused.refusal(), (413, "body_too_large".to_owned()));
        let told = generation.told(&world, &mut browser).await;
        assert_eq!((told["a"].as_str().map(str::len), told.get("b")), (Some(2500), None));
        let _ = update(&mut browser, json!({ "a": 1, "b": "x".repeat(2500) })).await.expect_status(200);
    });
}

#[test]
fn the_hook_is_asked_before_a_session_begins_and_says_what_the_token_has() {
    story(async {
        for generation in GENERATIONS {
            let world = world_with_hook(generation, "session = { plan = '{plan}' }").await;
            let_hook_say(&world, &json!({ "plan": "gold", "sub": "2", "sid": "x", "exp": 1 }));
            let mut browser = world.signed_in().await;
            let told = generation.told(&world, &mut browser).await;
            assert_eq!((&told["plan"], &told["sub"]), (&json!("gold"), &json!("1")));
            assert_eq!(browser.session().await["plan"], "gold");
            let asked = world.api.last_of(REQUEST);
            let body = asked.json();
            let expected = json!({
                "sub": "1", "name": ADA.name, "email": ADA.email, "user": body["user"], "sign_in": "credentials",
                "trigger": "signIn", "data": null,
            });
            assert_eq!((&body, &body["user"]["role"]), (&expected, &json!("admin")));
            let keys = browser.get("/.well-known/jwks.json").await.json();
            let proof = verified_by_key_set(asked.bearer(), &keys);
            assert_eq!(proof.media_type, "crossgate-claims+jwt");
            assert_eq!((&proof.claims["sub"], &proof.claims["trigger"]), (&json!("1"), &json!("signIn")));
            assert_eq!(proof.expires_at().since(world.now()).as_secs(), 60);
        }
    });
}

#[test]
fn nobody_else_asks_the_hook() {
    story(async {
        let world = world_with_hook(GENERATIONS[0], "").await;
        let mut browser = world.signed_in().await;
        let count = world.api.count(REQUEST);
        let answer = browser.fetch("POST", "/api/session-claims").with_token().await.send().await;
        assert_eq!((answer.status, world.api.count(REQUEST)), (404, count));
    });
}

#[test]
fn every_way_of_signing_in_asks_the_hook() {
    story(async {
        let generation = GENERATIONS[0];
        let change = format!("{}\n{HOOK}", generation.config("from_app = 'adopt'"));
        let world = World::with_providers(&change).await;
        let_hook_say(&world, &json!({ "plan": "gold" }));
        let mut browser = world.browser();
        let _ = browser.sign_in_at_provider(&world, "good", "ada").await.expect_status(303);
        assert_eq!(world.api.last_of(REQUEST).json()["sign_in"], "good");
        assert_eq!(generation.told(&world, &mut browser).await["plan"], "gold");

        let claims = json!({ "sub": "g", "exp": world.now().as_seconds() + 60, "plan": "none" });
        let line = format!("{}={}; Path=/", generation.cookie, generation.seal(&claims));
        world.app.on("GET /in", move |_| Reply::status(200).header("Set-Cookie", &line));
        let mut browser = world.browser();
        assert!(browser.open("/in").await.sets_session_cookie());
        assert_eq!(world.api.last_of(REQUEST).json()["sign_in"], "app");
        assert_eq!(generation.told(&world, &mut browser).await["plan"], "gold");
    });
}

#[test]
fn a_second_step_asks_the_hook_once_it_is_taken() {
    story(async {
        let change = format!("{}\n{HOOK}", GENERATIONS[1].config(""));
        let world = crate::sign_in_second_step::world_with(&change).await;
        let_hook_say(&world, &json!({ "plan": "gold" }));
        let mut browser = world.browser();
        let _ = crate::sign_in_second_step::first(&mut browser).await;
        assert_eq!(world.api.count(REQUEST), 0);
        let code = crate::sign_in_second_step::CODE;
        let _ = crate::sign_in_second_step::post(&mut browser, &[("code", code)]).await.expect_status(200);
        assert_eq!(world.api.count(REQUEST), 1);
        assert_eq!(GENERATIONS[1].told(&world, &mut browser).await["plan"], "gold");
    });
}

/// Answers of the hook that say nothing.
fn bad_answers() -> [Reply; 5] {
    [
        Reply::status(500),
        Reply::close(),
        Reply::json(403, &json!({})),
        Reply::json(200, &json!(["no object"])),
        Reply::json(200, &json!({ "big": "x".repeat(16_384) })),
    ]
}

fn let_hook_answer_once(world: &World, reply: Reply) {
    let reply = std::cell::Cell::new(Some(reply));
    world.api.on(REQUEST, move |_| reply.take().unwrap_or_else(|| Reply::status(500)));
}

#[test]
fn whom_the_hook_says_nothing_about_does_not_come_in() {
    story(async {
        let generation = GENERATIONS[0];
        for reply in bad_answers() {
            let change = format!("{}\n{HOOK}", generation.config("from_app = 'adopt'"));
            let world = World::with_providers(&change).await;
            let_hook_answer_once(&world, reply);
            let mut browser = world.browser();
            let answer = browser.sign_in(ADA).await;
            assert!(answer.status != 200 && !answer.sets_session_cookie(), "{answer:?}");

            let answer = browser.sign_in_at_provider(&world, "good", "ada").await.expect_status(303);
            assert!(answer.location().contains("error="), "{answer:?}");

            let claims = json!({ "sub": "g", "exp": world.now().as_seconds() + 60 });
            let line = format!("{}={}; Path=/", generation.cookie, generation.seal(&claims));
            world.app.on("GET /in", move |_| Reply::status(200).header("Set-Cookie", &line));
            let answer = browser.get("/in").await;
            assert!(answer.status >= 500 && !answer.sets_session_cookie(), "{answer:?}");
            assert!(!browser.is_signed_in().await);
            assert_eq!(world.store.calls(Operation::Create), 0);
        }
    });
}

#[test]
fn at_update_the_hook_sees_the_data_and_its_word_counts() {
    story(async {
        for generation in GENERATIONS {
            let world = world_with_hook(generation, "update = ['name']").await;
            let mut browser = world.signed_in().await;
            let data = json!({ "name": "Countess", "plan": "platinum" });
            let_hook_say(&world, &json!({ "plan": "silver", "name": "Ada, Countess" }));
            let answer = update(&mut browser, data.clone()).await.expect_status(200);
            assert_eq!(answer.json()["user"]["name"], "Ada, Countess");
            let asked = world.api.last_of(REQUEST).json();
            assert_eq!((&asked["trigger"], &asked["data"]), (&json!("update"), &data));
            assert_eq!(generation.told(&world, &mut browser).await["plan"], "silver");
            let _ = update(&mut browser, Value::Null).await.expect_status(200);
            let asked = world.api.last_of(REQUEST).json();
            assert_eq!((&asked["trigger"], &asked["data"]), (&json!("update"), &Value::Null));
        }
    });
}

#[test]
fn while_the_hook_fails_nothing_changes() {
    story(async {
        for generation in GENERATIONS {
            for reply in bad_answers() {
                let world = world_with_hook(generation, "update = ['name']").await;
                let mut browser = world.signed_in().await;
                let before = generation.told(&world, &mut browser).await;
                let_hook_answer_once(&world, reply);
                let answer = update(&mut browser, json!({ "name": "Countess" })).await;
                assert_eq!(answer.refusal(), (503, "claims_unavailable".to_owned()));
                assert_eq!(answer.header("retry-after"), Some("5"));
                assert_eq!(generation.told(&world, &mut browser).await, before);
                assert!(browser.is_signed_in().await);
            }
        }
    });
}

#[test]
fn a_hook_that_goes_on_failing_is_left_alone() {
    story(async {
        let limits = "throttle = { per_account = 3, per_address = 100, window = '15m' }\n";
        let generation = GENERATIONS[0];
        let world = World::with(&format!("{limits}{}\n{HOOK}", generation.config(""))).await;
        let_hook_say(&world, &json!({}));
        let mut browser = world.signed_in().await;
        for _ in 0..5 {
            let _ = update(&mut browser, json!({})).await.expect_status(200);
        }
        world.api.on(REQUEST, |_| Reply::status(500));
        for _ in 0..3 {
            let _ = update(&mut browser, json!({})).await.expect_status(503);
        }
        let count = world.api.count(REQUEST);
        assert_eq!(update(&mut browser, json!({})).await.refusal(), (429, "too_many_attempts".to_owned()));
        assert_eq!(world.api.count(REQUEST), count);
    });
}

#[test]
fn what_the_provider_gave_goes_back_where_the_hook_lets_nobody_in() {
    story(async {
        let world = World::with_providers(&format!("{}\n{HOOK}", GENERATIONS[0].config(""))).await;
        world.api.on(REQUEST, |_| Reply::status(500));
        let answer = world.browser().sign_in_at_provider(&world, "good", "ada").await;
        assert!(!answer.sets_session_cookie(), "{answer:?}");
        world.provider().wait_until(|seen| seen.iter().any(|seen| seen.is("POST /revoke"))).await;
    });
}

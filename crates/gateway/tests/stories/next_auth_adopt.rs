//! `from_app = "adopt"`: what the app does to its session cookie counts, where it is of this session and no other.

use std::cell::Cell;

use crossgate_core::session::{EndReason, SessionId};
use crossgate_store::SessionStore as _;
use crossgate_testkit::{Browser, Operation, Reply, Seen, World, let_others_run, story};
use serde_json::{Value, json};

use crate::next_auth::{GENERATIONS, Generation, SECRET, cookies};

/// From now on the app answers `/set` with this value of its session cookie.
fn let_app_set(world: &World, generation: Generation, value: &str) {
    let line = format!("{}={value}; Path=/; HttpOnly; Secure; SameSite=Lax", generation.cookie);
    world.app.on("GET /set", move |_| Reply::status(200).header("Set-Cookie", &line));
    let line = format!("{}={value}; Path=/", generation.cookie);
    world.app.on("POST /set", move |_| Reply::status(200).header("Set-Cookie", &line));
}

/// Opens the page at which the app sets its cookie.
async fn visit(browser: &mut Browser) {
    let answer = browser.open("/set").await.expect_status(200);
    assert!(
        !answer.headers_named("set-cookie").iter().any(|line| line.contains("session-token")),
        "{answer:?}"
    );
}

/// Claims as an app seals them again: others over those that it was told.
fn again(told: &Value, others: Value) -> Value {
    let mut claims = told.clone();
    claims.as_object_mut().unwrap().extend(others.as_object().cloned().unwrap());
    claims
}

#[test]
fn claims_that_the_app_changed_are_those_of_the_session_before_the_browser_has_the_answer() {
    story(async {
        for generation in GENERATIONS {
            let world = generation.adopting("token = { role = '{user.role}' }").await;
            let mut browser = world.signed_in().await;
            let told = generation.told(&world, &mut browser).await;
            let news =
                json!({ "name": "Countess", "theme": "dark", "jti": "new", "iat": 1, "role": "guest" });
            let token = generation.seal(&again(&told, news));
            let (first, rest) = token.split_at(token.len() / 2);
            let lines = [(0, first), (1, rest)]
                .map(|(number, piece)| format!("{}.{number}={piece}; Path=/", generation.cookie));
            let gone = format!("{}=; Max-Age=0; Path=/", generation.cookie);
            world.app.on("GET /set", move |_| {
                let reply = Reply::status(200).header("Set-Cookie", &gone);
                lines.iter().fold(reply, |reply, line| reply.header("Set-Cookie", line))
            });
            visit(&mut browser).await;
            let after = generation.told(&world, &mut browser).await;
            let claims = (&after["name"], &after["theme"], &after["role"]);
            assert_eq!(claims, (&json!("Countess"), &json!("dark"), &json!("guest")));
            assert_eq!((&after["sid"], &after["iat"]), (&told["sid"], &told["iat"]));
            assert_eq!(browser.session().await["user"]["name"], "Countess");
        }
    });
}

#[test]
fn a_cookie_that_only_came_back_writes_nothing() {
    story(async {
        for generation in GENERATIONS {
            let world = generation.adopting("").await;
            world.app.on("GET /set", move |seen: &Seen| {
                let lines = cookies(seen).map(|(name, value)| format!("{name}={value}; Path=/"));
                lines.fold(Reply::status(200), |reply, line| reply.header("Set-Cookie", &line))
            });
            let mut browser = world.signed_in().await;
            visit(&mut browser).await;
            assert_eq!(world.store.calls(Operation::ReplaceContent), 0);
            assert!(browser.is_signed_in().await);
        }
    });
}

#[test]
fn a_claim_that_the_app_took_away_is_gone() {
    story(async {
        let generation = GENERATIONS[1];
        let world = generation.adopting("").await;
        let mut browser = world.signed_in().await;
        let told = generation.told(&world, &mut browser).await;
        let_app_set(&world, generation, &generation.seal(&again(&told, json!({ "cart": 1 }))));
        visit(&mut browser).await;
        assert_eq!(generation.told(&world, &mut browser).await["cart"], 1);
        let mut less = told.clone();
        less.as_object_mut().unwrap().remove("email");
        let_app_set(&world, generation, &generation.seal(&less));
        visit(&mut browser).await;
        let after = generation.told(&world, &mut browser).await;
        assert_eq!((after.get("cart"), &after["email"]), (None, &Value::Null));
        assert_eq!(browser.session().await["user"]["email"], Value::Null);
    });
}

#[test]
fn nobody_becomes_somebody_else_and_no_limit_moves() {
    story(async {
        for generation in GENERATIONS {
            let world = generation.adopting("").await;
            let mut browser = world.signed_in().await;
            let told = generation.told(&world, &mut browser).await;
            let expires = browser.session().await["expires"].clone();
            let later = told["exp"].as_i64().unwrap() * 2;
            let_app_set(
                &world,
                generation,
                &generation.seal(&again(&told, json!({ "sub": "2", "exp": later }))),
            );
            visit(&mut browser).await;
            assert_eq!(generation.told(&world, &mut browser).await, told);
            assert_eq!(browser.session().await["expires"], expires);
        }
    });
}

#[test]
fn a_token_that_is_not_of_this_session_changes_nothing_and_the_operator_reads_why() {
    story(async {
        for generation in GENERATIONS {
            let world = generation.adopting("").await;
            let other = generation.told(&world, &mut world.signed_in().await).await;
            let mut browser = world.signed_in().await;
            let told = generation.told(&world, &mut browser).await;
            let forged = again(&told, json!({ "name": "Mallory" }));
            let of_nobody = {
                let mut claims = forged.clone();
                claims.as_object_mut().unwrap().remove("sid");
                claims
            };
            let changed = |sealed: String| sealed.replacen("..", "..A", 1);
            for (value, why) in [
                (generation.seal(&again(&forged, json!({ "sid": other["sid"] }))), "it is another session's"),
                (generation.seal(&again(&forged, json!({ "sid": 7 }))), "it is another session's"),
                (generation.seal(&of_nobody), "it is no session's, and somebody is signed in"),
                (generation.seal_under("another secret", &forged), "it does not open"),
                (changed(generation.seal(&forged)), "it does not open"),
                ("junk".to_owned(), "it does not open"),
                (generation.seal(&again(&forged, json!({ "exp": 1 }))), "it does not open, or is not live"),
                (
                    generation.seal(&again(&forged, json!({ "big": "x".repeat(16_384) }))),
                    "larger than 16 KiB",
                ),
                ("x".repeat(40_000), "it is too long"),
            ] {
                let_app_set(&world, generation, &value);
                let mark = world.log.mark();
                visit(&mut browser).await;
                let lines = world.log.text().split_off(mark);
                assert!(lines.contains("dropped") && lines.contains(why), "{why}: {lines}");
                assert_eq!(generation.told(&world, &mut browser).await, told, "{why}");
            }
        }
    });
}

#[test]
fn pieces_that_are_no_whole_change_nothing() {
    story(async {
        let generation = GENERATIONS[0];
        let world = generation.adopting("").await;
        let mut browser = world.signed_in().await;
        let told = generation.told(&world, &mut browser).await;
        let token = generation.seal(&again(&told, json!({ "name": "Mallory" })));
        let line = format!("{}.1={token}; Path=/", generation.cookie);
        world.app.on("GET /set", move |_| Reply::status(200).header("Set-Cookie", &line));
        visit(&mut browser).await;
        assert_eq!(generation.told(&world, &mut browser).await, told);
        assert!(world.log.contains("its pieces are no whole"));
    });
}

#[test]
fn an_answer_that_comes_late_does_not_undo_what_was_changed_meanwhile() {
    story(async {
        let generation = GENERATIONS[0];
        let world = generation.adopting("update = ['name']").await;
        let mut browser = world.signed_in().await;
        let told = generation.told(&world, &mut browser).await;
        let_app_set(&world, generation, &generation.seal(&again(&told, json!({ "theme": "dark" }))));
        let gate = world.app.hold("GET /set");
        let mut slow = browser.navigation("/set").start().await;
        world.app.wait_until(|seen| seen.iter().any(|seen| seen.is("GET /set"))).await;
        let token = browser.csrf_token().await;
        let body = json!({ "csrfToken": token, "data": { "name": "Countess" } });
        let _ = browser.fetch("POST", "/api/auth/session").json(&body).send().await.expect_status(200);
        gate.open();
        assert_eq!(slow.answer().await.status, 200);
        let after = generation.told(&world, &mut browser).await;
        assert_eq!((&after["name"], &after["theme"]), (&json!("Countess"), &json!("dark")));
    });
}

#[test]
fn what_cannot_be_kept_is_told_to_the_operator_and_the_page_is_shown() {
    story(async {
        let generation = GENERATIONS[0];
        let world = generation.adopting("").await;
        let mut browser = world.signed_in().await;
        let told = generation.told(&world, &mut browser).await;
        let_app_set(&world, generation, &generation.seal(&again(&told, json!({ "name": "Countess" }))));
        world.store.fail(Operation::ReplaceContent);
        visit(&mut browser).await;
        assert!(world.log.contains("the app's claims could not be kept"));
    });
}

async fn reason(world: &World, cookie: &str) -> Option<EndReason> {
    let id = SessionId::parse(cookie.as_bytes()).unwrap().hash();
    world.store.ended(id).await.unwrap().map(|ended| ended.reason)
}

#[test]
fn a_cookie_that_the_app_removes_is_a_sign_out() {
    story(async {
        for generation in GENERATIONS {
            for removal in
                ["=; Max-Age=0; Path=/", "=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", ".0=; Max-Age=0"]
            {
                let world = generation.adopting("").await;
                let mut browser = world.signed_in().await;
                let cookie = browser.session_cookie().unwrap();
                let line = format!("{}{removal}", generation.cookie);
                world.app.on("GET /out", move |_| {
                    Reply::body(200, "text/html", "bye").header("Set-Cookie", &line)
                });
                let answer = browser.open("/out").await.expect_status(200);
                assert_eq!((answer.text().as_str(), browser.session_cookie()), ("bye", None), "{answer:?}");
                assert_eq!(reason(&world, &cookie).await, Some(EndReason::SignedOutByApp));
                world.api.wait_until(|seen| seen.iter().any(|seen| seen.is("POST /api/logout"))).await;
                let mut thief = world.browser();
                thief.keep_cookie(&format!("__Host-Http-crossgate={cookie}; Path=/; Secure; HttpOnly"));
                let refused = thief.get("/api/orders").await;
                assert_eq!(refused.json()["reason"], "signed_out_by_app");
            }
        }
    });
}

#[test]
fn the_page_that_says_goodbye_comes_to_its_end() {
    story(async {
        let generation = GENERATIONS[0];
        let world = generation.adopting("").await;
        let mut browser = world.signed_in().await;
        let (reply, feed) = Reply::stream("text/html");
        let reply = reply.header("Set-Cookie", &format!("{}=; Max-Age=0", generation.cookie));
        let reply = Cell::new(Some(reply));
        world.app.on("GET /out", move |_| reply.take().unwrap());
        let mut wire = browser.navigation("/out").start().await;
        assert_eq!(wire.head().await.status, 200);
        for piece in ["good", "bye"] {
            let_others_run().await;
            let _ended = world.sweep().await;
            feed.send(piece);
            assert_eq!(wire.piece().await, piece.as_bytes());
        }
    });
}

#[test]
fn a_sign_out_that_cannot_be_written_is_not_reported_as_done() {
    story(async {
        let generation = GENERATIONS[1];
        let world = generation.adopting("").await;
        let mut browser = world.signed_in().await;
        let line = format!("{}=; Max-Age=0", generation.cookie);
        world.app.on("GET /out", move |_| Reply::status(200).header("Set-Cookie", &line));
        world.store.fail(Operation::End);
        assert_eq!(browser.get("/out").await.refusal(), (503, "store_unavailable".to_owned()));
        world.store.heal();
        assert!(browser.is_signed_in().await);
    });
}

#[test]
fn pieces_that_fall_away_are_no_sign_out() {
    story(async {
        let generation = GENERATIONS[0];
        let world = generation.adopting("").await;
        let mut browser = world.signed_in().await;
        let line = format!("{}.3=; Max-Age=0", generation.cookie);
        world.app.on("GET /", move |_| Reply::status(200).header("Set-Cookie", &line));
        let _ = browser.open("/").await.expect_status(200);
        assert!(browser.is_signed_in().await);
    });
}

#[test]
fn the_secret_that_was_before_still_counts() {
    story(async {
        let generation = GENERATIONS[0];
        let lists = format!("secret = ['a newer secret of the app', '{SECRET}']\nfrom_app = 'adopt'");
        let config = format!("[app.next_auth]\nversion = 'v4'\n{lists}");
        let world = World::with(&config).await;
        let mut browser = world.signed_in().await;
        let sid = browser.get("/api/auth/sessions").await.json()["sessions"][0]["id"].clone();
        let exp = world.now().as_seconds() + 60;
        let claims =
            json!({ "sid": sid, "exp": exp, "name": "Countess", "email": "ada@shop.example", "sub": "1" });
        let_app_set(&world, generation, &generation.seal(&claims));
        visit(&mut browser).await;
        assert_eq!(browser.session().await["user"]["name"], "Countess");
    });
}

//! A provider says that somebody's session there has ended (OIDC Back-Channel Logout 1.0).

use crossgate_testkit::{ADA, Answer, Browser, Operation, Signing, World, story};
use serde_json::{Map, Value, json};

async fn signed_in(world: &World, provider: &str, login: &str) -> Browser {
    let mut browser = world.browser();
    let answer = browser.sign_in_at_provider(world, provider, login).await;
    assert!(answer.sets_session_cookie(), "{answer:?}\n{}", world.log.text());
    browser
}

/// What the provider's server sends: no browser, no cookie, no origin.
async fn tell(world: &World, provider: &str, token: &str) -> Answer {
    let mut server = world.browser();
    let fetch = server.fetch("POST", &format!("/api/auth/backchannel-logout/{provider}"));
    let headers = ["origin", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest", "user-agent"];
    let fetch = headers.into_iter().fold(fetch, |fetch, name| fetch.without(name));
    fetch.form(&[("logout_token", token)]).send().await
}

/// §2.8: an error is a 400 with the reason, and nothing keeps the answer.
fn assert_refused(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 400, "{what}: {answer:?}");
    assert_eq!(answer.json()["error"], "invalid_request", "{what}: {answer:?}");
    assert!(
        answer.header("cache-control").is_some_and(|line| line.contains("no-store")),
        "{what}: {answer:?}"
    );
}

fn assert_accepted(answer: &Answer) {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.header("cache-control").is_some_and(|line| line.contains("no-store")), "{answer:?}");
}

type Change = Box<dyn FnOnce(&mut Map<String, Value>)>;

/// Changes a claim; null takes it out.
fn put(name: &'static str, value: Value) -> Change {
    Box::new(move |claims| match value {
        Value::Null => drop(claims.remove(name)),
        value => drop(claims.insert(name.to_owned(), value)),
    })
}

#[test]
fn the_session_that_ended_there_ends_here_and_no_other() {
    story(async {
        let world = World::with_providers("").await;
        let mut laptop = signed_in(&world, "good", "ada").await;
        let mut phone = signed_in(&world, "good", "ada").await;
        for change in [put("sub", Value::Null), put("unknown", json!("x"))] {
            let token = world.provider().logout_token("ada", change);
            assert_accepted(&tell(&world, "good", &token).await);
            assert_eq!(phone.get("/api/orders").await.refusal(), (401, "session_ended".into()));
            assert!(laptop.is_signed_in().await);
            phone = signed_in(&world, "good", "ada").await;
        }
    });
}

#[test]
fn without_a_session_all_of_this_person_at_this_provider_end() {
    story(async {
        let world = World::with_providers("").await;
        let mut gone = [signed_in(&world, "good", "ada").await, signed_in(&world, "good", "ada").await];
        let mut kept = [
            signed_in(&world, "good", "bob").await,
            signed_in(&world, "other", "ada").await,
            world.browser_of(ADA).await,
        ];
        let token = world.provider().logout_token("ada", put("sid", Value::Null));
        let mark = world.log.mark();
        assert_accepted(&tell(&world, "good", &token).await);
        let told = world.log.loud_since(mark);
        assert_eq!(told.len(), 3, "each end and its reason, and the whole: {told:#?}");
        assert_eq!(told.iter().filter(|line| line.contains("provider_signed_out")).count(), 2);
        for browser in &mut gone {
            assert!(!browser.is_signed_in().await);
        }
        for browser in &mut kept {
            assert!(browser.is_signed_in().await);
        }
    });
}

#[test]
fn a_session_and_a_person_that_do_not_belong_together_end_nothing() {
    story(async {
        let world = World::with_providers("").await;
        let (mut ada, mut bob) =
            (signed_in(&world, "good", "ada").await, signed_in(&world, "good", "bob").await);
        let bobs = world.provider().last_session("bob");
        let token = world.provider().logout_token("ada", |claims| {
            claims.insert("sid".to_owned(), json!(bobs));
        });
        assert_accepted(&tell(&world, "good", &token).await);
        assert!(ada.is_signed_in().await && bob.is_signed_in().await);
    });
}

#[test]
fn a_person_whom_nobody_knows_is_no_error() {
    story(async {
        let world = World::with_providers("").await;
        let token = world.provider().logout_token("mallory", |_| {});
        assert_accepted(&tell(&world, "good", &token).await);
    });
}

#[test]
fn a_logout_token_counts_once() {
    story(async {
        let world = World::with_providers("").await;
        let mut browser = signed_in(&world, "good", "ada").await;
        let token = world.provider().logout_token("ada", put("sid", Value::Null));
        assert_accepted(&tell(&world, "good", &token).await);
        assert!(!browser.is_signed_in().await);
        let mut again = signed_in(&world, "good", "ada").await;
        assert_refused(&tell(&world, "good", &token).await, "the same again");
        assert!(again.is_signed_in().await, "an old token ends no new session");
        let fresh = world.provider().logout_token("ada", put("sid", Value::Null));
        assert_accepted(&tell(&world, "good", &fresh).await);
        assert!(!again.is_signed_in().await);
    });
}

#[test]
fn a_logout_that_failed_can_be_sent_again() {
    for operation in [Operation::WasUsed, Operation::EndAllOfProvider, Operation::UseOnce] {
        story(async move {
            let world = World::with_providers("").await;
            let mut browser = signed_in(&world, "good", "ada").await;
            let token = world.provider().logout_token("ada", |_| {});
            world.store.fail(operation);
            assert_eq!(tell(&world, "good", &token).await.status, 503, "{operation:?}");
            world.store.heal();
            assert_accepted(&tell(&world, "good", &token).await);
            assert!(!browser.is_signed_in().await, "{operation:?}");
            assert_refused(&tell(&world, "good", &token).await, "now it is used");
        });
    }
}

#[test]
fn every_rule_of_logout_tokens_holds() {
    story(async {
        let world = World::with_providers("").await;
        let mut browser = signed_in(&world, "good", "ada").await;
        let now = world.now().as_seconds();
        let event = "http://schemas.openid.net/event/backchannel-logout";
        let rows = [
            ("another issuer", put("iss", json!("https://id.example"))),
            ("no issuer", put("iss", Value::Null)),
            ("another audience", put("aud", json!("another client"))),
            ("no audience", put("aud", Value::Null)),
            ("no time of issue", put("iat", Value::Null)),
            ("issued in the future", put("iat", json!(now + 600))),
            ("no end", put("exp", Value::Null)),
            ("ended", put("exp", json!(now - 600))),
            ("no id", put("jti", Value::Null)),
            ("no event", put("events", json!({}))),
            ("no events", put("events", Value::Null)),
            ("another event", put("events", json!({ "http://schemas.openid.net/event/other": {} }))),
            ("an event that says something else", put("events", json!({ event: "yes" }))),
            ("a list of events", put("events", json!([event]))),
            ("a nonce", put("nonce", json!("n"))),
            ("a subject that is a number", put("sub", json!(1))),
            ("a session that is a number", put("sid", json!(1))),
        ];
        for (name, change) in rows {
            let token = world.provider().logout_token("ada", change);
            let mark = world.log.mark();
            assert_refused(&tell(&world, "good", &token).await, name);
            assert_eq!(world.log.loud_since(mark).len(), 1, "{name}: {:#?}", world.log.loud_since(mark));
        }
        let token = world.provider().logout_token("ada", |claims| {
            claims.remove("sub");
            claims.remove("sid");
        });
        assert_refused(&tell(&world, "good", &token).await, "about nobody");
        assert!(browser.is_signed_in().await);
        assert!(!world.log.contains("ERROR"), "strangers do not wake anybody: {}", world.log.text());
    });
}

#[test]
fn every_rule_of_signatures_holds_for_logout_tokens_too() {
    story(async {
        let world = World::with_providers("").await;
        let mut browser = signed_in(&world, "good", "ada").await;
        for signing in [
            Signing::None,
            Signing::WrongKey,
            Signing::HmacWithPublicKey,
            Signing::UnknownKeyId,
            Signing::KeyOfItsOwn,
            Signing::ChangedAfterwards,
        ] {
            world.provider().sign_with(signing);
            let token = world.provider().logout_token("ada", |_| {});
            assert_refused(&tell(&world, "good", &token).await, &format!("{signing:?}"));
        }
        world.provider().sign_with(Signing::Rs256);
        for media_type in ["at+jwt", "application/at+jwt", "secevent+jwt", "crossgate-account+jwt"] {
            let token = world.provider().logout_token_of_type(Some(media_type), "ada", |_| {});
            assert_refused(&tell(&world, "good", &token).await, media_type);
        }
        let of_the_other = world.other_provider().logout_token("ada", |_| {});
        assert_refused(&tell(&world, "good", &of_the_other).await, "of another provider");
        for text in ["", "a.b.c", "x", "....", &"x".repeat(20_000)] {
            let answer = tell(&world, "good", text).await;
            assert!((400..500).contains(&answer.status), "{answer:?}");
        }
        assert!(browser.is_signed_in().await);
    });
}

#[test]
fn providers_may_leave_the_type_out_or_write_it_out() {
    story(async {
        let world = World::with_providers("").await;
        for media_type in [None, Some("logout+jwt"), Some("LOGOUT+JWT"), Some("application/logout+jwt")] {
            let mut browser = signed_in(&world, "good", "ada").await;
            let token = world.provider().logout_token_of_type(media_type, "ada", |_| {});
            assert_accepted(&tell(&world, "good", &token).await);
            assert!(!browser.is_signed_in().await, "{media_type:?}");
        }
    });
}

#[test]
fn an_id_token_ends_nothing() {
    story(async {
        let world = World::with_providers("").await;
        let mut browser = signed_in(&world, "good", "ada").await;
        let token = world.provider().logout_token_of_type(Some("JWT"), "ada", |claims| {
            claims.remove("events");
            claims.remove("jti");
            claims.insert("nonce".to_owned(), json!("n"));
        });
        assert_refused(&tell(&world, "good", &token).await, "an ID token");
        assert!(browser.is_signed_in().await);
    });
}

#[test]
fn a_key_that_was_changed_just_now_is_fetched_for_a_logout_too() {
    story(async {
        let world = World::with_providers("").await;
        let mut browser = signed_in(&world, "good", "ada").await;
        world.let_pass(std::time::Duration::from_secs(60));
        world.provider().rotate_keys();
        let token = world.provider().logout_token("ada", |_| {});
        assert_accepted(&tell(&world, "good", &token).await);
        assert!(!browser.is_signed_in().await);
    });
}

#[test]
fn what_is_no_logout_is_refused_without_a_trace() {
    story(async {
        let world = World::with_providers("").await;
        let token = world.provider().logout_token("ada", |_| {});
        let mut server = world.browser();
        let path = "/api/auth/backchannel-logout/good";
        assert_eq!(server.get(&format!("{path}?logout_token={token}")).await.status, 405);
        assert_refused(&server.fetch("POST", path).form(&[("token", &token)]).send().await, "another field");
        assert_refused(&server.fetch("POST", path).send().await, "nothing");
        let answer = tell(&world, "nobody", &token).await;
        assert_eq!(answer.status, 404, "{answer:?}");
        assert_eq!(tell(&world, "credentials", &token).await.status, 404);
    });
}

#[test]
fn without_the_store_the_provider_is_told_to_try_again() {
    story(async {
        let world = World::with_providers("").await;
        let mut browser = signed_in(&world, "good", "ada").await;
        let token = world.provider().logout_token("ada", |_| {});
        world.store.go_away();
        let answer = tell(&world, "good", &token).await;
        assert!(answer.status == 503 && answer.header("retry-after").is_some(), "{answer:?}");
        world.store.heal();
        assert_eq!(world.store.calls(Operation::End), 0);
        let again = world.provider().logout_token("ada", |_| {});
        assert_accepted(&tell(&world, "good", &again).await);
        assert!(!browser.is_signed_in().await);
    });
}

//! APIs ask whether a token still counts, and end the session that one belongs to.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use crossgate_core::session::{EndReason, SessionId};
use crossgate_store::SessionStore as _;
use crossgate_testkit::{ADA, Answer, BOB, Browser, Operation, Reply, World, story};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

const CONFIG: &str = "
[[api]]
token = 'issued'
[api.issued]
audience = 'orders'
claims = { role = '{user.role}', active = 'nonsense', token_type = 'nonsense' }
[api.client]
id = 'shop-api'
secret = 'a-secret-that-only-the-shop-knows'

[[api]]
path = '/reports'
url = '${API}'
token = 'issued'
[api.issued]
algorithm = 'HS256'
secret = 'what the reports sign and verify with'
audience = 'reports'
[api.client]
id = 'reports-api'
secret = 'p&ss+w%rd=with:all/that~may.stand'
";

const SHOP: (&str, &str) = ("shop-api", "a-secret-that-only-the-shop-knows");
const REPORTS: (&str, &str) = ("reports-api", "p&ss+w%rd=with:all/that~may.stand");
const REPORTS_KEY: &[u8] = b"what the reports sign and verify with";

const MINUTE: Duration = Duration::from_secs(60);
const INTROSPECT: &str = "/api/auth/introspect";
const REVOKE: &str = "/api/auth/revoke";

fn basic((id, secret): (&str, &str)) -> String {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    plain_basic((&encoded(id), &encoded(secret)))
}

fn plain_basic((id, secret): (&str, &str)) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// A form as an API sends it: no cookie, no origin, nothing of a browser.
async fn post(world: &World, path: &str, authorization: Option<&str>, fields: &[(&str, &str)]) -> Answer {
    let mut nobody = world.browser();
    let ask = nobody.fetch("POST", path).form(fields);
    let ask = ["Accept", "Origin", "Sec-Fetch-Mode", "Sec-Fetch-Dest", "Sec-Fetch-Site", "User-Agent"]
        .into_iter()
        .fold(ask, |ask, name| ask.without(name));
    match authorization {
        Some(authorization) => ask.with("Authorization", authorization).send().await,
        None => ask.send().await,
    }
}

async fn introspect(world: &World, client: (&str, &str), token: &str) -> Value {
    let answer = post(world, INTROSPECT, Some(&basic(client)), &[("token", token)]).await.expect_status(200);
    assert!(answer.header("cache-control").unwrap().contains("no-store"), "{answer:?}");
    assert!(!answer.sets_session_cookie());
    answer.json()
}

async fn revoke(world: &World, client: (&str, &str), token: &str) -> Answer {
    post(world, REVOKE, Some(&basic(client)), &[("token", token)]).await
}

/// The token with which the shop's API is asked.
async fn token_at(world: &World, browser: &mut Browser, path: &str) -> String {
    let _ = browser.get(path).await.expect_status(200);
    world.api.last().bearer().to_owned()
}

fn inactive() -> Value {
    json!({ "active": false })
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A token of the reports, signed by whoever knows their secret.
fn of_reports(media_type: &str, algorithm: Algorithm, claims: &Value) -> String {
    let header = Header { typ: Some(media_type.to_owned()), ..Header::new(algorithm) };
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(REPORTS_KEY)).unwrap()
}

#[test]
fn a_token_that_counts_is_active_and_says_what_it_says() {
    story(async {
        let world = World::with(CONFIG).await;
        let mut ada = world.signed_in().await;
        for (client, path) in [(SHOP, "/api/things"), (REPORTS, "/reports/things")] {
            let token = token_at(&world, &mut ada, path).await;
            let answer = introspect(&world, client, &token).await;
            let mut expected = part(&token, 1);
            expected["active"] = true.into();
            expected["token_type"] = "Bearer".into();
            assert_eq!(answer, expected);
            for claim in ["iss", "sub", "aud", "exp", "iat", "jti", "sid", "client_id"] {
                assert!(answer.get(claim).is_some(), "{claim}: {answer}");
            }
        }
    });
}

#[test]
fn clients_prove_who_they_are_in_one_of_two_ways() {
    story(async {
        let world = World::with(CONFIG).await;
        let mut ada = world.signed_in().await;
        let token = token_at(&world, &mut ada, "/reports/things").await;
        let (id, secret) = REPORTS;
        let in_body = [("token", token.as_str()), ("client_id", id), ("client_secret", secret)];
        let answer = post(&world, INTROSPECT, None, &in_body).await.expect_status(200);
        assert_eq!(answer.json()["active"], true);
        let hint = [("token", token.as_str()), ("token_type_hint", "refresh_token"), ("client_id", "")];
        for authorization in [basic(REPORTS), plain_basic(REPORTS), basic(REPORTS).replace("Basic", "bAsIc")]
        {
            let answer = post(&world, INTROSPECT, Some(&authorization), &hint).await.expect_status(200);
            assert_eq!(answer.json()["active"], true, "{authorization}");
        }
    });
}

#[test]
fn whoever_does_not_prove_who_they_are_learns_nothing_and_ends_nothing() {
    story(async {
        let world = World::with(CONFIG).await;
        let mut ada = world.signed_in().await;
        let token = token_at(&world, &mut ada, "/api/things").await;
        let wrong = [
            None,
            Some(basic((SHOP.0, REPORTS.1))),
            Some(basic((SHOP.0, ""))),
            Some(basic(("", SHOP.1))),
            Some(basic(("nobody", SHOP.1))),
            Some(basic((SHOP.0, &SHOP.1[1..]))),
            Some(basic((SHOP.0, &format!("{}x", SHOP.1)))),
            Some(format!("Bearer {token}")),
            Some("Basic".to_owned()),
            Some("Basic %%%".to_owned()),
            Some(format!("Basic {}", STANDARD.encode("no colon"))),
            Some(format!("Basic {}", STANDARD.encode([0xff, b':', 0xfe]))),
        ];
        for authorization in wrong {
            for path in [INTROSPECT, REVOKE] {
                let answer = post(&world, path, authorization.as_deref(), &[("token", &token)]).await;
                assert_eq!(answer.refusal(), (401, "invalid_client".into()), "{authorization:?}");
                let challenge = answer.header("www-authenticate").unwrap();
                assert!(challenge.starts_with("Basic realm="), "{challenge}");
                assert!(answer.header("cache-control").unwrap().contains("no-store"));
            }
        }
        for (id, secret) in [(SHOP.0, ""), (SHOP.0, REPORTS.1), ("", SHOP.1)] {
            let fields = [("token", token.as_str()), ("client_id", id), ("client_secret", secret)];
            let answer = post(&world, INTROSPECT, None, &fields).await;
            assert_eq!(answer.refusal(), (401, "invalid_client".into()));
        }
        assert!(ada.is_signed_in().await);
    });
}

#[test]
fn guesses_are_counted_and_lock_neither_the_api_nor_people_out() {
    story(async {
        let world = World::build().config(CONFIG).config("throttle.per_address = 3").start().await;
        let mut ada = world.signed_in().await;
        let token = token_at(&world, &mut ada, "/api/things").await;
        let guess = async || {
            let guessed = basic((SHOP.0, "a guess"));
            post(&world, INTROSPECT, Some(&guessed), &[("token", &token)]).await
        };
        for _ in 0..3 {
            let _ = guess().await.expect_status(401);
        }
        let answer = guess().await;
        assert_eq!(answer.refusal(), (429, "too_many_attempts".into()));
        assert!(answer.header("retry-after").is_some());
        assert_eq!(introspect(&world, SHOP, &token).await["active"], true);
        let _ = world.browser_of(BOB).await;
        world.let_pass(MINUTE * 15);
        let _ = guess().await.expect_status(401);
    });
}

#[test]
fn requests_of_another_form_are_refused() {
    story(async {
        let world = World::with(CONFIG).await;
        let mut ada = world.signed_in().await;
        let token = token_at(&world, &mut ada, "/api/things").await;
        let field = ("token", token.as_str());
        let right = basic(SHOP);
        for path in [INTROSPECT, REVOKE] {
            let ask = async |query: &str, fields: &[(&str, &str)]| {
                let answer = post(&world, &format!("{path}{query}"), Some(&right), fields).await;
                let body = answer.json();
                assert!(body["error_description"].is_string() && body["request_id"].is_string());
                (answer.status, answer.code())
            };
            let invalid = (400, "invalid_request".to_owned());
            assert_eq!(ask("", &[]).await, invalid, "no token");
            assert_eq!(ask("", &[("token", "")]).await, invalid);
            assert_eq!(ask("", &[field, field]).await, invalid, "twice");
            assert_eq!(ask("", &[field, ("client_secret", SHOP.1)]).await, invalid, "proves it twice");
            assert_eq!(ask("", &[field, ("client_id", SHOP.0)]).await, invalid, "proves it twice");
            for query in [format!("?token={token}"), format!("?client_secret={}", "x"), "?a".to_owned()] {
                assert_eq!(ask(&query, &[field]).await, invalid, "{query}");
            }
            let mut nobody = world.browser();
            let json =
                nobody.fetch("POST", path).with("Authorization", &right).json(&json!({ "token": token }));
            assert_eq!(json.send().await.refusal(), (415, "unsupported_media_type".into()));
            for method in ["GET", "HEAD", "PUT", "DELETE"] {
                let answer = nobody.fetch(method, path).with("Authorization", &right).send().await;
                assert_eq!(answer.status, 405, "{method}");
            }
            let large = "x".repeat(17 * 1024);
            let answer = post(&world, path, Some(&right), &[("token", &large)]).await;
            assert_eq!(answer.refusal(), (413, "body_too_large".into()));
        }
        assert!(ada.is_signed_in().await, "nothing of that ended the session");
    });
}

#[test]
fn two_proofs_in_two_lines_are_none() {
    story(async {
        let world = World::with(CONFIG).await;
        let mut nobody = world.browser();
        let ask = nobody.fetch("POST", INTROSPECT).form(&[("token", "x")]);
        let ask = ask.with("Authorization", &basic(SHOP)).with("Authorization", &basic(REPORTS));
        assert_eq!(ask.send().await.refusal(), (401, "invalid_client".into()));
    });
}

#[test]
fn without_a_client_in_the_configuration_there_is_nothing() {
    story(async {
        let world = World::new().await;
        for path in [INTROSPECT, REVOKE] {
            let answer = post(&world, path, Some(&basic(SHOP)), &[("token", "x")]).await;
            assert_eq!(answer.refusal(), (404, "not_found".into()));
        }
        assert!(world.api.seen().is_empty());
    });
}

#[test]
fn no_cookie_and_no_csrf_token_is_needed_or_looked_at() {
    story(async {
        let world = World::with(CONFIG).await;
        let mut ada = world.signed_in().await;
        let token = token_at(&world, &mut ada, "/api/things").await;
        let ask = ada.fetch("POST", INTROSPECT).instead("Sec-Fetch-Site", "cross-site");
        let ask = ask.instead("Origin", "https://elsewhere.example").with("Authorization", &basic(SHOP));
        let answer = ask.form(&[("token", &token)]).send().await.expect_status(200);
        assert_eq!(answer.json()["active"], true);
        let answer = ada.fetch("POST", INTROSPECT).form(&[("token", &token)]).with_token().await.send().await;
        assert_eq!(answer.refusal(), (401, "invalid_client".into()), "a person is no client");
    });
}

#[test]
fn a_token_counts_at_its_own_api_only() {
    story(async {
        let world = World::with(CONFIG).await;
        let mut ada = world.signed_in().await;
        let shop = token_at(&world, &mut ada, "/api/things").await;
        let reports = token_at(&world, &mut ada, "/reports/things").await;
        assert_eq!(introspect(&world, REPORTS, &shop).await, inactive());
        assert_eq!(introspect(&world, SHOP, &reports).await, inactive());
        for (client, token) in [(REPORTS, &shop), (SHOP, &reports)] {
            let _ = revoke(&world, client, token).await.expect_status(200);
        }
        assert!(ada.is_signed_in().await, "another API's token ends nothing");
    });
}

#[test]
fn what_is_no_access_token_of_ours_never_counts() {
    story(async {
        let world = World::with(CONFIG).await;
        let mut ada = world.signed_in().await;
        let token = token_at(&world, &mut ada, "/api/things").await;
        let _ = ada.open("/dashboard").await.expect_status(200);
        let identity = world.app.last().header("x-crossgate-identity").unwrap().to_owned();
        let [head, claims, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
        let keys = world.browser().get("/.well-known/jwks.json").await.json();
        let unsigned = encoded(&json!({ "alg": "none", "typ": "at+jwt" }));
        let mut other_claims = part(&token, 1);
        other_claims["sub"] = "2".into();
        let mut other_key = part(&token, 0);
        other_key["kid"] = "another".into();
        let mut own_key = part(&token, 0);
        own_key["jwk"] = keys["keys"][0].clone();
        // Whoever takes the public key for a secret could be given a token that anybody can make.
        let confused = |secret: &[u8]| {
            let kid = part(&token, 0)["kid"].as_str().map(str::to_owned);
            let header = Header { typ: Some("at+jwt".into()), kid, ..Header::new(Algorithm::HS256) };
            jsonwebtoken::encode(&header, &part(&token, 1), &EncodingKey::from_secret(secret)).unwrap()
        };
        for offered in [
            identity.clone(),
            String::from("opaque"),
            String::from("a.b.c"),
            format!("{head}.{claims}."),
            format!("{head}.{claims}"),
            format!("{unsigned}.{claims}."),
            format!("{unsigned}.{claims}.{signature}"),
            format!("{head}.{}.{signature}", encoded(&other_claims)),
            format!("{}.{claims}.{signature}", encoded(&other_key)),
            format!("{}.{claims}.{signature}", encoded(&own_key)),
            format!("{head}.{claims}.{}", URL_SAFE_NO_PAD.encode([0; 64])),
            confused(keys["keys"][0].to_string().as_bytes()),
            confused(&URL_SAFE_NO_PAD.decode(keys["keys"][0]["x"].as_str().unwrap()).unwrap()),
            confused(REPORTS_KEY),
        ] {
            assert_eq!(introspect(&world, SHOP, &offered).await, inactive(), "{offered}");
            let _ = revoke(&world, SHOP, &offered).await.expect_status(200);
        }
        assert_eq!(introspect(&world, SHOP, &token).await["active"], true, "the session lives on");
        assert_eq!(introspect(&world, REPORTS, &identity).await, inactive());
    });
}

/// Whoever knows the secret of the reports signs what they like, but the rules stay.
#[test]
fn a_good_signature_is_not_enough() {
    story(async {
        let world = World::with(CONFIG).await;
        let mut ada = world.signed_in().await;
        let token = token_at(&world, &mut ada, "/reports/things").await;
        let good = part(&token, 1);
        let with = |name: &str, value: Value| {
            let mut claims = good.clone();
            match value {
                Value::Null => claims.as_object_mut().unwrap().remove(name),
                value => claims.as_object_mut().unwrap().insert(name.to_owned(), value),
            };
            of_reports("at+jwt", Algorithm::HS256, &claims)
        };
        assert_eq!(introspect(&world, REPORTS, &with("x", json!(1))).await["active"], true);
        let now = world.now().as_seconds();
        for offered in [
            of_reports("crossgate-account+jwt", Algorithm::HS256, &good),
            of_reports("crossgate-identity+jwt", Algorithm::HS256, &good),
            of_reports("JWT", Algorithm::HS256, &good),
            of_reports("at+jwt", Algorithm::HS512, &good),
            with("iss", json!("https://elsewhere.example")),
            with("iss", json!("https://shop.example.com/")),
            with("iss", Value::Null),
            with("aud", json!("orders")),
            with("aud", Value::Null),
            with("exp", json!(now)),
            with("exp", json!(now - 1)),
            with("exp", json!("never")),
            with("exp", Value::Null),
            with("sid", Value::Null),
            with("sid", json!("")),
            with("sid", json!("AAAAAAAAAAAAAAAA")),
            with("sid", json!(7)),
            with("sid", json!(ada.session_cookie().unwrap())),
        ] {
            assert_eq!(introspect(&world, REPORTS, &offered).await, inactive(), "{offered}");
            let _ = revoke(&world, REPORTS, &offered).await.expect_status(200);
        }
        assert!(ada.is_signed_in().await);
    });
}

#[test]
fn a_token_ends_with_its_time_and_with_its_session() {
    story(async {
        let world = World::with(CONFIG).await;
        let (mut ada, mut bob) = (world.signed_in().await, world.browser_of(BOB).await);
        let token = token_at(&world, &mut ada, "/api/things").await;
        let other = token_at(&world, &mut bob, "/api/things").await;
        let _ = ada.sign_out().await.expect_status(200);
        assert_eq!(introspect(&world, SHOP, &token).await, inactive(), "at once");
        assert_eq!(introspect(&world, SHOP, &other).await["active"], true, "and nobody else's");
        world.let_pass(MINUTE * 5);
        assert_eq!(introspect(&world, SHOP, &other).await, inactive());
    });
}

#[test]
fn a_session_beyond_its_limits_makes_its_tokens_worthless_before_the_sweep_comes() {
    story(async {
        let limits = "[session]\nidle_timeout = '2m'\nabsolute_timeout = '1h'";
        let world = World::build().config(CONFIG).config(limits).start().await;
        let mut ada = world.signed_in().await;
        let token = token_at(&world, &mut ada, "/api/things").await;
        world.let_pass(MINUTE);
        assert_eq!(introspect(&world, SHOP, &token).await["active"], true);
        world.let_pass(MINUTE);
        assert_eq!(introspect(&world, SHOP, &token).await, inactive(), "asking was no activity");
    });
}

#[test]
fn activity_that_is_not_written_down_yet_counts() {
    story(async {
        let world = World::build().config(CONFIG).config("session.idle_timeout = '2m'").start().await;
        let mut ada = world.signed_in().await;
        world.let_pass(MINUTE + MINUTE / 2);
        let token = token_at(&world, &mut ada, "/api/things").await;
        world.let_pass(MINUTE);
        assert_eq!(introspect(&world, SHOP, &token).await["active"], true);
    });
}

#[test]
fn the_session_of_a_revoked_token_ends_at_once() {
    story(async {
        let world = World::with(CONFIG).await;
        let (mut ada, mut bob) = (world.signed_in().await, world.browser_of(BOB).await);
        let mut second = world.browser_of(ADA).await;
        let token = token_at(&world, &mut ada, "/api/things").await;
        let id = SessionId::parse(ada.session_cookie().unwrap().as_bytes()).unwrap().hash();
        let answer = revoke(&world, SHOP, &token).await.expect_status(200);
        assert!(answer.body.is_empty() && answer.header("cache-control").unwrap().contains("no-store"));
        assert_eq!(ada.get("/api/things").await.refusal(), (401, "session_ended".into()));
        assert_eq!(introspect(&world, SHOP, &token).await, inactive());
        assert_eq!(world.store.ended(id).await.unwrap().unwrap().reason, EndReason::RevokedByApi);
        assert!(bob.is_signed_in().await && second.is_signed_in().await, "one session, not a person");
        let _ = revoke(&world, SHOP, &token).await.expect_status(200);
        let _ = second.get("/api/things").await.expect_status(200);
        assert!(world.log.contains("session revoked by an API"));
        assert!(!world.log.contains(&token) && !world.log.contains(SHOP.1));
    });
}

#[test]
fn what_is_open_ends_with_a_revoked_session() {
    story(async {
        let world = World::with(CONFIG).await;
        let mut ada = world.signed_in().await;
        let token = token_at(&world, &mut ada, "/api/things").await;
        let (reply, feed) = Reply::stream("text/event-stream");
        let reply = std::cell::Cell::new(Some(reply));
        world.api.on("GET /api/events", move |_| reply.take().unwrap());
        let mut stream = ada.fetch("GET", "/api/events").start().await;
        assert_eq!(stream.head().await.status, 200);
        feed.send("data: 1\n\n");
        assert_eq!(stream.piece().await, b"data: 1\n\n");
        let _ = revoke(&world, SHOP, &token).await.expect_status(200);
        assert_eq!(stream.rest().await, "", "it broke off");
        feed.closed().await;
    });
}

#[test]
fn without_the_store_there_is_no_answer_that_might_be_wrong() {
    story(async {
        let world = World::with(CONFIG).await;
        let mut ada = world.signed_in().await;
        let token = token_at(&world, &mut ada, "/api/things").await;
        for (path, operation) in [
            (INTROSPECT, Operation::LoadByHandle),
            (REVOKE, Operation::LoadByHandle),
            (REVOKE, Operation::End),
        ] {
            world.store.fail(operation);
            let answer = post(&world, path, Some(&basic(SHOP)), &[("token", &token)]).await;
            assert_eq!(answer.refusal(), (503, "store_unavailable".into()), "{path}");
            assert_eq!(answer.header("retry-after"), Some("5"));
            world.store.heal();
        }
        assert!(ada.is_signed_in().await);
        assert_eq!(introspect(&world, SHOP, "nonsense").await, inactive());
    });
}

#[test]
fn tokens_of_the_key_before_count_and_those_of_a_retired_one_do_not() {
    story(async {
        let daily = "[signing_keys]\nrotate_every = '1d'\n[session]\nidle_timeout = '30d'";
        let world = World::build().config(CONFIG).config(daily).start().await;
        let mut ada = world.signed_in().await;
        world.let_pass(MINUTE * 60 * 24);
        world.tend_keys().await.unwrap();
        world.let_pass(MINUTE * 8);
        let before = token_at(&world, &mut ada, "/api/things").await;
        world.let_pass(MINUTE * 3);
        let mut second = world.browser_of(ADA).await;
        let after = token_at(&world, &mut second, "/api/things").await;
        assert_ne!(part(&before, 0)["kid"], part(&after, 0)["kid"]);
        for token in [&before, &after] {
            assert_eq!(introspect(&world, SHOP, token).await["active"], true, "the key changed meanwhile");
        }
        let waited = MINUTE * 60 * 3;
        world.let_pass(waited);
        world.tend_keys().await.unwrap();
        // Only a clock that goes wrong makes such a token unexpired; its key is gone all the same.
        world.clock.set_back(waited);
        assert_eq!(introspect(&world, SHOP, &before).await, inactive());
        assert_eq!(introspect(&world, SHOP, &after).await["active"], true);
    });
}

//! APIs prove who they are when they ask about a token, and whoever cannot learns nothing.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use crossgate_testkit::{Answer, BOB, Browser, World, story};
use serde_json::{Value, json};

pub(crate) const CONFIG: &str = "
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

pub(crate) const SHOP: (&str, &str) = ("shop-api", "a-secret-that-only-the-shop-knows");
pub(crate) const REPORTS: (&str, &str) = ("reports-api", "p&ss+w%rd=with:all/that~may.stand");

pub(crate) const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const INTROSPECT: &str = "/api/auth/introspect";
pub(crate) const REVOKE: &str = "/api/auth/revoke";

pub(crate) fn basic((id, secret): (&str, &str)) -> String {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    plain_basic((&encoded(id), &encoded(secret)))
}

pub(crate) fn plain_basic((id, secret): (&str, &str)) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// A form as an API sends it: no cookie, no origin, nothing of a browser.
pub(crate) async fn post(
    world: &World,
    path: &str,
    authorization: Option<&str>,
    fields: &[(&str, &str)],
) -> Answer {
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

pub(crate) async fn introspect(world: &World, client: (&str, &str), token: &str) -> Value {
    let answer = post(world, INTROSPECT, Some(&basic(client)), &[("token", token)]).await.expect_status(200);
    assert!(answer.header("cache-control").unwrap().contains("no-store"), "{answer:?}");
    assert!(!answer.sets_session_cookie());
    answer.json()
}

pub(crate) async fn revoke(world: &World, client: (&str, &str), token: &str) -> Answer {
    post(world, REVOKE, Some(&basic(client)), &[("token", token)]).await
}

/// The token with which the shop's API is asked.
pub(crate) async fn token_at(world: &World, browser: &mut Browser, path: &str) -> String {
    let _ = browser.get(path).await.expect_status(200);
    world.api.last().bearer().to_owned()
}

pub(crate) fn inactive() -> Value {
    json!({ "active": false })
}

pub(crate) fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
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

//! Tokens that are not what they look like, offered to the endpoints for APIs.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossgate_testkit::{World, story};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::api_clients::{CONFIG, REPORTS, SHOP, inactive, introspect, part, revoke, token_at};

const REPORTS_KEY: &[u8] = b"what the reports sign and verify with";

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A token of the reports, signed by whoever knows their secret.
fn of_reports(media_type: &str, algorithm: Algorithm, claims: &Value) -> String {
    let header = Header { typ: Some(media_type.to_owned()), ..Header::new(algorithm) };
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(REPORTS_KEY)).unwrap()
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

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};

use super::grants::challenge_of;
use super::*;
use crate::answer::Answer;
use crate::story::{in_no_time, story};
use crate::wire::Wire;

const VERIFIER: &str = "a-verifier-that-is-long-enough-0123456789-0123";
const REDIRECT_URI: &str = "https://shop.example.com/api/auth/callback/good";

fn provider() -> Provider {
    Provider::start(Arc::default())
}

/// `change` replaces a parameter; an empty value leaves it out.
fn url(endpoint: &str, change: (&str, &str)) -> String {
    let challenge = challenge_of(VERIFIER);
    let random = "r".repeat(43);
    let usual = [
        ("response_type", "code"),
        ("client_id", CLIENT_ID),
        ("redirect_uri", REDIRECT_URI),
        ("scope", "openid email"),
        ("state", &random),
        ("nonce", &random),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let changed = usual.map(|(name, value)| (name, if name == change.0 { change.1 } else { value }));
    let kept = changed.into_iter().filter(|(_, value)| !value.is_empty());
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
    format!("{endpoint}?{query}")
}

async fn ask(upstream: &Upstream, request: &str, headers: &str, body: &str) -> Answer {
    let mut wire = Wire::open(upstream.address()).await;
    let length = body.len();
    wire.send(format!("{request} HTTP/1.1\r\n{headers}Content-Length: {length}\r\n\r\n{body}")).await;
    wire.answer().await
}

fn basic() -> String {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let joined = format!("{}:{}", encoded(CLIENT_ID), encoded(CLIENT_SECRET));
    format!("Authorization: Basic {}\r\n", STANDARD.encode(joined))
}

async fn redeem(provider: &Provider, code: &str, redirect_uri: &str, verifier: &str) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("code_verifier", verifier)
        .finish();
    ask(provider, "POST /token", &basic(), &body).await
}

/// Ada agrees, and the code is redeemed.
async fn tokens(provider: &Provider) -> Value {
    let page = provider.authorize(&url(&format!("{}/authorize", provider.issuer()), ("", "")));
    redeem(provider, &page.code_for("ada"), REDIRECT_URI, VERIFIER).await.expect_status(200).json()
}

async fn is_verified(provider: &Provider, token: &str) -> bool {
    let keys = ask(provider, "GET /jwks", "", "").await.json();
    let keys: JwkSet = serde_json::from_value(keys).unwrap();
    let header = decode_header(token).unwrap();
    let Some(key) = header.kid.and_then(|id| keys.find(&id)) else { return false };
    let mut rules = Validation::new(header.alg);
    rules.validate_exp = false;
    rules.validate_aud = false;
    decode::<Map<String, Value>>(token, &DecodingKey::from_jwk(key).unwrap(), &rules).is_ok()
}

#[test]
fn who_agrees_is_named_in_a_token_that_the_key_set_verifies() {
    story(async {
        let provider = provider();
        for signing in [Signing::Rs256, Signing::Es256] {
            provider.sign_with(signing);
            let tokens = tokens(&provider).await;
            assert!(is_verified(&provider, tokens["id_token"].as_str().unwrap()).await, "{signing:?}");
        }
        provider.rotate_keys_before_signing();
        let old = ask(&provider, "GET /jwks", "", "").await.json();
        let token = tokens(&provider).await["id_token"].as_str().unwrap().to_owned();
        assert!(is_verified(&provider, &token).await);
        assert_ne!(ask(&provider, "GET /jwks", "", "").await.json(), old);
    });
}

#[test]
fn bad_signatures_are_bad() {
    story(async {
        let provider = provider();
        for signing in [
            Signing::WrongKey,
            Signing::WithoutKeyId,
            Signing::UnknownKeyId,
            Signing::KeyOfItsOwn,
            Signing::ChangedAfterwards,
        ] {
            provider.sign_with(signing);
            let tokens = tokens(&provider).await;
            assert!(!is_verified(&provider, tokens["id_token"].as_str().unwrap()).await, "{signing:?}");
        }
        provider.sign_with(Signing::None);
        let token = tokens(&provider).await["id_token"].as_str().unwrap().to_owned();
        let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
        assert!(token.ends_with('.') && String::from_utf8(header).unwrap().contains("none"), "{token}");
    });
}

#[test]
fn a_code_is_good_once_and_only_for_whom_it_was_given() {
    story(async {
        let provider = provider();
        let page = provider.authorize(&url(&format!("{}/authorize", provider.issuer()), ("", "")));
        let code = page.code_for("ada");
        let _ = redeem(&provider, &code, REDIRECT_URI, VERIFIER).await.expect_status(200);
        for (what, code, redirect_uri, verifier) in [
            ("again", code, REDIRECT_URI, VERIFIER),
            ("made up", "code".to_owned(), REDIRECT_URI, VERIFIER),
            ("another verifier", page.code_for("ada"), REDIRECT_URI, "another"),
            ("another place", page.code_for("ada"), "https://shop.example.com/", VERIFIER),
        ] {
            let answer = redeem(&provider, &code, redirect_uri, verifier).await;
            assert_eq!((answer.status, answer.code()), (400, "invalid_grant".to_owned()), "{what}");
        }
        let answer = ask(&provider, "POST /token", "", "grant_type=authorization_code&code=x").await;
        assert_eq!((answer.status, answer.code()), (401, "invalid_client".to_owned()));
        assert_eq!(provider.client_proofs(), vec![ClientProof::Basic; 5]);
    });
}

#[test]
fn a_request_that_protects_less_is_noticed() {
    for (name, value) in [
        ("nonce", ""),
        ("state", "short"),
        ("code_challenge_method", "plain"),
        ("code_challenge", ""),
        ("response_type", "token"),
        ("scope", "email"),
        ("redirect_uri", "https://shop.example.com/elsewhere"),
    ] {
        let looked_at = std::panic::catch_unwind(|| {
            story(async {
                let provider = provider();
                let url = url(&format!("{}/authorize", provider.issuer()), (name, value));
                let _page = provider.authorize(&url);
            });
        });
        assert!(looked_at.is_err(), "{name}");
    }
}

#[test]
fn changes_reach_what_is_sent_until_it_behaves_again() {
    story(async {
        let provider = provider();
        provider.claim("sub", json!("somebody else"));
        provider.claim("nonce", Value::Null);
        provider.iss(Some("https://elsewhere.example"));
        provider.discovery(|document| put(document, "issuer", &json!("x")));
        provider.token_endpoint(|| Reply::status(500));
        let page = provider.authorize(&url(&format!("{}/authorize", provider.issuer()), ("", "")));
        assert!(page.approve("ada").ends_with("&iss=https%3A%2F%2Felsewhere.example"));
        let _ = redeem(&provider, &page.code_for("ada"), REDIRECT_URI, VERIFIER).await.expect_status(500);
        provider.forget_scripts();
        let payload = |tokens: &Value| {
            let token = tokens["id_token"].as_str().unwrap().to_owned();
            let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
            serde_json::from_slice::<Value>(&payload).unwrap()
        };
        let claims = payload(&tokens(&provider).await);
        assert!(claims["sub"] == "somebody else" && claims.get("nonce").is_none(), "{claims}");
        provider.behave();
        let claims = payload(&tokens(&provider).await);
        assert!(claims["sub"] == "subject-of-ada" && claims["nonce"].is_string(), "{claims}");
    });
}

#[test]
fn the_hub_tells_a_profile_and_addresses_for_a_token() {
    story(async {
        let hub = OAuth2Provider::start(Arc::default());
        let page = hub.authorize(&url(&format!("{}/login/oauth/authorize", hub.issuer()), ("", "")));
        let code = page.code_for("ada");
        let body = format!("code={code}&code_verifier={VERIFIER}&redirect_uri={REDIRECT_URI}");
        let headers = format!("{}Accept: application/json\r\n", basic());
        let answer = ask(&hub, "POST /login/oauth/access_token", &headers, &body).await.expect_status(200);
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        let bearer = format!("Authorization: Bearer {token}\r\nUser-Agent: x\r\n");
        assert_eq!(ask(&hub, "GET /user", &bearer, "").await.json()["id"], 1815);
        assert_eq!(ask(&hub, "GET /user/emails", &bearer, "").await.json()[1]["email"], "ada@shop.example");
        let again = ask(&hub, "POST /login/oauth/access_token", &headers, &body).await.expect_status(200);
        assert_eq!(again.code(), "bad_verification_code");
    });
}

#[test]
fn waiting_for_somebody_who_never_answers_takes_no_time() {
    story(async {
        let provider = provider();
        provider.key_set(Reply::hang);
        let asking = ask(&provider, "GET /jwks", "", "");
        let answer = in_no_time(tokio::time::timeout(Duration::from_secs(30), asking)).await;
        assert!(answer.is_err());
        provider.behave();
        let _ = in_no_time(ask(&provider, "GET /jwks", "", "")).await.expect_status(200);
    });
}

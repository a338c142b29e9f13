use serde_json::json;

use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

fn settings() -> MoveInSettings {
    MoveInSettings {
        cookies: Vec::new(),
        secrets: Vec::new(),
        subject: "/sub".to_owned(),
        access_token: Some("/accessToken".to_owned()),
        refresh_token: Some("/api/refresh~1token".to_owned()),
        expires_at: Some("/expires".to_owned()),
    }
}

fn read(claims: Value, settings: &MoveInSettings) -> Option<SessionContent> {
    content(claims.as_object().unwrap().clone(), settings, "credentials", (&HeaderMap::new(), NOW))
}

#[test]
fn the_person_the_tokens_and_what_the_app_kept_are_told_apart() {
    let claims = json!({
        "sub": 7, "name": "Ada", "email": "ada@example.com", "picture": null, "role": "admin",
        "accessToken": "a.b.c", "api": { "refresh/token": "r", "tenant": "x" }, "expires": 2_000_000,
        "iat": 1, "exp": 9, "jti": "x"
    });
    let content = read(claims, &settings()).unwrap();
    assert_eq!(content.identity.subject.as_str(), "7");
    assert_eq!(content.identity.name.as_deref(), Some("Ada"));
    assert_eq!(Value::Object(content.app_claims), json!({ "role": "admin", "api": { "tenant": "x" } }));
    assert_eq!(content.identity.user["role"], "admin");
    let tokens = content.tokens.unwrap();
    assert_eq!(tokens.access_token.expose_secret(), "a.b.c");
    assert_eq!(tokens.refresh_token.unwrap().expose_secret(), "r");
    assert_eq!(tokens.expires_at, Some(Timestamp::from_seconds(2_000_000)));
}

#[test]
fn without_a_subject_it_is_nobody() {
    let by_email = MoveInSettings { subject: "/email".to_owned(), ..settings() };
    for (claims, settings) in [
        (json!({ "name": "Ada" }), settings()),
        (json!({ "sub": "" }), settings()),
        (json!({ "sub": null }), settings()),
        (json!({ "sub": ["x"] }), settings()),
        (json!({ "sub": "x" }), by_email.clone()),
    ] {
        assert_eq!(read(claims.clone(), &settings), None, "{claims}");
    }
    let content = read(json!({ "sub": "random", "email": "ada@example.com" }), &by_email).unwrap();
    assert_eq!(content.identity.subject.as_str(), "ada@example.com");
}

#[test]
fn what_is_no_token_is_none() {
    for token in [json!(null), json!(""), json!("a b"), json!("a\nb"), json!({}), json!("\u{e9}")] {
        let content = read(json!({ "sub": "x", "accessToken": token }), &settings()).unwrap();
        assert!(content.tokens.is_none(), "{token}");
        assert!(!content.app_claims.contains_key("accessToken"), "{token}");
    }
}

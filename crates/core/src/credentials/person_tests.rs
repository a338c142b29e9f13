use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::*;

fn reading(user: UserSource) -> PersonReading {
    PersonReading { user, subject: SubjectReading::Usual, name: None, email: None, image: None }
}

fn jwt(claims: &Value) -> SecretText {
    SecretText::new(format!("h.{}.s", URL_SAFE_NO_PAD.encode(claims.to_string())))
}

fn of_token(claims: &Value) -> Result<Identity, AnswerFault> {
    let tokens = TokenReading { access_token: Some("/token".into()), ..TokenReading::default() };
    read_person(&Value::Null, &reading(UserSource::AccessToken), &tokens, Some(&jwt(claims)))
}

#[test]
fn the_claims_of_a_token_say_who_it_is() {
    let claims = json!({ "sub": "u-7", "id": 7, "email": "a@b.c", "role": "admin", "iat": 1, "exp": 2 });
    let identity = of_token(&claims).unwrap();
    assert_eq!(identity.subject.as_str(), "u-7", "the standard's name comes first");
    assert_eq!(identity.email.as_deref(), Some("a@b.c"));
    assert_eq!(
        Value::Object(identity.user),
        json!({ "sub": "u-7", "id": 7, "email": "a@b.c", "role": "admin" })
    );
    assert_eq!(of_token(&json!({ "userId": 9 })).unwrap().subject.as_str(), "9");
}

#[test]
fn a_token_without_claims_says_nothing() {
    let tokens = TokenReading { access_token: Some("/token".into()), ..TokenReading::default() };
    for token in [None, Some("opaque"), Some("a.b.c"), Some("a.W10.c")] {
        let token = token.map(SecretText::new);
        let person = read_person(&json!({}), &reading(UserSource::AccessToken), &tokens, token.as_ref());
        assert_eq!(person, Err(unusable("access_token", "/token", "it is no JWT, so it has no claims")));
    }
    assert_eq!(of_token(&json!({ "exp": 2 })), Err(missing("subject", "/sub|/id|/_id|/userId")));
}

#[test]
fn tokens_do_not_stay_in_the_user_object() {
    let body = json!({ "user": { "id": 1, "tokens": { "a/b": "access", "kept": 1 }, "refresh": "r" } });
    let tokens = TokenReading {
        access_token: Some("/user/tokens/a~1b".into()),
        refresh_token: Some("/user/refresh".into()),
        ..TokenReading::default()
    };
    for (user, wanted) in [
        ("/user", json!({ "id": 1, "tokens": { "kept": 1 } })),
        ("", json!({ "user": { "id": 1, "tokens": { "kept": 1 } } })),
    ] {
        let mut reading = reading(UserSource::Pointer(user.into()));
        reading.subject = SubjectReading::Pointer(if user.is_empty() { "/user/id" } else { "/id" }.into());
        let identity = read_person(&body, &reading, &tokens, None).unwrap();
        assert_eq!(Value::Object(identity.user), wanted);
    }
}

#[test]
fn a_subject_of_several_values_never_belongs_to_two_people() {
    let subject = |tenant: Value, id: Value| {
        let mut reading = reading(UserSource::Pointer(String::new()));
        reading.subject = SubjectReading::Several(vec!["/tenant".into(), "/id".into()]);
        let user = json!({ "tenant": tenant, "id": id });
        let identity = read_person(&user, &reading, &TokenReading::default(), None);
        identity.map(|identity| identity.subject.as_str().to_owned())
    };
    for (tenant, id, wanted) in [
        (json!("acme"), json!(1), "acme:1"),
        (json!("ümläut & Co"), json!("x"), "ümläut & Co:x"),
        (json!("a:b"), json!("c"), "a%3Ab:c"),
        (json!("a"), json!("b:c"), "a:b%3Ac"),
        (json!("a%3Ab"), json!("c"), "a%253Ab:c"),
    ] {
        assert_eq!(subject(tenant, id).as_deref(), Ok(wanted));
    }
    for (tenant, id) in [
        (json!(null), json!(1)),
        (json!("acme"), json!("")),
        (json!({}), json!(1)),
        (json!("x".repeat(200)), json!("y".repeat(200))),
    ] {
        assert!(subject(tenant, id).is_err());
    }
}

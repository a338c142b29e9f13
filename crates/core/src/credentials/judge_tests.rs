use http::Method;
use serde_json::json;

use super::super::{
    AnswerCondition, BodyTemplate, CallTemplate, PersonReading, RefusalReading, SubjectReading, TokenReading,
    UserSource,
};
use super::*;
use crate::template::TextTemplate;

fn settings() -> LoginSettings {
    LoginSettings {
        call: CallTemplate {
            method: Method::POST,
            path: TextTemplate::parse("/login").unwrap(),
            headers: Vec::new(),
            basic: None,
            body: BodyTemplate::Empty,
        },
        success: AnswerCondition::statuses(&[(200, 299)]),
        locked: AnswerCondition::statuses(&[(423, 423)]),
        refused: AnswerCondition::statuses(&[(400, 401)]),
        reading: LoginReading {
            person: Some(PersonReading {
                user: UserSource::Pointer("/user".into()),
                subject: SubjectReading::Usual,
                name: None,
                email: None,
                image: None,
            }),
            tokens: TokenReading {
                access_token: Some("/token".into()),
                refresh_token: Some("/refreshToken".into()),
                ..TokenReading::default()
            },
            refusal: RefusalReading::default(),
        },
    }
}

fn judge(status: u16, body: &Value, settings: &LoginSettings) -> Result<LoginOutcome, AnswerFault> {
    let body = body.to_string();
    let headers = HeaderMap::new();
    let status = StatusCode::from_u16(status).unwrap();
    let answer = ApiAnswer { status, headers: &headers, body: body.as_bytes() };
    judge_login(&answer, settings, Timestamp::from_seconds(1000))
}

#[test]
fn the_person_and_the_tokens_are_read() {
    let body = json!({ "user": { "id": 7, "name": "Ada", "email": "a@b.c", "role": "admin" }, "token": "t", "refreshToken": "r" });
    let Ok(LoginOutcome::Accepted(accepted)) = judge(200, &body, &settings()) else { panic!() };
    let identity = accepted.identity.unwrap();
    assert_eq!(identity.subject.as_str(), "7");
    assert_eq!(identity.name.as_deref(), Some("Ada"));
    assert_eq!(identity.claim("role"), Some(json!("admin")));
    assert_eq!(accepted.tokens.unwrap().access_token.expose_secret(), "t");
}

#[test]
fn a_missing_field_is_named_by_its_pointer() {
    let full = json!({ "user": { "id": 7 }, "token": "t", "refreshToken": "r" });
    for (member, what) in [("user", "user"), ("token", "access_token"), ("refreshToken", "refresh_token")] {
        let mut body = full.clone();
        body.as_object_mut().unwrap().remove(member);
        let fault = judge(200, &body, &settings()).unwrap_err();
        assert_eq!(fault, missing(what, &format!("/{member}")));
        assert!(fault.to_string().contains(&format!("`/{member}`")));
    }
}

#[test]
fn the_apis_own_words_reach_the_person_but_not_its_control_characters() {
    let Ok(LoginOutcome::Refused(refusal)) =
        judge(401, &json!({ "message": "Wrong\r\n password", "code": "bad" }), &settings())
    else {
        panic!()
    };
    assert_eq!(refusal.kind, RefusalKind::WrongCredentials);
    assert_eq!(refusal.message.as_deref(), Some("Wrong password"));
    assert_eq!(refusal.code.as_deref(), Some("bad"));
}

#[test]
fn an_api_that_answers_200_to_everything_is_understood() {
    let mut settings = settings();
    settings.success.values.push(("/success".into(), json!(true)));
    settings.refused =
        AnswerCondition { values: vec![("/success".into(), json!(false))], ..AnswerCondition::default() };
    let outcome = judge(200, &json!({ "success": false, "message": "No." }), &settings);
    assert!(matches!(outcome, Ok(LoginOutcome::Refused(_))));
}

#[test]
fn statuses_that_say_nothing_are_faults() {
    assert_eq!(judge(500, &json!({}), &settings()), Err(AnswerFault::ApiFailed(500)));
    assert_eq!(judge(302, &json!({}), &settings()), Err(AnswerFault::UnexpectedStatus(302)));
}

#[test]
fn tokens_that_could_split_a_header_are_refused() {
    for token in [json!("a\r\nX: y"), json!(""), json!("a b"), json!(7), json!({})] {
        let body = json!({ "user": { "id": 7 }, "token": token, "refreshToken": "r" });
        assert!(matches!(judge(200, &body, &settings()), Err(AnswerFault::Unusable { .. })));
    }
}

#[test]
fn odd_subjects_are_refused() {
    for id in [json!(1.5), json!(""), json!([]), json!("a\nb"), json!("x".repeat(300)), json!(true)] {
        let body = json!({ "user": { "id": id }, "token": "t", "refreshToken": "r" });
        assert!(judge(200, &body, &settings()).is_err(), "{body}");
    }
}

#[test]
fn a_login_may_answer_with_the_bare_token_or_with_nothing_of_use() {
    let answer = |status: u16, body: &str, settings: &LoginSettings| {
        let headers = HeaderMap::new();
        let status = StatusCode::from_u16(status).unwrap();
        let answer = ApiAnswer { status, headers: &headers, body: body.as_bytes() };
        judge_login(&answer, settings, Timestamp::from_seconds(1000))
    };
    let mut settings = settings();
    settings.reading.person = None;
    settings.reading.tokens = TokenReading { access_token: Some(String::new()), ..TokenReading::default() };
    for body in ["eyJ.x.y", "\"eyJ.x.y\""] {
        let Ok(LoginOutcome::Accepted(accepted)) = answer(200, body, &settings) else { panic!("{body}") };
        assert_eq!(accepted.tokens.unwrap().access_token.expose_secret(), "eyJ.x.y");
    }
    assert_eq!(answer(200, "<html> hello", &settings), Err(AnswerFault::NotJson));
    assert_eq!(answer(200, "", &settings), Err(AnswerFault::NotJson));

    settings.reading.tokens = TokenReading::default();
    settings.success = AnswerCondition::statuses(&[(200, 399)]);
    for (status, body) in [(204, ""), (302, "Found. Redirecting to /"), (200, "OK"), (200, "{}")] {
        let outcome = answer(status, body, &settings);
        assert_eq!(
            outcome,
            Ok(LoginOutcome::Accepted(Box::new(Accepted { identity: None, tokens: None }))),
            "{body}"
        );
    }
}

use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};

use super::super::{BodyTemplate, CallTemplate, LoginReading, RefusalReading, TokenReading, ValueSource};
use super::*;
use crate::template::TextTemplate;

fn settings() -> SecondStepSettings {
    let pointer = |name: &str| (name.to_owned(), ValueSource::Pointer(format!("/{name}")));
    SecondStepSettings {
        when: AnswerCondition { values: vec![("/otp".into(), json!(true))], ..AnswerCondition::default() },
        values: vec![pointer("challenge"), pointer("user")],
        kept_fields: Vec::new(),
        fields: Vec::new(),
        login: LoginSettings {
            call: CallTemplate {
                method: Method::POST,
                path: TextTemplate::parse("/otp").unwrap(),
                headers: Vec::new(),
                basic: None,
                body: BodyTemplate::Empty,
            },
            success: AnswerCondition::statuses(&[(200, 299)]),
            locked: AnswerCondition::statuses(&[(423, 423)]),
            refused: AnswerCondition::statuses(&[(401, 401)]),
            reading: LoginReading {
                person: None,
                tokens: TokenReading::default(),
                refusal: RefusalReading::default(),
            },
        },
    }
}

fn with_answer<T>(status: u16, body: &Value, judge: impl FnOnce(&ApiAnswer<'_>) -> T) -> T {
    let (status, body) = (StatusCode::from_u16(status).unwrap(), body.to_string());
    judge(&ApiAnswer { status, headers: &HeaderMap::new(), body: body.as_bytes() })
}

fn judge(status: u16, body: &Value) -> Result<Option<Challenge>, AnswerFault> {
    with_answer(status, body, |answer| settings().judge(answer, &CookieJar::default()))
}

#[test]
fn an_answer_that_asks_says_what_is_needed_then() {
    let body = json!({ "otp": true, "challenge": "c", "user": 7, "message": "Look at your phone." });
    for status in [200, 202, 401] {
        let challenge = judge(status, &body).unwrap().unwrap();
        assert_eq!(challenge.message.as_deref(), Some("Look at your phone."));
        assert_eq!(challenge.values.get("challenge"), Some(json!("c")));
        assert_eq!(challenge.values.get("user"), Some(json!(7)));
    }
    assert_eq!(judge(200, &json!({ "otp": false, "challenge": "c" })), Ok(None));
    let lacking = judge(200, &json!({ "otp": true, "challenge": "c" })).unwrap_err();
    assert!(lacking.to_string().contains("no user at JSON Pointer `/user`"), "{lacking}");
}

#[test]
fn an_answer_that_asks_again_renews_what_it_repeats() {
    let before = judge(200, &json!({ "otp": true, "challenge": "c", "user": 7 })).unwrap().unwrap().values;
    let again = |body: Value| {
        with_answer(401, &body, |answer| settings().judge_again(answer, &CookieJar::default(), &before))
    };
    assert_eq!(again(json!({ "message": "Wrong code." })), None);
    let challenge = again(json!({ "otp": true, "challenge": "d", "message": "Wrong code." })).unwrap();
    assert_eq!(challenge.message.as_deref(), Some("Wrong code."));
    assert_eq!(challenge.values.get("challenge"), Some(json!("d")));
    assert_eq!(challenge.values.get("user"), Some(json!(7)));
}

use crossgate_core::provider::{Issuer, ProviderId};

use crate::authorization::{
    AuthorizationCode, ResponseError, judge_authorization_response, parse_authorization_response,
};
use crate::metadata::ProviderMetadata;
use crate::samples::{ISSUER, metadata, pairs, transaction};

/// The code, or why there is none, of a response to the usual sign-in. `STATE` stands for the state that was sent.
fn judge(response: &[(&str, &str)], metadata: &ProviderMetadata) -> Result<AuthorizationCode, ResponseError> {
    let transaction = transaction();
    let filled = response.iter().map(|(name, value)| match *value {
        "STATE" => (*name, transaction.state.expose_secret()),
        value => (*name, value),
    });
    let response = parse_authorization_response(pairs(&filled.collect::<Vec<_>>()))?;
    judge_authorization_response(response, &transaction, &ProviderId::parse("company").unwrap(), metadata)
}

fn parse(response: &[(&str, &str)]) -> Result<(), ResponseError> {
    parse_authorization_response(pairs(response)).map(|_| ())
}

#[test]
fn a_code_comes_out_of_an_answer_to_our_own_request() {
    let code = judge(&[("code", "c0de"), ("state", "STATE"), ("session_state", "x")], &metadata()).unwrap();
    assert_eq!(code.expose_secret(), "c0de");
    assert_eq!(format!("{code:?}"), "AuthorizationCode(…)");
}

#[test]
fn answers_that_can_be_read_in_two_ways_are_refused() {
    for name in ["code", "state", "iss", "error", "error_description"] {
        let response =
            [("code", "a"), ("state", "b"), ("iss", "c"), ("error", "d"), ("error_description", "e")];
        for value in ["", "a", "other"] {
            let response = [&response[..], &[(name, value)]].concat();
            assert_eq!(parse(&response), Err(ResponseError::Duplicated(name)), "{name}={value}");
        }
    }
    assert_eq!(parse(&[("code", "a"), ("state", "b"), ("x", "1"), ("x", "2")]), Ok(()));
}

#[test]
fn answers_that_say_nothing_are_refused() {
    for (response, error) in [
        (&[][..], ResponseError::MissingState),
        (&[("code", "a")], ResponseError::MissingState),
        (&[("code", "a"), ("state", "")], ResponseError::MissingState),
        (&[("error", "access_denied")], ResponseError::MissingState),
        (&[("state", "a")], ResponseError::NeitherCodeNorError),
        (&[("state", "a"), ("code", ""), ("error", "")], ResponseError::NeitherCodeNorError),
    ] {
        assert_eq!(parse(response), Err(error), "{response:?}");
    }
}

#[test]
fn nothing_may_be_longer_than_four_kibibytes() {
    let (fits, long) = ("x".repeat(4096), "x".repeat(4097));
    for name in ["code", "state", "iss", "error", "error_description"] {
        assert_eq!(parse(&[(name, &long)]), Err(ResponseError::TooLong(name)));
    }
    assert_eq!(parse(&[("code", &fits), ("state", "a")]), Ok(()));
}

#[test]
fn an_answer_to_another_request_is_refused() {
    let sent = transaction();
    let sent = sent.state.expose_secret();
    for state in ["x", &sent[1..], &format!("{sent}x"), &sent.to_lowercase().replace('a', "b")] {
        for answer in [("code", "c0de"), ("error", "access_denied")] {
            assert_eq!(judge(&[answer, ("state", state)], &metadata()), Err(ResponseError::WrongState));
        }
    }
}

#[test]
fn an_answer_at_another_providers_callback_is_refused() {
    let transaction = transaction();
    let judge = |provider: &str, metadata: &ProviderMetadata| {
        let response = pairs(&[("code", "c0de"), ("state", transaction.state.expose_secret())]);
        let response = parse_authorization_response(response)?;
        let provider = ProviderId::parse(provider).unwrap();
        judge_authorization_response(response, &transaction, &provider, metadata)
    };
    let moved = ProviderMetadata { issuer: Issuer::parse("https://other.example").unwrap(), ..metadata() };
    assert!(judge("company", &metadata()).is_ok());
    assert_eq!(judge("other", &metadata()), Err(ResponseError::WrongProvider));
    assert_eq!(judge("company", &moved), Err(ResponseError::WrongTransactionIssuer));
}

#[test]
fn who_answers_is_compared_when_named_and_named_when_announced() {
    let silent = metadata();
    let announced = ProviderMetadata { answers_with_issuer: true, ..metadata() };
    let other = Issuer::parse("https://id.example/login").unwrap();
    let named = ProviderMetadata { issuer_in_answers: other, ..announced.clone() };
    let wrong = Err(ResponseError::WrongIssuer);
    for (metadata, iss, expected) in [
        (&silent, "", Ok(())),
        (&silent, ISSUER, Ok(())),
        (&silent, "https://id.example/realm/", wrong.clone()),
        (&announced, "", Err(ResponseError::MissingIssuer)),
        (&announced, ISSUER, Ok(())),
        (&announced, "https://evil.test", wrong.clone()),
        (&named, "https://id.example/login", Ok(())),
        (&named, ISSUER, wrong),
    ] {
        for (name, value) in [("code", "c0de"), ("error", "server_error")] {
            let judged = judge(&[(name, value), ("state", "STATE"), ("iss", iss)], metadata).map(|_| ());
            let provider = ResponseError::Provider { code: "server_error".into(), description: None };
            let expected =
                if name == "error" { expected.clone().and(Err(provider)) } else { expected.clone() };
            assert_eq!(judged, expected, "{name} iss={iss}");
        }
    }
}

#[test]
fn a_no_is_told_apart_from_a_fault() {
    for code in ["access_denied", "user_cancelled_authorize", "user_cancelled_login"] {
        let judged = judge(&[("error", code), ("state", "STATE")], &metadata());
        assert_eq!(judged, Err(ResponseError::Denied { description: None }));
    }
    let judged = judge(
        &[("error", "invalid_scope"), ("error_description", "no"), ("state", "STATE"), ("code", "c0de")],
        &metadata(),
    );
    let description = Some("no".to_owned());
    assert_eq!(judged, Err(ResponseError::Provider { code: "invalid_scope".into(), description }));
}

#[test]
fn what_a_provider_says_is_cleaned_and_cut() {
    let long = "y".repeat(300);
    let response = [("error", "a\r\n\"b\\cä d"), ("error_description", "e\u{1b}[31m\nf"), ("state", "STATE")];
    let judged = judge(&response, &metadata());
    let (code, description) = ("abc d".to_owned(), Some("e[31mf".to_owned()));
    assert_eq!(judged, Err(ResponseError::Provider { code, description }));
    let judged = judge(&[("error", &long), ("error_description", &long), ("state", "STATE")], &metadata());
    let (code, description) = (long[..64].to_owned(), Some(long[..200].to_owned()));
    assert_eq!(judged, Err(ResponseError::Provider { code, description }));
}

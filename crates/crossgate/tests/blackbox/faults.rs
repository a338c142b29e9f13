//! Faults of ours or of an upstream: the person is told, and nobody is signed out by them.

use crate::lone::Lone;
use crate::support::form;

#[test]
fn an_api_that_is_away_signs_nobody_out() {
    let lone = Lone::start();
    let mut ada = lone.signed_in();
    let session = ada.session.clone();
    lone.recorder.stop();

    let again = ada.sign_in("ada@shop.example", "correct-horse-1").unwrap();
    assert_eq!(again.status, 503, "{}", again.text());
    assert!(again.header("retry-after").is_some(), "{again:?}");
    assert_eq!(again.cookies().count(), 0, "{again:?}");
    let call = ada.get("/api/orders").unwrap();
    assert_eq!((call.status, call.cookies().count()), (502, 0), "{call:?}");
    assert_eq!(ada.session, session, "the browser keeps its cookie");
    let known = ada.get("/api/auth/session").unwrap();
    assert!(known.contains("Ada Lovelace"), "and the session lives: {known:?}");

    let stranger = lone.browser().sign_in("grace@shop.example", "correct-horse-2").unwrap();
    assert_eq!((stranger.status, stranger.cookies().count()), (503, 0), "{stranger:?}");
}

#[test]
fn bodies_beyond_the_limit_are_refused_with_413() {
    let lone = Lone::start();
    let mut ada = lone.signed_in();
    let token = ada.csrf_token().unwrap();
    let long = "x".repeat(2 * 1024);
    let lines = format!("Content-Type: text/plain\r\nX-CSRF-Token: {token}\r\n");
    let announced = ada.send("POST", "/api/notes", &lines, &long).unwrap();
    assert_eq!((announced.status, &announced.json()["error"]), (413, &"body_too_large".into()));
    ada.reconnect();
    let lines = format!("{lines}Transfer-Encoding: chunked\r\n\r\n800\r\n{long}\r\n0\r\n");
    let streamed = ada.send("POST", "/api/notes", &lines, "").unwrap();
    assert_eq!(streamed.status, 413, "{}", streamed.text());
    let arrived = lone.arrived();
    assert!(!arrived.iter().any(|request| request.contains(&long)), "it never arrives in full");
}

#[test]
fn our_own_endpoints_say_what_is_wrong_with_a_body() {
    let lone = Lone::start();
    let lines = |kind: &str| format!("Content-Type: {kind}\r\n");
    let (json, html_form) = (lines("application/json"), lines("application/x-www-form-urlencoded"));
    let huge = form(&[("email", &"x".repeat(100 * 1024))]);
    for (name, lines, body, status, code) in [
        ("broken JSON", &json, "{\"email\":", 400, "malformed_body"),
        ("JSON that is no object", &json, "[1, 2]", 400, "malformed_body"),
        ("a field twice", &html_form, "email=a&email=b", 400, "malformed_body"),
        ("another kind of body", &lines("text/xml"), "<email/>", 415, "unsupported_media_type"),
        ("a huge form", &html_form, &huge, 413, "body_too_large"),
    ] {
        let answer = lone.browser().send("POST", "/api/auth/callback/credentials", lines, body).unwrap();
        assert_eq!((answer.status, &answer.json()["error"]), (status, &code.into()), "{name}");
        assert_eq!(answer.cookies().count(), 0, "{name}: {answer:?}");
    }
    assert_eq!(lone.arrived(), Vec::<String>::new(), "the API is not asked");
}

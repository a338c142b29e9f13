//! Pages on the web, and programs that are not the gateway.

use crate::browser::{hidden, send};
use crate::house::{Ground, provider_tokens};

#[test]
fn nobody_is_answered_under_another_name() {
    let ground = Ground::new(&provider_tokens());
    let _dev = ground.open(&[]);
    let port = ground.provider_port;
    for host in [format!("localhost:{port}"), "127.0.0.1".to_owned(), format!("rebound.example:{port}")] {
        for request in ["GET /", "GET /.well-known/openid-configuration", "POST /token", "POST /expire"] {
            let answer = send(port, request, &format!("Host: {host}\r\n"), "");
            assert_eq!(answer.status, 421, "{request} {host}");
        }
    }
}

#[test]
fn a_form_of_another_page_does_nothing() {
    let ground = Ground::new(&provider_tokens());
    let _dev = ground.open(&[]);
    let mut ada = ground.browser();
    ada.sign_in_as("test-ada");
    let session = hidden(&ada.get_there("/"), "session");
    let request = hidden(&ada.begin(), "request");
    let port = ground.provider_port;
    let (own, app) = (ada.issuer(), ground.origin());
    for lines in [
        String::new(),
        "Origin: null\r\n".to_owned(),
        "Origin: https://evil.example\r\n".to_owned(),
        format!("Origin: {app}\r\n"),
        format!("Origin: http://localhost:{port}\r\n"),
        format!("Origin: {own}\r\nSec-Fetch-Site: cross-site\r\n"),
        format!("Origin: {own}\r\nSec-Fetch-Site: same-site\r\n"),
        "Sec-Fetch-Site: same-origin\r\n".to_owned(),
    ] {
        for (target, body) in [
            ("/expire", format!("session={session}")),
            ("/refuse", format!("session={session}")),
            ("/sign-out", format!("session={session}")),
            ("/authorize", format!("request={request}&person=test-grace")),
        ] {
            let lines = format!(
                "Host: 127.0.0.1:{port}\r\n{lines}Content-Type: application/x-www-form-urlencoded\r\n"
            );
            let answer = send(port, &format!("POST {target}"), &lines, &body);
            assert_eq!(answer.status, 403, "{target} {lines:?}");
        }
    }
    assert!(ada.token_at_api().is_ok() && ada.get("/dashboard").status == 200);
}

#[test]
fn only_the_gateway_can_begin_and_only_as_it_does() {
    let ground = Ground::new(&provider_tokens());
    let _dev = ground.open(&[]);
    let ada = ground.browser();
    let callback = format!("{}/api/auth/callback/dev", ground.origin());
    let challenge = "c".repeat(43);
    let asked = |change: (&str, &str)| {
        let usual = [
            ("client_id", "crossgate-dev"),
            ("redirect_uri", &callback),
            ("response_type", "code"),
            ("scope", "openid"),
            ("state", "s"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("prompt", ""),
        ];
        let fields = usual.map(|(name, value)| (name, if name == change.0 { change.1 } else { value }));
        ada.get_there(&format!("/authorize?{}", crate::support::form(&fields)))
    };
    assert_eq!(asked(("", "")).status, 200);
    for change in [("client_id", "x"), ("redirect_uri", "https://evil.example/"), ("redirect_uri", "")] {
        let answer = asked(change);
        assert_eq!((answer.status, answer.header("location")), (400, None), "{change:?}");
    }
    for (change, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("scope", "email"), "invalid_scope"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("prompt", "none"), "login_required"),
    ] {
        let answer = asked(change);
        let location = answer.header("location").unwrap();
        assert!(
            location.starts_with(&format!("{callback}?error={error}&state=s&iss=")),
            "{change:?} {location}"
        );
    }
}

#[test]
fn without_the_secret_of_the_gateway_there_is_no_token() {
    let ground = Ground::new(&provider_tokens());
    let _dev = ground.open(&[]);
    let host = format!("Host: 127.0.0.1:{}\r\n", ground.provider_port);
    for (line, body) in [
        ("", "grant_type=refresh_token&refresh_token=x"),
        ("", "grant_type=refresh_token&refresh_token=x&client_id=crossgate-dev&client_secret=guess"),
        ("Authorization: Basic Y3Jvc3NnYXRlLWRldjpndWVzcw==\r\n", "grant_type=refresh_token&refresh_token=x"),
    ] {
        for target in ["/token", "/revoke"] {
            let lines = format!("{host}{line}Content-Type: application/x-www-form-urlencoded\r\n");
            let answer = send(ground.provider_port, &format!("POST {target}"), &lines, body);
            assert_eq!((answer.status, &answer.json()["error"]), (401, &"invalid_client".into()), "{body}");
        }
    }
    for line in ["", "Authorization: Bearer guess\r\n"] {
        let answer = send(ground.provider_port, "GET /userinfo", &format!("{host}{line}"), "");
        assert_eq!(answer.status, 401, "{line}");
    }
}

use super::*;
use crossgate_core::origin::PublicOrigin;
use crossgate_core::return_to::ReturnToPolicy;
use crossgate_core::settings::OwnPages;

const BASE: &str = "https://app.example/api/auth";

fn origin() -> PublicOrigin {
    PublicOrigin::parse("https://app.example").unwrap()
}

fn built_in() -> EndpointUrls {
    EndpointUrls::new(&origin(), "/api/auth", &OwnPages::default())
}

fn own_pages() -> EndpointUrls {
    let pages = OwnPages {
        sign_in: Some("/login?from=gate".into()),
        sign_out: Some("/bye".into()),
        error: Some("/oops".into()),
        ..OwnPages::default()
    };
    EndpointUrls::new(&origin(), "/api/auth", &pages)
}

fn wrong<'a>(message: Option<&'a str>, code: Option<&'a str>) -> Outcome<'a> {
    Outcome::WrongCredentials { message, code }
}

fn locked<'a>(message: Option<&'a str>, code: Option<&'a str>) -> Outcome<'a> {
    Outcome::AccountLocked { message, code }
}

const fn csrf(action: CsrfAction) -> Outcome<'static> {
    Outcome::CsrfFailed { action }
}

/// Contract §3.7 and the difference table: outcome, v4 status, v4 URL after `BASE`.
fn v4_rows() -> Vec<(Outcome<'static>, u16, &'static str)> {
    vec![
        // authorize returns nothing
        (wrong(None, None), 401, "/error?error=CredentialsSignin&provider=credentials"),
        (wrong(None, Some("E1")), 401, "/error?error=CredentialsSignin&provider=credentials"),
        (wrong(Some(" \n"), None), 401, "/error?error=CredentialsSignin&provider=credentials"),
        // authorize throws plain error: the message, component-encoded
        (
            wrong(Some("Wrong e-mail & password"), Some("E1")),
            401,
            "/error?error=Wrong%20e-mail%20%26%20password",
        ),
        (wrong(Some("Paßwort"), None), 401, "/error?error=Pa%C3%9Fwort"),
        // signIn callback false
        (Outcome::AccessDenied, 403, "/error?error=AccessDenied"),
        (locked(None, None), 403, "/error?error=AccessDenied"),
        (locked(Some("Locked"), None), 401, "/error?error=Locked"),
        // CSRF bad or missing
        (csrf(CsrfAction::Callback), 200, "/signin?csrf=true"),
        (csrf(CsrfAction::SignIn), 200, "/signin?csrf=true"),
        (csrf(CsrfAction::SignOut), 200, "/signout?csrf=true"),
        // §12.10: a throttled login is 401 with the text
        (
            Outcome::Throttled,
            401,
            "/error?error=Too%20many%20attempts.%20Please%20wait%20a%20little%20and%20try%20again.",
        ),
        (Outcome::MissingField, 401, "/error?error=Please%20fill%20in%20every%20field."),
        (Outcome::SecondStep, 401, "/error?error=second_step"),
        (Outcome::SecondStepExpired, 401, "/error?error=second_step_expired"),
        (Outcome::Configuration, 401, "/error?error=Configuration"),
        (
            Outcome::Unavailable,
            401,
            "/error?error=Sign-in%20is%20not%20available%20at%20the%20moment.%20Please%20try%20again%20shortly.",
        ),
        (Outcome::SignInPage, 200, "/signin"),
    ]
}

/// The same for v5, where the status is 200 for all.
fn v5_rows() -> Vec<(Outcome<'static>, &'static str)> {
    vec![
        (wrong(None, None), "/signin?error=CredentialsSignin&code=credentials"),
        (wrong(Some("hidden"), None), "/signin?error=CredentialsSignin&code=credentials"),
        // authorize throws coded sign-in error
        (wrong(None, Some("USER_LOCKED")), "/signin?error=CredentialsSignin&code=USER_LOCKED"),
        (wrong(None, Some("a b&error=x")), "/signin?error=CredentialsSignin&code=a_b_error_x"),
        (wrong(None, Some("***")), "/signin?error=CredentialsSignin&code=credentials"),
        (locked(None, None), "/signin?error=CredentialsSignin&code=account_locked"),
        (locked(None, Some("BANNED")), "/signin?error=CredentialsSignin&code=BANNED"),
        // signIn callback false
        (Outcome::AccessDenied, "/error?error=AccessDenied"),
        // CSRF bad or missing, at every endpoint
        (csrf(CsrfAction::Callback), "/signin?error=MissingCSRF"),
        (csrf(CsrfAction::SignIn), "/signin?error=MissingCSRF"),
        (csrf(CsrfAction::SignOut), "/signin?error=MissingCSRF"),
        // §12.10
        (Outcome::Throttled, "/signin?error=CredentialsSignin&code=rate_limited"),
        (Outcome::MissingField, "/signin?error=CredentialsSignin&code=missing_field"),
        (Outcome::SecondStep, "/signin?error=CredentialsSignin&code=second_step"),
        (Outcome::SecondStepExpired, "/signin?error=CredentialsSignin&code=second_step_expired"),
        // authorize throws plain error
        (Outcome::Configuration, "/error?error=Configuration"),
        (Outcome::Unavailable, "/error?error=Configuration&code=sign_in_unavailable"),
        (Outcome::SignInPage, "/signin"),
    ]
}

#[test]
fn v4_tells_failures_by_status_and_message() {
    for (outcome, status, url) in v4_rows() {
        let reply = reply_to(&outcome, &built_in(), ReplyMode::Json(Dialect::V4));
        assert_eq!(reply.status().as_u16(), status, "{outcome:?}");
        assert_eq!(reply.json_body(), json!({ "url": format!("{BASE}{url}") }), "{outcome:?}");
    }
}

#[test]
fn v5_answers_200_and_tells_failures_by_code() {
    for (outcome, url) in v5_rows() {
        let reply = reply_to(&outcome, &built_in(), ReplyMode::Json(Dialect::V5));
        assert_eq!(reply.status(), StatusCode::OK, "{outcome:?}");
        assert_eq!(reply.json_body(), json!({ "url": format!("{BASE}{url}") }), "{outcome:?}");
    }
}

#[test]
fn without_json_each_is_a_redirect_to_the_same_url() {
    for (outcome, _, url) in v4_rows() {
        let reply = reply_to(&outcome, &built_in(), ReplyMode::Redirect(Dialect::V4));
        let expected = Reply::Redirect { status: StatusCode::SEE_OTHER, location: format!("{BASE}{url}") };
        assert_eq!(reply, expected, "{outcome:?}");
    }
    for (outcome, url) in v5_rows() {
        let reply = reply_to(&outcome, &built_in(), ReplyMode::Redirect(Dialect::V5));
        assert_eq!(reply.url(), format!("{BASE}{url}"), "{outcome:?}");
        assert_eq!(reply.status(), REDIRECT);
    }
}

#[test]
fn success_is_200_with_the_checked_target_in_both_dialects() {
    let policy = ReturnToPolicy::new(origin(), vec!["https://help.example".into()]);
    for (text, url) in [
        ("/dash?tab=1", "https://app.example/dash?tab=1"),
        ("https://help.example/q", "https://help.example/q"),
    ] {
        let return_to = policy.parse(text).unwrap();
        for mode in [ReplyMode::Json(Dialect::V4), ReplyMode::Json(Dialect::V5)] {
            for outcome in
                [Outcome::SignedIn { return_to: &return_to }, Outcome::SignedOut { return_to: &return_to }]
            {
                let reply = reply_to(&outcome, &own_pages(), mode);
                assert_eq!(reply, Reply::Json { status: StatusCode::OK, url: url.into() });
            }
        }
    }
}

#[test]
fn own_pages_are_named_at_once_in_v5_and_by_the_second_hop_in_v4() {
    for (outcome, v4, v5) in [
        (
            wrong(None, None),
            "https://app.example/api/auth/error?error=CredentialsSignin&provider=credentials",
            "https://app.example/login?from=gate&error=CredentialsSignin&code=credentials",
        ),
        (
            Outcome::AccessDenied,
            "https://app.example/api/auth/error?error=AccessDenied",
            "https://app.example/oops?error=AccessDenied",
        ),
        (
            csrf(CsrfAction::SignOut),
            "https://app.example/api/auth/signout?csrf=true",
            "https://app.example/login?from=gate&error=MissingCSRF",
        ),
        (Outcome::SignInPage, "https://app.example/api/auth/signin", "https://app.example/login?from=gate"),
    ] {
        assert_eq!(reply_to(&outcome, &own_pages(), ReplyMode::Json(Dialect::V4)).url(), v4);
        assert_eq!(reply_to(&outcome, &own_pages(), ReplyMode::Json(Dialect::V5)).url(), v5);
    }
}

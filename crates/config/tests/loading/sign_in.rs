//! What the settings of the sign-in are.

use crossgate_core::credentials::{
    AnswerFault, ApiAnswer, CredentialsSettings, LoginOutcome, SubjectReading, UserSource, ValueSource,
    judge_login,
};
use crossgate_core::route::{Access, RouteDecision, RouteRefusal};
use crossgate_core::settings::Settings;
use crossgate_core::time::Timestamp;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::support::{settings, sign_in};

fn credentials(login: &str, keys: &str) -> CredentialsSettings {
    settings(&sign_in(login, keys)).credentials.unwrap()
}

fn judge(credentials: &CredentialsSettings, status: u16, body: &Value) -> Result<LoginOutcome, AnswerFault> {
    let (status, body) = (StatusCode::from_u16(status).unwrap(), body.to_string());
    let answer = ApiAnswer { status, headers: &HeaderMap::new(), body: body.as_bytes() };
    judge_login(&answer, &credentials.login, Timestamp::from_seconds(0))
}

#[test]
fn an_answer_without_a_status_in_its_condition_is_told_by_its_body() {
    let graphql = "success = { present = ['/data/login'] }, refused = { absent = ['/data/login'] }, \
                   user = '/data/login/user'";
    let credentials = credentials(graphql, "");
    let good = json!({ "data": { "login": { "user": { "id": 1 } } } });
    let bad = json!({ "data": { "login": null }, "errors": [] });
    assert!(matches!(judge(&credentials, 200, &good), Ok(LoginOutcome::Accepted(_))));
    assert!(matches!(judge(&credentials, 200, &bad), Ok(LoginOutcome::Refused(_))));
    assert!(judge(&credentials, 500, &good).is_err(), "`success` still means 2xx");
}

#[test]
fn the_person_may_be_in_the_claims_of_the_token() {
    let credentials = credentials("user = 'access_token', access_token = '/t', subject = '/user/id'", "");
    let person = credentials.login.reading.person.unwrap();
    assert_eq!(person.user, UserSource::AccessToken);
    assert_eq!(person.subject, SubjectReading::Pointer("/user/id".into()));
}

#[test]
fn a_subject_may_take_several_values() {
    let credentials = credentials("subject = ['/team/id', '/id']", "");
    let body = json!({ "user": { "id": 7, "team": { "id": "a b" } } });
    let Ok(LoginOutcome::Accepted(accepted)) = judge(&credentials, 200, &body) else { panic!() };
    assert_eq!(accepted.identity.unwrap().subject.as_str(), "a b:7");
}

#[test]
fn the_scheme_of_the_api_may_stand_before_its_token() {
    for (api, token) in [("", "Bearer t"), ("\nscheme = 'JWT'", "JWT t"), ("\nheader = 'x-token'", "t")] {
        let text = sign_in("access_token = '/token'", "").replace("'issued'", &format!("'api'{api}"));
        let credentials = settings(&text).credentials.unwrap();
        let body = json!({ "user": { "id": 1 }, "token": token });
        let Ok(LoginOutcome::Accepted(accepted)) = judge(&credentials, 200, &body) else { panic!("{token}") };
        assert_eq!(accepted.tokens.unwrap().access_token.expose_secret(), "t", "{token}");
    }
}

#[test]
fn with_basic_no_body_is_sent_unless_one_is_written() {
    let value = |name: &str| Some(json!(name));
    for (body, wanted) in [("", ""), (", body = { a = 1 }", r#"{"a":1}"#), (", form = { a = 'x' }", "a=x")] {
        let login = format!("basic = {{ username = '{{email}}', password = '{{password}}' }}{body}");
        let built = credentials(&login, "").login.call.build(&value).unwrap();
        assert_eq!(built.headers["authorization"], "Basic ZW1haWw6cGFzc3dvcmQ=");
        assert_eq!(built.body.expose_secret(), wanted);
        assert_eq!(built.headers.contains_key("content-type"), !body.is_empty());
    }
}

#[test]
fn basic_takes_the_place_of_the_token_at_a_logout() {
    let logout = "logout = { request = 'POST /out', basic = { username = 'shop', password = 's' }, \
                  body = { token = '{access_token}' } }";
    let text = sign_in("access_token = '/token'", logout).replace("'issued'", "'api'");
    let logout = settings(&text).credentials.unwrap().logout.unwrap();
    let built = logout.build(&|name| Some(json!(name))).unwrap();
    assert_eq!(built.headers["authorization"], "Basic c2hvcDpz");
}

#[test]
fn a_logout_and_a_refresh_may_name_members_of_the_user() {
    let keys = "logout = { request = 'POST /api/{user.tenant}/logout', headers = { x-tenant = '{user.tenant}' } }\n\
                refresh = { request = 'POST /api/{user.tenant}/refresh' }";
    let credentials = credentials("access_token = '/token'", keys);
    let value = |name: &str| (name == "/tenant").then(|| json!("a/b"));
    let logout = credentials.logout.unwrap().build(&value).unwrap();
    assert_eq!(
        (logout.path.as_str(), &logout.headers["x-tenant"]),
        ("/api/a%2Fb/logout", &"a/b".parse().unwrap())
    );
    assert_eq!(credentials.refresh.unwrap().call.build(&value).unwrap().path, "/api/a%2Fb/refresh");
}

#[test]
fn values_of_the_request_before_are_variables_and_no_fields() {
    let keys = "prepare = { request = 'GET /c', values = { csrf = '/t', x = 'cookie:X-T', y = 'header:x-y' } }\n\
                logout = { request = 'POST /out', headers = { x = '{x}' } }\n\
                refresh = { request = 'POST /re', headers = { y = '{y}' } }";
    let credentials = credentials("headers = { x-csrf = '{csrf}' }", keys);
    let prepare = credentials.prepare.unwrap();
    assert_eq!(
        prepare.values,
        [
            ("csrf".to_owned(), ValueSource::Pointer("/t".into())),
            ("x".to_owned(), ValueSource::Cookie("X-T".into())),
            ("y".to_owned(), ValueSource::Header("x-y".parse().unwrap())),
        ]
    );
    let built = credentials.login.call.build(&|name| Some(json!(name))).unwrap();
    assert_eq!(built.headers["x-csrf"], "csrf");
    assert_eq!(built.body.expose_secret(), r#"{"email":"email","password":"password"}"#);
    assert!(prepare.is_needed_for(&credentials.logout.unwrap()));
    assert!(prepare.is_needed_for(&credentials.refresh.unwrap().call));
}

#[test]
fn a_profile_takes_the_token_along_and_says_who_it_is() {
    let profile = "profile = { request = 'GET /api/{email}/me', user = '', subject = '/uid' }";
    for (api, header, value) in [
        ("'api'", "authorization", Some("Bearer t")),
        ("'api'\nheader = 'x-token'", "x-token", Some("t")),
        ("'cookie'", "authorization", None),
    ] {
        let text = sign_in("access_token = '/token'", profile).replace("'issued'", api);
        let credentials = settings(&text).credentials.unwrap();
        assert!(credentials.login.reading.person.is_none());
        let profile = credentials.profile.unwrap();
        assert_eq!(profile.person.subject, SubjectReading::Pointer("/uid".into()));
        assert!(profile.refused.is_none());
        let value_of = |name: &str| Some(json!(if name == "email" { "a@b" } else { "t" }));
        let built = profile.call.build(&value_of).unwrap();
        assert_eq!(
            (built.path.as_str(), built.headers.get(header).map(|value| value.to_str().unwrap())),
            ("/api/a%40b/me", value)
        );
    }
}

#[test]
fn a_login_that_redirects_needs_a_profile() {
    let keys = "profile = { request = 'GET /api/me', refused = { status = 401 } }";
    let credentials =
        credentials("success = { status = 302 }, form = { u = '{email}', p = '{password}' }", keys);
    let body = json!("Found. Redirecting to /");
    let Ok(LoginOutcome::Accepted(accepted)) = judge(&credentials, 302, &body) else { panic!() };
    assert_eq!(accepted.identity, None);
    assert!(credentials.profile.unwrap().refused.is_some());
}

#[test]
fn a_second_step_reads_as_the_login_does_unless_it_says_otherwise() {
    let prepare = "prepare = { request = 'GET /c', values = { csrf = '/t' } }";
    let step = "[sign_in.credentials.second_step]\n\
                when = { status = [401], where = { '/code' = 'otp' } }\n\
                values = { challenge = '/challenge' }\n\
                request = 'POST /api/otp'\nheaders = { x-csrf = '{csrf}', x-who = '{email}' }\n\
                access_token = '/jwt'\nrefused = { status = 400 }";
    let login = "user = '/me', access_token = '/token', expires_in = '/ttl', headers = { x = '{csrf}' }";
    let text = format!("{}\n{step}", sign_in(login, prepare));
    let step = settings(&text).credentials.unwrap().second_step.unwrap();
    assert_eq!(step.fields[0].name, "code");
    assert!(!step.fields[0].secret);
    assert_eq!(step.kept_fields, ["email"]);
    let reading = step.login.reading;
    assert_eq!(reading.person.unwrap().user, UserSource::Pointer("/me".into()));
    assert_eq!(
        (reading.tokens.access_token.as_deref(), reading.tokens.expires_in.as_deref()),
        (Some("/jwt"), Some("/ttl"))
    );
    assert_eq!(step.login.refused.statuses, [(400, 400)]);
    assert_eq!(step.login.success.statuses, [(200, 299)]);
    let built = step.login.call.build(&|name| Some(json!(name))).unwrap();
    assert_eq!(built.body.expose_secret(), r#"{"challenge":"challenge","code":"code"}"#);
    assert_eq!(
        (&built.headers["x-csrf"], &built.headers["x-who"]),
        (&"csrf".parse().unwrap(), &"email".parse().unwrap())
    );
}

#[test]
fn what_the_profile_needs_of_the_first_form_waits_for_the_second_step() {
    let keys = "fields = ['tenant', 'email', 'password']\n\
                profile = { request = 'GET /api/{tenant}/me' }\n\
                second_step = { when = { present = ['/otp'] }, request = 'POST /otp' }";
    let step = credentials("success = { status = 200 }", keys).second_step.unwrap();
    assert_eq!(step.kept_fields, ["tenant"]);
}

/// What becomes of a request: `closed` is what nobody but Crossgate may ask.
fn route(settings: &Settings, request: &str) -> &'static str {
    let (method, path) = request.split_once(' ').unwrap();
    match settings.routes.decide(&method.parse().unwrap(), path) {
        RouteDecision::Refuse(RouteRefusal::OursAlone) => "closed",
        RouteDecision::Forward(forward) if *forward.access == Access::Open => "open",
        RouteDecision::Forward(_) => "session",
        other => panic!("{other:?}"),
    }
}

const ALL_CALLS: &str = "refresh = { request = 'GET /api/auth/refresh' }\n\
    logout = { request = 'POST /api/logout' }\n\
    prepare = { request = 'GET /api/csrf' }\n\
    second_step = { when = { present = ['/otp'] }, request = 'POST /api/t/{email}/otp' }";

#[test]
fn answers_with_tokens_in_them_are_for_crossgate_alone() {
    let settings = settings(&sign_in("user = ''", ALL_CALLS));
    for (request, wanted) in [
        ("POST /api/login", "closed"),
        ("POST /api/Login", "closed"),
        ("POST /api/login/", "closed"),
        ("POST /api/login.json", "closed"),
        ("GET /api/auth/refresh", "closed"),
        ("HEAD /api/auth/refresh", "closed"),
        ("POST /api/t/ada/otp", "closed"),
        ("GET /api/login", "session"),
        ("POST /api/auth/refresh", "session"),
        ("POST /api/login/other", "session"),
        ("POST /api/logout", "session"),
        ("GET /api/csrf", "session"),
    ] {
        assert_eq!(route(&settings, request), wanted, "{request}");
    }
}

#[test]
fn a_line_that_opens_a_login_means_it() {
    for line in [
        "public = ['POST /api/login']",
        "public = ['/api/**']",
        "[[api.rule]]\npath = '/api/login'\naccess = 'open'",
    ] {
        let text = sign_in("user = ''", ALL_CALLS);
        let text = text.replace("token = 'issued'", &format!("token = 'issued'\n{line}"));
        assert_eq!(route(&settings(&text), "POST /api/login"), "open", "{line}");
    }
    let text = sign_in("user = ''", "").replace("token = 'issued'", "token = 'issued'\napp = ['/api/login']");
    assert_eq!(
        route(&settings(&text), "POST /api/login"),
        "open",
        "the app's own route, at a page that is open"
    );
    // A rule that asks for more than a session opens nothing.
    let rule = "token = 'issued'\n[[api.rule]]\npath = '/api/**'\naccess = 'session'";
    let text = sign_in("user = ''", "").replace("token = 'issued'", rule);
    assert_eq!(route(&settings(&text), "POST /api/login"), "closed");
}

#[test]
fn an_address_for_everything_stays_open_to_those_who_are_signed_in() {
    let graphql =
        sign_in("body = { query = 'mutation', variables = { e = '{email}', p = '{password}' } }", "");
    let shared = sign_in("user = ''", "logout = { request = 'POST /api/login' }");
    for text in [graphql, shared] {
        assert_eq!(route(&settings(&text), "POST /api/login"), "session", "{text}");
    }
}

//! What `app.next_auth` becomes.

use std::time::Duration;

use crossgate_core::next_auth::{Dialect, FormerCookie, FromApp, NextAuthSettings};
use crossgate_core::route::{RouteDecision, RouteRefusal};
use crossgate_core::secret::SecretText;
use crossgate_core::settings::{ApiIndex, Settings};
use crossgate_core::token::UpstreamToken;
use http::Method;
use serde_json::{Value, json};

use crate::support::{api, environment, load_text, settings};

/// The table with more keys, its own tables below them, and an API.
fn next_auth(keys: &str) -> NextAuthSettings {
    let text = format!("[app]\nurl = 'http://a'\n[app.next_auth]\n{keys}\n{}", api(""));
    settings(&text).app.next_auth
}

const SECRET: &str = "secret = '${JWT_SECRET}'";

fn secret_text(name: &str) -> SecretText {
    SecretText::new(environment(name).unwrap())
}

#[test]
fn a_version_alone_is_short_for_the_table() {
    for (text, dialect) in [("", Dialect::V4), ("'v4'", Dialect::V4), ("'v5'", Dialect::V5)] {
        let short = if text.is_empty() { String::new() } else { format!("next_auth = {text}") };
        let table = if text.is_empty() { String::new() } else { format!("version = {text}") };
        let of_short = settings(&format!("[app]\nurl = 'http://a'\n{short}\n")).app.next_auth;
        for found in [of_short, next_auth(&table)] {
            assert_eq!(found.dialect, dialect, "{text}");
            assert_eq!(format!("{found:?}"), format!("{:?}", NextAuthSettings::plain(dialect)));
        }
    }
}

#[test]
fn the_cookie_is_named_by_version_and_scheme() {
    for (origin, version, name) in [
        ("http://localhost:8080", "v4", "next-auth.session-token"),
        ("https://shop.example", "v4", "__Secure-next-auth.session-token"),
        ("http://localhost:8080", "v5", "authjs.session-token"),
        ("https://shop.example", "v5", "__Secure-authjs.session-token"),
    ] {
        let text = format!(
            "public_url = '{origin}'\n[app]\nurl = 'http://a'\n[app.next_auth]\nversion = '{version}'\n{SECRET}\n"
        );
        let cookie = settings(&text).app.next_auth.cookie.unwrap();
        assert_eq!(cookie.name, name);
        assert_eq!((cookie.max_age, cookie.from_app), (Duration::from_secs(30 * 86_400), FromApp::Drop));
    }
}

#[test]
fn everything_about_the_cookie_can_be_written() {
    let cookie = next_auth(
        "secret = ['${JWT_SECRET}', 'an-older-one']\ncookie = 'shop.session'\nmax_age = '2h'\nfrom_app = 'adopt'",
    );
    let cookie = cookie.cookie.unwrap();
    assert_eq!(cookie.secrets, [secret_text("JWT_SECRET"), SecretText::new("an-older-one")]);
    assert_eq!((cookie.name.as_str(), cookie.from_app), ("shop.session", FromApp::Adopt));
    assert_eq!(cookie.max_age, Duration::from_secs(2 * 3600));
    assert!(next_auth("update = ['name']").cookie.is_none(), "there is none without a secret");
}

#[test]
fn templates_name_the_person_and_the_claims() {
    let read = next_auth(
        "token = { role = '{user.role}', city = '{user.address.city}', by = '{sign_in}', api = '{access_token}', n = 1 }\n\
         session = { user = { id = '{sub}', city = '{home.city}' }, roles = ['{role}'] }\n\
         update = ['name', 'picture']",
    );
    let person = |name: &str| {
        json!({ "/role": "admin", "/address/city": "Rome", "sign_in": "google", "access_token": "t" })
            .get(name)
            .cloned()
    };
    let token = json!({ "role": "admin", "city": "Rome", "by": "google", "api": "t", "n": 1 });
    assert_eq!(read.token.render(&person).unwrap(), Some(token));
    let claims = json!({ "sub": "7", "home": { "city": "Rome" }, "role": "admin" });
    let claim = |pointer: &str| claims.pointer(pointer).cloned();
    let session = json!({ "user": { "id": "7", "city": "Rome" }, "roles": ["admin"] });
    assert_eq!(read.session.render(&claim).unwrap(), Some(session));
    assert_eq!(read.update.into_iter().collect::<Vec<_>>(), ["name", "picture"]);
}

/// Some apps keep the whole person in one claim.
#[test]
fn the_user_of_the_session_may_be_one_claim() {
    let session = next_auth("session = { user = '{person}' }").session;
    let rendered = session.render(&|_| Some(json!({ "name": "Ada" }))).unwrap();
    assert_eq!(rendered, Some(json!({ "user": { "name": "Ada" } })));
}

fn hooked(request: &str) -> Settings {
    let apis = format!("{}{}", api("public = ['/api/**']"), api("").replace("'/api'", "'/v2'"));
    settings(&format!("[app]\nurl = 'http://a'\n[app.next_auth.hook]\napi = '/v2'\n{request}\n{apis}"))
}

#[test]
fn the_hook_sends_everything_unless_it_says_otherwise() {
    let hook = hooked("request = 'POST /v2/claims'").app.next_auth.hook.unwrap();
    assert_eq!((hook.api, hook.claims.as_str()), (ApiIndex(1), ""));
    let names = ["sub", "name", "email", "image", "user", "sign_in", "trigger", "data"];
    let body = hook.call.build(&|name| Some(Value::from(name))).unwrap().body;
    let body: Value = serde_json::from_str(body.expose_secret()).unwrap();
    assert_eq!(body, names.iter().map(|name| ((*name).to_owned(), json!(name))).collect::<Value>());
    let hook = hooked("request = 'POST /v2/claims/{sub}'\nbody = { why = '{trigger}' }\nclaims = '/data'");
    let hook = hook.app.next_auth.hook.unwrap();
    assert_eq!(hook.claims, "/data");
    let built = hook.call.build(&|name| Some(Value::from(name))).unwrap();
    assert_eq!((built.path.as_str(), built.body.expose_secret()), ("/v2/claims/sub", r#"{"why":"trigger"}"#));
}

/// Two addresses may be one server, so it is closed below every API.
#[test]
fn the_hook_is_closed_to_everybody_else() {
    let settings = hooked("request = 'POST /api/claims/{sub}'");
    for (method, path) in
        [(Method::POST, "/api/claims/7"), (Method::GET, "/api/CLAIMS/7"), (Method::PUT, "/api/claims/7.json")]
    {
        let decision = settings.routes.decide(&method, path);
        assert_eq!(decision, RouteDecision::Refuse(RouteRefusal::OursAlone), "{path}");
    }
    let other = settings.routes.decide(&Method::POST, "/api/claims");
    assert!(matches!(other, RouteDecision::Forward(_)), "{other:?}");
}

fn former(dialect: Dialect, name: &str) -> FormerCookie {
    FormerCookie { dialect, name: name.to_owned() }
}

#[test]
fn cookies_that_move_in_have_the_usual_names() {
    let v4 = [
        former(Dialect::V4, "__Secure-next-auth.session-token"),
        former(Dialect::V4, "next-auth.session-token"),
    ];
    let v5 =
        [former(Dialect::V5, "__Secure-authjs.session-token"), former(Dialect::V5, "authjs.session-token")];
    let own = former(Dialect::V4, "shop");
    for (keys, move_in, cookies) in [
        ("", "", v4.to_vec()),
        ("version = 'v5'", "", v5.to_vec()),
        ("version = 'v5'", "from = ['v4', 'v5']", [v4.clone(), v5.clone()].concat()),
        ("cookie = 'shop'", "", [v4.as_slice(), std::slice::from_ref(&own)].concat()),
        ("cookie = 'shop'", "from = ['v5']", v5.to_vec()),
        ("", "cookies = ['shop']", vec![own.clone()]),
        ("", "cookies = ['shop']\nfrom = ['v4', 'v5']", vec![own.clone(), former(Dialect::V5, "shop")]),
    ] {
        let read = next_auth(&format!("{SECRET}\n{keys}\n[app.next_auth.move_in]\n{move_in}"));
        let read = read.move_in.unwrap();
        assert_eq!(read.cookies, cookies, "{keys} {move_in}");
        assert_eq!(read.secrets, [secret_text("JWT_SECRET")]);
        assert_eq!((read.subject.as_str(), read.access_token), ("/sub", None));
    }
}

#[test]
fn what_moves_in_may_have_a_secret_of_its_own_and_tokens() {
    let read = next_auth(
        "[app.next_auth.move_in]\nsecret = ['${JWT_SECRET}']\nsubject = '/user/id'\naccess_token = '/accessToken'\n\
         refresh_token = '/refreshToken'\nexpires_at = '/expires'",
    );
    assert!(read.cookie.is_none(), "a cookie that moves in gives the app none");
    let move_in = read.move_in.unwrap();
    assert_eq!(move_in.secrets, [secret_text("JWT_SECRET")]);
    assert_eq!(move_in.subject, "/user/id");
    let pointers = [move_in.access_token, move_in.refresh_token, move_in.expires_at];
    assert_eq!(pointers.map(Option::unwrap), ["/accessToken", "/refreshToken", "/expires"]);
}

#[test]
fn an_api_may_ask_for_the_token_of_the_app() {
    let app = format!("[app]\nurl = 'http://a'\n[app.next_auth]\n{SECRET}\n");
    for (keys, name, value) in [
        ("", "authorization", "Bearer t"),
        ("header = 'x-session'", "x-session", "t"),
        ("scheme = 'Token'", "authorization", "Token t"),
    ] {
        let text = format!("{app}{}", api(keys).replace("'issued'", "'next-auth'"));
        let settings = settings(&text);
        let UpstreamToken::NextAuth(header) = &settings.apis[0].token else { panic!("{text}") };
        assert_eq!((header.name.as_str(), header.value("t").as_str()), (name, value));
    }
}

#[test]
fn the_secrets_of_the_app_are_never_shown() {
    let text = format!(
        "public_url = 'http://localhost'\nsecret = '${{SECRET}}'\n[app]\nurl = 'http://a'\n[app.next_auth]\n{SECRET}\n\
         [app.next_auth.move_in]\nsecret = 'hunter2-hunter2'\n"
    );
    let debug = format!("{:?}", load_text(&text).unwrap());
    assert!(!debug.contains("hunter2") && !debug.contains(&environment("JWT_SECRET").unwrap()), "{debug}");
}

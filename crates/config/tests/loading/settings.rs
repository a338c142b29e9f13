//! What the settings are.

use std::path::PathBuf;
use std::time::Duration;

use crossgate_core::credentials::{ApiAnswer, LoginOutcome, judge_login};
use crossgate_core::csrf::CsrfMode;
use crossgate_core::identity::{Identity, Subject};
use crossgate_core::route::{Access, Endpoint, RouteDecision, RouteTarget};
use crossgate_core::secret::SecretText;
use crossgate_core::settings::{ApiIndex, Dialect, Settings, StoreLocation};
use crossgate_core::store_url::StoreUrl;
use crossgate_core::time::Timestamp;
use crossgate_core::token::{TokenSigning, UpstreamToken};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{api, load_text, settings, sign_in};

const SHOP: &str = r#"
public_url = "https://shop.example.com"
secret     = "${SECRET}"

[listen]
trusted_proxies = ["127.0.0.1"]

[app]
url = "http://127.0.0.1:3000"

[pages]
sign_in   = "/login"
protected = ["/dashboard/**", "/profile"]

[[api]]
path   = "/api"
url    = "http://127.0.0.1:4000"
token  = "api"
public = ["GET /api/products/**"]
app    = ["/api/revalidate"]

[sign_in.credentials]
fields = ["email", "password"]
login  = { request = "POST /api/login", body = { email = "{email}", password = "{password}" },
           user = "/user", access_token = "/token", refresh_token = "/refreshToken" }
logout = { request = "POST /api/logout" }

[store]
url = "sqlite:crossgate.db"
"#;

fn ask(settings: &Settings, method: &Method, path: &str) -> String {
    match settings.routes.decide(method, path) {
        RouteDecision::Forward(forward) => {
            let target = match forward.target {
                RouteTarget::App(_) => "app".to_owned(),
                RouteTarget::Api(index) => settings.apis[index.0].upstream.name.clone(),
            };
            let access = if *forward.access == Access::Open { "open" } else { "closed" };
            format!("{target} {access} by {}", forward.rule)
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn the_shop_of_the_design() {
    let loaded = load_text(SHOP).unwrap_or_else(|problems| panic!("{problems}"));
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
    let settings = loaded.settings;
    assert_eq!(settings.public_origin.as_str(), "https://shop.example.com");
    assert_eq!((settings.app.upstream.host.as_str(), settings.app.upstream.port), ("127.0.0.1", 3000));
    assert_eq!(settings.app.token_of, Some(ApiIndex(0)));
    assert_eq!((settings.app.next_auth.dialect, settings.csrf), (Dialect::V4, CsrfMode::Token));
    assert_eq!(settings.own_pages.sign_in.as_deref(), Some("/login"));
    assert_eq!(settings.store, StoreLocation::Sqlite(PathBuf::from("/etc/shop/crossgate.db")));
    assert_eq!(settings.lifetimes.idle, Duration::from_secs(12 * 3600));
    let api = &settings.apis[0];
    assert_eq!((api.upstream.name.as_str(), api.path.as_str()), ("/api", "/api"));
    assert!(matches!(&api.token, UpstreamToken::Api(header) if header.value("t") == "Bearer t"));
    let credentials = settings.credentials.unwrap();
    let fields: Vec<_> =
        credentials.fields.iter().map(|field| (field.label.as_str(), field.secret)).collect();
    assert_eq!(fields, [("E-mail", false), ("Password", true)]);
}

#[test]
fn routes_of_the_shop() {
    let settings = load_text(SHOP).unwrap().settings;
    for (method, path, answer) in [
        (Method::GET, "/", "app open by pages are open"),
        (Method::GET, "/login", "app open by pages.sign_in = \"/login\""),
        (Method::GET, "/dashboard/x", "app closed by pages.protected = \"/dashboard/**\""),
        (Method::GET, "/_next/data/b/profile.json", "app closed by pages.protected = \"/profile\""),
        (Method::GET, "/api/products/1", "/api open by api[0].public = \"GET /api/products/**\""),
        (Method::POST, "/api/products/1", "/api closed"),
        (Method::GET, "/api/revalidate", "app open"),
    ] {
        let answered = ask(&settings, &method, path);
        assert!(answered.starts_with(answer), "{path}: {answered}");
    }
    assert_eq!(
        settings.routes.decide(&Method::GET, "/api/auth/session"),
        RouteDecision::Endpoint(Endpoint::Session)
    );
}

#[test]
fn rules_are_asked_in_order_and_then_public_and_then_protected() {
    let settings = settings(
        "[pages]\ndefault = 'protected'\nprotected = ['/a/**']\npublic = ['/a/b/**', '/a/b/c']\n\
         [[pages.rule]]\npath = '/a/b/c'\nmethods = ['POST']\nrequire = { role = ['admin'] }\n",
    );
    assert!(ask(&settings, &Method::POST, "/a/b/c").starts_with("app closed by pages.rule[0] = \"/a/b/c\""));
    assert!(ask(&settings, &Method::GET, "/a/b/c").starts_with("app open by pages.public"));
    assert!(ask(&settings, &Method::GET, "/a/x").starts_with("app closed by pages.protected"));
    assert!(ask(&settings, &Method::GET, "/x").starts_with("app closed by pages.default"));
}

#[test]
fn own_pages_are_below_the_base_path_and_stay_open() {
    let app = "[app]\nurl = 'http://a'\nbase_path = '/shop'\nlocales = ['en']\n";
    let settings =
        settings(&format!("{app}[pages]\ndefault = 'protected'\nsign_in = '/login?x=1'\nerror = '/oops'"));
    assert_eq!(settings.own_pages.sign_in.as_deref(), Some("/shop/login?x=1"));
    for path in ["/shop/login", "/shop/en/login", "/shop/oops"] {
        assert!(ask(&settings, &Method::GET, path).starts_with("app open"), "{path}");
    }
    assert!(ask(&settings, &Method::GET, "/shop/other").starts_with("app closed"));
}

fn ada() -> Identity {
    let user = json!({ "id": 7, "role": "admin", "address": { "country": "AT" } });
    Identity {
        subject: Subject::parse("7").unwrap(),
        name: Some("Ada".into()),
        email: None,
        image: None,
        user: user.as_object().unwrap().clone(),
    }
}

#[test]
fn requirements_name_claims_in_every_usual_way() {
    for require in [
        "role = 'admin'",
        "role = ['editor', 'admin']",
        "user.role = 'admin'",
        "'/role' = 'admin'",
        "address.country = 'AT'",
        "user.address = { country = 'AT' }",
        "id = 7",
        "name = 'Ada'",
    ] {
        for (value, holds) in [(require.to_owned(), true), (require.replace("'admin'", "'root'"), false)] {
            let settings = settings(&format!("[[pages.rule]]\npath = '/x'\nrequire = {{ {value} }}\n"));
            let RouteDecision::Forward(forward) = settings.routes.decide(&Method::GET, "/x") else {
                panic!()
            };
            let Access::Session(requirements) = forward.access else { panic!() };
            assert_eq!(requirements.len(), 1);
            assert_eq!(requirements[0].holds(&ada()), holds || value == require, "{value}");
        }
    }
}

#[test]
fn issued_tokens_have_the_claims_of_the_template() {
    let settings = settings(&api(
        "header = 'x-access-token'\nissued = { algorithm = 'HS256', secret = '${JWT_SECRET}', claims = \
         { userId = '{user.id}', where = { in = '{user.address.country}' }, text = '{name}!', none = '{email}', n = 1 } }",
    ));
    let UpstreamToken::Issued(issued) = &settings.apis[0].token else { panic!() };
    assert!(matches!(issued.signing, TokenSigning::Hs256(_)));
    assert_eq!(
        (issued.audience.as_str(), issued.lifetime),
        ("http://127.0.0.1:4000", Duration::from_secs(300))
    );
    assert_eq!(issued.header.value("t"), "t", "a header of its own carries the bare token");
    let ada = ada();
    let claims = issued.claims.render(&|name| ada.claim(name)).unwrap().unwrap();
    assert_eq!(claims, json!({ "userId": 7, "where": { "in": "AT" }, "text": "Ada!", "n": 1 }));
}

fn typed(name: &str) -> Option<Value> {
    json!({ "email": "ada@shop.example", "password": "pa ss" }).get(name).cloned()
}

#[test]
fn without_a_body_every_field_is_sent_under_its_own_name() {
    let credentials = settings(&sign_in("user = ''", "")).credentials.unwrap();
    let call = credentials.login.call.build(&typed).unwrap();
    let body: Value = serde_json::from_str(call.body.expose_secret()).unwrap();
    assert_eq!(body, json!({ "email": "ada@shop.example", "password": "pa ss" }));
    assert_eq!((call.method, call.path.as_str()), (Method::POST, "/api/login"));
}

#[test]
fn forms_and_headers_are_templates_too() {
    let login = "form = { user = '{email}', pw = '{password}' }, headers = { x-client = 'gate {email}' }";
    let credentials = settings(&sign_in(login, "")).credentials.unwrap();
    let call = credentials.login.call.build(&typed).unwrap();
    assert_eq!(call.body.expose_secret(), "user=ada%40shop.example&pw=pa+ss");
    assert_eq!(call.headers["x-client"], "gate ada@shop.example");
}

#[test]
fn the_apis_own_token_goes_along_to_its_logout() {
    let text = |keys: &str| {
        let login = "access_token = '/token', refresh_token = '/refresh'";
        sign_in(login, keys).replace("token = 'issued'", "token = 'api'")
    };
    let tokens = |name: &str| Some(json!(format!("the {name}")));
    for (logout, header) in [
        ("logout = { request = 'POST /out' }", "Bearer the access_token"),
        (
            "logout = { request = 'POST /out', headers = { Authorization = 'JWT {refresh_token}' } }",
            "JWT the refresh_token",
        ),
    ] {
        let logout = settings(&text(logout)).credentials.unwrap().logout.unwrap();
        assert_eq!(logout.build(&tokens).unwrap().headers["authorization"], header);
    }
}

#[test]
fn conditions_decide_what_answers_mean() {
    let login = "success = { where = { '/ok' = true } }, locked = { where = { '/ok' = false, '/code' = 'LOCKED' } }, \
                 refused = { status = [200, '4xx'], where = { '/ok' = false } }";
    let credentials = settings(&sign_in(login, "")).credentials.unwrap();
    let outcome = |status: u16, body: Value| {
        let body = body.to_string();
        let headers = http::HeaderMap::new();
        let status = StatusCode::from_u16(status).unwrap();
        let answer = ApiAnswer { status, headers: &headers, body: body.as_bytes() };
        match judge_login(&answer, &credentials.login, Timestamp::from_seconds(0)) {
            Ok(LoginOutcome::Accepted(_)) => "signed in".to_owned(),
            Ok(LoginOutcome::Refused(refusal)) => format!("{:?}", refusal.kind),
            Err(fault) => format!("{fault:?}"),
        }
    };
    assert_eq!(outcome(200, json!({ "ok": true, "user": { "id": 1 } })), "signed in");
    assert_eq!(outcome(200, json!({ "ok": false })), "WrongCredentials");
    assert_eq!(outcome(200, json!({ "ok": false, "code": "LOCKED" })), "Locked");
    assert_eq!(outcome(301, json!({ "ok": true })), "UnexpectedStatus(301)");
}

#[test]
fn stores_and_addresses_in_their_forms() {
    for (url, location) in [
        ("memory:", StoreLocation::Memory),
        ("sqlite:data/x.db", StoreLocation::Sqlite("/etc/shop/data/x.db".into())),
        ("sqlite:/var/x.db", StoreLocation::Sqlite("/var/x.db".into())),
        ("sqlite:///var/x.db", StoreLocation::Sqlite("/var/x.db".into())),
    ] {
        assert_eq!(settings(&format!("[store]\nurl = '{url}'")).store, location, "{url}");
    }
    let server = |url: &str| StoreUrl::parse(url).unwrap();
    for (url, location) in [
        ("postgres://me:pw@one,two:5433/x?pool=4", StoreLocation::Postgres as fn(StoreUrl) -> StoreLocation),
        ("postgresql://db/x", StoreLocation::Postgres),
        ("valkey://one:6379,two:6379?cluster=true", StoreLocation::Valkey),
        ("rediss://:pw@cache/1", StoreLocation::Valkey),
    ] {
        assert_eq!(settings(&format!("[store]\nurl = '{url}'")).store, location(server(url)), "{url}");
    }
    for (url, host, port) in [
        ("http://app", "app", 80),
        ("http://[::1]:3000/", "::1", 3000),
        ("http://App.internal:1", "app.internal", 1),
    ] {
        let upstream = settings(&format!("[app]\nurl = '{url}'")).app.upstream;
        assert_eq!((upstream.host.as_str(), upstream.port), (host, port), "{url}");
    }
    assert_eq!(settings("[listen]\nadmin = false").listen.admin, None);
}

#[test]
fn signing_keys_are_replaced_after_ninety_days_unless_it_says_otherwise() {
    let day = Duration::from_secs(86_400);
    for (text, period) in [
        ("", Some(90 * day)),
        ("[signing_keys]\nrotate_every = '1d'", Some(day)),
        ("[signing_keys]\nrotate_every = false", None),
    ] {
        assert_eq!(settings(text).signing_keys.rotate_every, period, "{text}");
    }
}

#[test]
fn an_api_may_be_a_client_that_asks_about_tokens() {
    let secret = "jwt-0123456789abcdefghijklmnopqrstuvwxyz";
    let settings = settings(&api("client = { id = 'shop-api', secret = '${JWT_SECRET}' }"));
    let client = settings.apis[0].client.as_ref().unwrap();
    assert!(client.has("shop-api", &SecretText::new(secret)));
    for (id, secret) in [("shop", secret), ("shop-api", "jwt"), ("shop-api", ""), ("", secret)] {
        assert!(!client.has(id, &SecretText::new(secret)), "{id}");
    }
}

#[test]
fn pages_receive_the_token_of_the_api_that_is_named() {
    let second = "[[api]]\npath = '/b'\nurl = 'http://b'\ntoken = 'issued'\n";
    let first = "[[api]]\npath = '/a'\nurl = 'http://a'\ntoken = 'none'\n";
    for (line, index) in
        [("", Some(ApiIndex(1))), ("token_of = '/b'", Some(ApiIndex(1))), ("token_of = false", None)]
    {
        let text = format!("[app]\nurl = 'http://a'\n{line}\n{first}{second}");
        assert_eq!(settings(&text).app.token_of, index, "{line}");
    }
}

#[test]
fn a_refresh_reads_as_the_login_does_unless_it_says_otherwise() {
    let refresh_of = |login: &str, refresh: &str| {
        let with_refresh = SHOP
            .replace(
                r#"refresh_token = "/refreshToken" }"#,
                &format!("refresh_token = \"/refreshToken\" {login} }}"),
            )
            .replace(
                "logout = ",
                &format!("refresh = {{ request = \"POST /api/refresh\" {refresh} }}\nlogout = "),
            );
        let loaded = load_text(&with_refresh).unwrap_or_else(|problems| panic!("{problems}"));
        loaded.settings.credentials.unwrap().refresh.unwrap()
    };
    let same = refresh_of(", expires_in = \"/ttl\"", "");
    assert_eq!(same.reading.access_token.as_deref(), Some("/token"));
    assert_eq!(same.reading.expires_in.as_deref(), Some("/ttl"));
    let built = same.call.build(&|name| Some(name.into())).unwrap();
    assert_eq!(built.body.expose_secret(), r#"{"refreshToken":"refresh_token"}"#);
    let other = refresh_of(", expires_in = \"/ttl\"", ", access_token = \"/jwt\", expires_at = \"/end\"");
    assert_eq!(other.reading.access_token.as_deref(), Some("/jwt"));
    assert_eq!(other.reading.refresh_token.as_deref(), Some("/refreshToken"));
    assert_eq!((other.reading.expires_in, other.reading.expires_at.as_deref()), (None, Some("/end")));
}

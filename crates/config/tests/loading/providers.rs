//! What the settings of providers are.

use std::fmt::Write as _;

use crossgate_core::credentials::{ApiAnswer, LoginOutcome, judge_login};
use crossgate_core::provider::{
    ClientAuthentication, ClientKeyAlgorithm, Endpoint, ProviderProtocol, ProviderSettings, ResponseMode,
    TokenTarget, UserInfoUse,
};
use crossgate_core::route::{RouteDecision, RouteRefusal};
use crossgate_core::settings::{ApiIndex, Settings};
use crossgate_core::time::Timestamp;
use crossgate_core::token::UpstreamToken;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{KEY, api, load_text, settings, whole};

const TENANT: &str = "8EAEF023-2b34-4da1-9baa-8bc8c9d6a490";

/// A provider with `client_id` and a secret.
fn provider(id: &str, keys: &str) -> String {
    format!("[sign_in.{id}]\nclient_id = 'shop'\nclient_secret = '${{JWT_SECRET}}'\n{keys}\n")
}

fn only(text: &str) -> ProviderSettings {
    let mut providers = settings(text).providers;
    assert_eq!(providers.len(), 1, "{text}");
    providers.remove(0)
}

/// The presets as the documentation of the providers has them: what must be written, the issuer, and hosts that the
/// discovery document names.
#[test]
fn issuers_and_hosts_are_those_that_the_providers_publish() {
    let google = ["accounts.google.com", "oauth2.googleapis.com", "www.googleapis.com"];
    let entra = ["login.microsoftonline.com", "graph.microsoft.com"];
    let pool = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI";
    for (id, keys, issuer, hosts) in [
        ("google", "", "https://accounts.google.com", &google[..]),
        ("google", "", "https://accounts.google.com", &["openidconnect.googleapis.com"]),
        ("auth0", "domain = 'shop.eu.auth0.com'", "https://shop.eu.auth0.com/", &["shop.eu.auth0.com"]),
        (
            "entra",
            &format!("tenant = '{TENANT}'"),
            "https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0",
            &entra,
        ),
        ("gitlab", "", "https://gitlab.com", &["gitlab.com"]),
        ("gitlab", "issuer = 'https://git.example.com'", "https://git.example.com", &["git.example.com"]),
        ("slack", "", "https://slack.com", &["slack.com"]),
        ("okta", "domain = 'shop.okta.com'", "https://shop.okta.com", &["shop.okta.com"]),
        (
            "okta",
            "domain = 'shop.okta.com'\nauthorization_server = 'default'",
            "https://shop.okta.com/oauth2/default",
            &["shop.okta.com"],
        ),
        ("keycloak", "issuer = 'https://id.example.com/realms/a'", "https://id.example.com/realms/a", &[]),
        (
            "cognito",
            &format!("issuer = '{pool}'\nhosts = ['shop.auth.eu-central-1.amazoncognito.com']"),
            pool,
            &["cognito-idp.eu-central-1.amazonaws.com", "shop.auth.eu-central-1.amazoncognito.com"],
        ),
    ] {
        let found = only(&provider(id, keys));
        assert!(matches!(found.protocol, ProviderProtocol::OpenId(_)), "{id}");
        assert_eq!(found.issuer().as_str(), issuer, "{id}");
        let own = Endpoint::parse(issuer).unwrap().authority();
        for host in hosts {
            assert!(*host == own || found.hosts.iter().any(|listed| listed == host), "{id}: {host}");
        }
    }
}

#[test]
fn providers_without_openid_connect_have_their_endpoints() {
    for (id, authorization, subject, email_verified, answers_with_issuer) in [
        ("github", "https://github.com/login/oauth/authorize", "/id", None, true),
        ("discord", "https://discord.com/api/oauth2/authorize", "/id", Some("/verified"), true),
        ("facebook", "https://www.facebook.com/dialog/oauth", "/id", None, false),
        (
            "linkedin",
            "https://www.linkedin.com/oauth/v2/authorization",
            "/sub",
            Some("/email_verified"),
            false,
        ),
        ("x", "https://x.com/i/oauth2/authorize", "/data/id", None, false),
    ] {
        let found = only(&provider(id, ""));
        let ProviderProtocol::OAuth2(oauth2) = &found.protocol else { panic!("{id}") };
        assert_eq!(oauth2.endpoints.authorization.as_str(), authorization);
        assert_eq!(oauth2.endpoints.answers_with_issuer.is_some(), answers_with_issuer, "{id}");
        assert_eq!(found.profile.subject, [subject]);
        assert_eq!(found.profile.email_verified.first().map(String::as_str), email_verified, "{id}");
        assert_eq!(oauth2.endpoints.emails.is_some(), id == "github");
        assert!(!found.sign_out_there);
    }
}

#[test]
fn apple_has_a_key_in_place_of_a_secret() {
    let keys = "client_id = 'com.example'\nteam_id = 'TEAM'\nkey_id = 'ID'\nprivate_key = '${PRIVATE_KEY}'";
    let apple = only(&format!("public_url = 'https://shop.example'\n[sign_in.apple]\n{keys}"));
    let ClientAuthentication::SignedSecret { key, team, audience } = &apple.client.authentication else {
        panic!()
    };
    assert_eq!((team.as_str(), audience.as_str()), ("TEAM", "https://appleid.apple.com"));
    assert_eq!((key.id.as_deref(), key.algorithm), (Some("ID"), ClientKeyAlgorithm::Es256));
    assert_eq!(key.pem.expose_secret(), KEY);
    assert_eq!(apple.authorization.response_mode, ResponseMode::FormPost);
    let ProviderProtocol::OpenId(openid) = apple.protocol else { panic!() };
    assert_eq!(openid.user_info, UserInfoUse::Never);
}

#[test]
fn a_key_on_one_line_gets_its_line_breaks_back() {
    let text = "public_url = 'https://shop.example'\n[sign_in.my]\ntype = 'oidc'\nissuer = 'https://id.example'\n\
                client_id = 'a'\nprivate_key = '${KEY_ON_ONE_LINE}'\nkey_algorithm = 'EdDSA'";
    let ClientAuthentication::PrivateKeyJwt(key) = only(text).client.authentication else { panic!() };
    assert_eq!(key.pem.expose_secret(), KEY);
    assert_eq!((key.algorithm, key.id), (ClientKeyAlgorithm::EdDsa, None));
}

#[test]
fn clients_prove_who_they_are_as_it_was_written() {
    let openid = |keys: &str| {
        let base = "[sign_in.my-company]\ntype = 'oidc'\nissuer = 'https://id.example'\nclient_id = 'a'";
        only(&format!("{base}\n{keys}")).client.authentication
    };
    let secret = "client_secret = '${JWT_SECRET}'";
    assert!(matches!(openid(secret), ClientAuthentication::Basic(_)));
    let post = format!("{secret}\nclient_authentication = 'post'");
    assert!(matches!(openid(&post), ClientAuthentication::Post(_)));
    assert!(matches!(openid("client_authentication = 'none'"), ClientAuthentication::None));
}

#[test]
fn a_preset_can_stand_under_another_name() {
    let realms = ["staff", "customers"].map(|id| {
        provider(id, &format!("preset = 'keycloak'\nissuer = 'https://id.example.com/realms/{id}'"))
    });
    let providers = settings(&realms.join("\n")).providers;
    let found: Vec<_> = providers.iter().map(|one| (one.id.as_str(), one.name.as_str())).collect();
    assert_eq!(found, [("staff", "Staff"), ("customers", "Customers")]);
    assert!(providers.iter().all(|one| one.sign_out_there));
    assert_eq!(only(&provider("google", "")).name, "Google");
    assert_eq!(only(&provider("google", "name = 'Work account'")).name, "Work account");
}

#[test]
fn what_is_written_takes_the_place_of_what_the_preset_says() {
    let keys = "scopes = ['openid']\nallowed_parameters = []\nparameters = { prompt = 'login' }\n\
                hosts = ['localhost:9000', 'ID.example:443', 'www.googleapis.com']\nuser_info = 'always'\n\
                client_authentication = 'post'\nsign_out_there = true\nprofile = { name = ['/a', '/b'], image = '/c' }";
    let google = only(&provider("google", keys));
    assert_eq!(google.authorization.scopes, ["openid"]);
    assert_eq!(google.authorization.parameters, [("prompt".to_owned(), "login".to_owned())]);
    assert!(google.authorization.allowed_parameters.is_empty());
    assert_eq!(google.hosts.len(), 5);
    assert_eq!(google.hosts[3..], ["localhost:9000", "id.example"], "as requests will name them");
    assert_eq!((google.profile.name.len(), google.profile.image.as_slice()), (2, &["/c".to_owned()][..]));
    assert_eq!((google.profile.subject.as_slice(), google.sign_out_there), (&["/sub".to_owned()][..], true));
}

#[test]
fn oauth2_is_declared_as_a_whole() {
    let keys = "type = 'oauth2'\nauthorization_endpoint = 'https://forum.example/authorize?x=y'\n\
                token_endpoint = 'https://forum.example/token'\nuser_info_endpoint = 'http://localhost:9/me'\n";
    let forum = only(&provider("forum", keys));
    assert_eq!(forum.issuer().as_str(), "https://forum.example", "the origin of the authorization endpoint");
    assert_eq!((forum.name.as_str(), forum.profile.subject.as_slice()), ("Forum", &["/id".to_owned()][..]));
    assert!(forum.authorization.scopes.is_empty() && forum.authorization.allowed_parameters.is_empty());
    let issuer = "issuer = 'https://forum.example/x'\nprofile = { subject = ['/uid', '/id'] }";
    let forum = only(&provider("forum", &format!("{keys}{issuer}")));
    assert_eq!((forum.issuer().as_str(), forum.profile.subject.len()), ("https://forum.example/x", 2));
}

#[test]
fn providers_are_kept_in_the_order_of_the_file() {
    let text = ["x", "google", "github"].map(|id| provider(id, "")).join("");
    let ids: Vec<_> = settings(&text).providers.iter().map(|one| one.id.to_string()).collect();
    assert_eq!(ids, ["x", "google", "github"]);
}

#[test]
fn tokens_are_asked_for_whom_apis_want_them() {
    let mut text = provider("auth0", "domain = 'shop.auth0.com'") + &provider("google", "");
    for (index, keys) in [
        "provider = 'auth0'\naudience = 'https://a.example'",
        "provider = 'google'\nheader = 'x-token'",
        "provider = 'auth0'\nresource = 'urn:b'",
        "provider = 'auth0'\naudience = 'https://a.example'",
    ]
    .iter()
    .enumerate()
    {
        writeln!(text, "[[api]]\npath = '/{index}'\nurl = 'http://a{index}'\ntoken = 'provider'\n{keys}")
            .unwrap();
    }
    let settings = settings(&text);
    let audience = TokenTarget::Audience("https://a.example".to_owned());
    assert_eq!(
        settings.providers[0].token_targets,
        [audience.clone(), TokenTarget::Resource("urn:b".to_owned())]
    );
    assert_eq!(settings.providers[1].token_targets, [TokenTarget::Default]);
    let UpstreamToken::Provider(token) = &settings.apis[0].token else { panic!() };
    assert_eq!((token.provider.as_str(), &token.target), ("auth0", &audience));
    assert_eq!(token.header.value("t"), "Bearer t");
    let UpstreamToken::Provider(token) = &settings.apis[1].token else { panic!() };
    assert_eq!((token.header.name.as_str(), token.header.value("t").as_str()), ("x-token", "t"));
    assert_eq!(settings.app.token_of, Some(ApiIndex(0)));
}

#[test]
fn a_provider_is_a_way_to_sign_in() {
    let text = whole(&format!("[pages]\ndefault = 'protected'\n{}", provider("google", "")));
    assert!(load_text(&text).unwrap().warnings.is_empty());
}

fn with_hook(keys: &str) -> Settings {
    settings(&format!("{}{}[sign_in.account]\n{keys}\n", api(""), provider("google", "")))
}

fn person(name: &str) -> Option<Value> {
    json!({ "provider": "google", "subject": "7", "email_verified": true, "claims": { "hd": "x" } })
        .get(name)
        .cloned()
}

#[test]
fn without_a_body_the_hook_sends_everything_under_its_own_name() {
    let account = with_hook("request = 'POST /api/hook'").account.unwrap();
    let body = account.login.call.build(&person).unwrap().body;
    let body: Value = serde_json::from_str(body.expose_secret()).unwrap();
    assert_eq!(
        body,
        json!({ "provider": "google", "subject": "7", "email_verified": true, "claims": { "hd": "x" } })
    );
}

#[test]
fn the_answer_of_the_hook_is_read_as_that_of_a_login() {
    let account = with_hook("request = 'POST /api/hook'\nuser = ''\naccess_token = '/t'").account.unwrap();
    assert_eq!(account.api, ApiIndex(0));
    let judge = |status: u16, body: &str| {
        let headers = http::HeaderMap::new();
        let status = StatusCode::from_u16(status).unwrap();
        let answer = ApiAnswer { status, headers: &headers, body: body.as_bytes() };
        judge_login(&answer, &account.login, Timestamp::from_seconds(0)).unwrap()
    };
    assert!(matches!(judge(200, r#"{"id":1,"t":"token"}"#), LoginOutcome::Accepted(_)));
    assert!(matches!(judge(403, r#"{"message":"no"}"#), LoginOutcome::Refused(_)));
}

#[test]
fn nobody_but_crossgate_reaches_the_hook() {
    for (request, closed, open) in [
        ("POST /api/hook", &["/api/hook", "/api/hook/", "/api/Hook"][..], "/api/hook/x"),
        ("POST /api/hook?from={provider}", &["/api/hook"], "/api/hooks"),
        ("PUT /api/{provider}/people", &["/api/google/people", "/api/x/people"], "/api/google"),
        ("PUT /api/p-{provider}/people", &["/api/p-google/people"], "/api/google"),
    ] {
        let settings = with_hook(&format!("request = '{request}'"));
        let refusal = RouteDecision::Refuse(RouteRefusal::OursAlone);
        for path in closed {
            assert_eq!(settings.routes.decide(&Method::POST, path), refusal, "{request}: {path}");
        }
        assert_ne!(settings.routes.decide(&Method::POST, open), refusal, "{request}: {open}");
    }
}

#[test]
fn the_hook_is_closed_in_every_api_that_leads_to_the_same_server() {
    let second =
        "[[api]]\npath = '/api/v2'\nurl = 'http://127.0.0.1:4000'\ntoken = 'none'\npublic = ['/api/v2/**']\n";
    let third = "[[api]]\npath = '/other'\nurl = 'http://127.0.0.1:4001'\ntoken = 'none'\n";
    let hook = "[sign_in.account]\nrequest = 'POST /api/v2/hook'\n";
    let settings = settings(&format!("{}{second}{third}{}{hook}", api(""), provider("google", "")));
    let refusal = RouteDecision::Refuse(RouteRefusal::OursAlone);
    assert_eq!(settings.routes.decide(&Method::POST, "/api/v2/hook"), refusal);
    assert_ne!(settings.routes.decide(&Method::POST, "/other/hook"), refusal);
}

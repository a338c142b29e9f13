use crossgate_core::provider::{
    CodeChallengeUse, ProviderSettings, ResponseMode, TokenTarget, is_protected_parameter,
};

use crate::authorization::{authorization_url, build_authorization_request};
use crate::metadata::declared_metadata;
use crate::samples::{metadata, oauth2, oauth2_settings, open_id, pairs, transaction};

/// The values of a parameter, in their order.
fn values<'a>(parameters: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    let found = parameters.iter().filter(|(other, _)| other == name);
    found.map(|(_, value)| value.as_str()).collect()
}

fn build(settings: &ProviderSettings, chosen: &[(&str, &str)]) -> Vec<(String, String)> {
    build_authorization_request(settings, &transaction(), &pairs(chosen))
}

#[test]
fn the_request_always_has_state_nonce_and_challenge() {
    let (transaction, parameters) = (transaction(), build(&open_id(), &[]));
    let challenge = transaction.verifier.challenge();
    let expected = [
        ("response_type", "code"),
        ("client_id", "shop"),
        ("redirect_uri", "https://shop.example/api/auth/callback/company"),
        ("state", transaction.state.expose_secret()),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("scope", "openid email"),
        ("nonce", transaction.nonce.expose_secret()),
    ];
    assert_eq!(parameters, pairs(&expected));
    let verifier = transaction.verifier.expose_secret();
    assert!(parameters.iter().all(|(_, value)| value != verifier), "the verifier stays here");
}

#[test]
fn openid_is_always_in_the_scope_of_openid_connect_only() {
    let mut settings = open_id();
    settings.authorization.scopes = vec!["email".into()];
    assert_eq!(values(&build(&settings, &[]), "scope"), ["openid email"]);
    let mut settings = oauth2();
    settings.authorization.scopes = vec!["read:user".into()];
    assert_eq!(values(&build(&settings, &[]), "scope"), ["read:user"]);
    settings.authorization.scopes.clear();
    let parameters = build(&settings, &[]);
    assert!(values(&parameters, "scope").is_empty() && values(&parameters, "nonce").is_empty());
}

#[test]
fn a_posted_answer_is_asked_for_where_the_operator_wants_one() {
    let mut settings = open_id();
    settings.authorization.response_mode = ResponseMode::FormPost;
    assert_eq!(values(&build(&settings, &[]), "response_mode"), ["form_post"]);
}

#[test]
fn targets_of_tokens_are_named() {
    let mut settings = open_id();
    settings.token_targets = vec![
        TokenTarget::Default,
        TokenTarget::Audience("https://a.example".into()),
        TokenTarget::Audience("https://b.example".into()),
        TokenTarget::Resource("https://c.example".into()),
        TokenTarget::Resource("https://d.example".into()),
    ];
    let parameters = build(&settings, &[]);
    assert_eq!(values(&parameters, "audience"), ["https://a.example"]);
    assert_eq!(values(&parameters, "resource"), ["https://c.example", "https://d.example"]);
}

#[test]
fn nobody_can_set_what_only_we_set() {
    let names = [
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "client_id",
        "redirect_uri",
        "response_type",
        "response_mode",
        "scope",
        "request",
        "request_uri",
        "id_token_hint",
        "audience",
        "resource",
        "client_secret",
        "State",
        "REDIRECT_URI",
    ];
    for name in names {
        assert!(is_protected_parameter(name), "{name}");
        let mut settings = open_id();
        settings.authorization.allowed_parameters = vec![name.into()];
        settings.authorization.parameters = pairs(&[(name, "evil")]);
        assert_eq!(build(&settings, &[(name, "evil")]), build(&open_id(), &[]), "{name}");
    }
}

#[test]
fn a_page_may_choose_what_the_operator_allows() {
    let mut settings = open_id();
    settings.authorization.parameters = pairs(&[("prompt", "select_account"), ("access_type", "offline")]);
    settings.authorization.allowed_parameters = vec!["prompt".into(), "login_hint".into()];
    let long = "x".repeat(501);
    for (chosen, prompt, hint) in [
        (&[][..], "select_account", None),
        (&[("prompt", "login")], "login", None),
        (&[("login_hint", "ada@b.example")], "select_account", Some("ada@b.example")),
        (&[("login_hint", &long[1..])], "select_account", Some(&long[1..])),
        (&[("login_hint", &long)], "select_account", None),
        (&[("login_hint", "a\r\nb")], "select_account", None),
        (&[("login_hint", "a\u{85}b")], "select_account", None),
        (&[("login_hint", "a"), ("login_hint", "b")], "select_account", None),
        (&[("prompt", "login"), ("prompt", "none")], "select_account", None),
        (&[("access_type", "online"), ("hd", "b.example")], "select_account", None),
    ] {
        let parameters = build(&settings, chosen);
        assert_eq!(values(&parameters, "prompt"), [prompt], "{chosen:?}");
        assert_eq!(values(&parameters, "login_hint"), Vec::from_iter(hint), "{chosen:?}");
        assert_eq!(values(&parameters, "access_type"), ["offline"], "{chosen:?}");
        assert!(values(&parameters, "hd").is_empty(), "{chosen:?}");
    }
}

#[test]
fn the_address_carries_the_parameters_encoded() {
    let url = authorization_url(&metadata(), &pairs(&[("scope", "openid email"), ("x", "a&b=c#d")]));
    assert_eq!(url.as_str(), "https://id.example/realm/authorize?scope=openid+email&x=a%26b%3Dc%23d");
    assert_eq!(String::from(url.clone()), url.to_string());
    assert_eq!(format!("{url:?}"), "AuthorizationUrl(https://id.example/realm/authorize)");
}

#[test]
fn the_endpoints_own_query_stays_but_no_name_stands_twice() {
    let metadata = declared_metadata(&oauth2_settings());
    let url = |name| authorization_url(&metadata, &pairs(&[(name, "b")])).to_string();
    assert_eq!(url("x"), "https://hub.example/authorize?policy=a&x=b");
    assert_eq!(url("policy"), "https://hub.example/authorize?policy=b");
}

#[test]
fn a_provider_that_refuses_pkce_gets_no_challenge() {
    let mut settings = open_id();
    settings.authorization.code_challenge = CodeChallengeUse::RefusedThere;
    let sent = build(&settings, &[]);
    assert!(sent.iter().all(|(name, _)| !name.starts_with("code_challenge")), "{sent:?}");
    assert_eq!(values(&sent, "state").len(), 1);
    assert_eq!(values(&sent, "nonce").len(), 1);
}

//! The twenty APIs of `examples/express-styles`, and the shop: what is written for them, and what a person wrote.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::{assert_has, findings_in, written};

/// Each API with the keys in which the two differ: `-` is missing, `+` is only in what was written here, `~` is another
/// value. None is the best that there is: the file is as good as the one by hand.
const STYLES: [(&str, &[&str]); 20] = [
    ("01-jsonwebtoken", &[]),
    ("02-realworld-token", &[]),
    ("03-x-access-token", &[]),
    ("04-jwt-cookies", &[]),
    ("05-passport-session", &[]),
    ("06-cookie-session", &[]),
    ("07-rotating-pair", &[]),
    // The fields have the API's own names here, so that they need no body.
    ("08-refresh-cookie", &["-credentials.login.body", "~credentials.fields"]),
    // The token is a JWT, and its own `exp` says the same.
    ("09-nested-tokens", &["-credentials.login.expires_at", "-credentials.refresh.expires_at"]),
    // Not found: the mutations are a text inside the source. The recipe is suggested.
    ("10-graphql", GRAPHQL),
    ("11-form-login", &[]),
    ("12-basic-login", &[]),
    // Suggested only: the client's name and secret are compared as one text.
    (
        "13-oauth-token",
        &["-credentials.login.basic", "-credentials.logout.basic", "-credentials.refresh.basic"],
    ),
    ("14-passport-jwt-rs256", &[]),
    // Which claims the API reads is not looked for.
    ("15-jwks", &["-api.issued.claims"]),
    ("16-csrf-login", &[]),
    ("17-always-200", &[]),
    ("18-otp", &[]),
    // As 09.
    ("19-token-family", &["-credentials.login.expires_at"]),
    // The server has both ways to name a tenant, and both are served.
    ("20-multi-tenant", &["+api1.path", "+api1.token", "+api1.url"]),
];

const GRAPHQL: &[&str] = &[
    "-credentials.login.access_token",
    "-credentials.login.body",
    "-credentials.login.message",
    "-credentials.login.refresh_token",
    "-credentials.login.refused.where",
    "-credentials.login.request",
    "-credentials.login.success.present",
    "-credentials.login.user",
    "-credentials.logout.body",
    "-credentials.logout.request",
    "-credentials.refresh.access_token",
    "-credentials.refresh.body",
    "-credentials.refresh.refresh_token",
    "-credentials.refresh.refused.where",
    "-credentials.refresh.request",
    "-credentials.refresh.success.present",
    "~api.token",
];

/// What a key is where nobody writes it.
const DEFAULTS: [(&str, &str); 3] = [
    ("credentials.fields", r#"["email", "password"]"#),
    ("credentials.login.user", r#""/user""#),
    ("credentials.second_step.fields", r#"["code"]"#),
];

fn flatten(name: &str, value: &Value, into: &mut BTreeMap<String, String>) {
    match value {
        // Names of members are values here: what a body has is one thing.
        Value::Table(table)
            if !["body", "form", "where", "values", "headers", "basic", "claims"]
                .contains(&name.rsplit('.').next().unwrap()) =>
        {
            table.iter().for_each(|(key, value)| flatten(&format!("{name}.{key}"), value, into));
        }
        value => drop(into.insert(name.to_owned(), value.to_string())),
    }
}

/// What a configuration says about the API and the sign-in.
fn keys(text: &str) -> BTreeMap<String, String> {
    let table: Table = text.parse().unwrap();
    let mut keys = BTreeMap::new();
    for (index, api) in table["api"].as_array().unwrap().iter().enumerate() {
        let name = if index == 0 { "api".to_owned() } else { format!("api{index}") };
        flatten(&name, api, &mut keys);
    }
    keys.remove("api.url");
    let sign_in = table.get("sign_in").and_then(|sign_in| sign_in.get("credentials"));
    sign_in.into_iter().for_each(|credentials| flatten("credentials", credentials, &mut keys));
    table.get("csrf").into_iter().for_each(|csrf| flatten("csrf", csrf, &mut keys));
    DEFAULTS.iter().for_each(|(key, value)| {
        if keys.get(*key).is_some_and(|known| known == value) {
            keys.remove(*key);
        }
    });
    keys
}

fn differences(ours: &BTreeMap<String, String>, by_hand: &BTreeMap<String, String>) -> Vec<String> {
    let missing = by_hand.keys().filter(|key| !ours.contains_key(*key)).map(|key| format!("-{key}"));
    let more = ours.keys().filter(|key| !by_hand.contains_key(*key)).map(|key| format!("+{key}"));
    let other = ours.iter().filter(|(key, value)| by_hand.get(*key).is_some_and(|known| known != *value));
    missing.chain(more).chain(other.map(|(key, _)| format!("~{key}"))).collect()
}

#[test]
fn what_is_written_for_twenty_apis_is_what_a_person_wrote_but_for_what_is_listed() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/express-styles");
    let mut wrong = Vec::new();
    for (style, expected) in STYLES {
        let (text, _) = written(&findings_in(&format!("examples/express-styles/{style}")));
        let by_hand = std::fs::read_to_string(format!("{root}/{style}/crossgate.toml")).unwrap();
        let found = differences(&keys(&text), &keys(&by_hand));
        if found != expected {
            wrong.push(format!("{style}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Both are started together.
const START: &str = r#"crossgate dev --run "api=npm --prefix api run dev" -- npm --prefix web run dev"#;

#[test]
fn the_shop_is_found_with_both_its_sides() {
    let (text, report) = written(&findings_in("examples/shop"));
    let by_hand = include_str!("../../../../../examples/shop/crossgate.toml");
    let by_hand = by_hand.replace("${CROSSGATE_PORT}", "8080");
    // One API is found: the one with the login. The body is what Crossgate sends anyway, and `/api/products/**` is two
    // lines here.
    let second = ["-api1.issued.audience", "-api1.path", "-api1.token", "-api1.url"];
    let expected: Vec<_> = second.into_iter().chain(["-credentials.login.body", "~api.public"]).collect();
    assert_eq!(differences(&keys(&text), &keys(&by_hand)), expected);
    let public: Table = text.parse().unwrap();
    let expected = r#"["POST /api/register", "GET /api/products", "GET /api/products/*"]"#;
    assert_eq!(public["api"][0]["public"].to_string(), expected);
    assert_has(
        &text,
        &[
            "13 routes below /api beside those of signing in",
            "sign_in = \"/login\"",
            "url = \"http://127.0.0.1:4000\"",
        ],
    );
    assert_has(
        &report,
        &["Next.js 16.4.5 in web, App Router and Pages Router", "Express ^5.3.0 in api", START],
    );
}

#[test]
fn standing_in_one_of_the_two_finds_the_other() {
    for (folder, app, api) in [("examples/shop/web", ".", "../api"), ("examples/shop/api", "../web", ".")] {
        let findings = findings_in(folder);
        assert_eq!((findings.app.unwrap().shown.as_str(), findings.api.unwrap().shown.as_str()), (app, api));
    }
}

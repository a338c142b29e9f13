//! `crossgate check --live`, run as an operator runs it, where nobody answers. Nothing has to be installed for it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends with a panic, wherever in it the fault is found"
)]
#![allow(dead_code, reason = "the support modules are shared with other tests that use more of them")]

mod support;

use std::process::Output;

use support::{Plan, free_port, run_to_end};

const CONFIGURATION: &str = r#"
public_url = "http://localhost:${CROSSGATE_PORT}"
secret     = "hush-hush, a secret that is long enough for anybody"
[app]
url = "${APP_URL}"
[[api]]
path  = "/api"
url   = "${API_URL}"
token = "api"
[sign_in.credentials]
login = { request = "POST /api/login", user = "/user", access_token = "/token" }
[sign_in.company]
type          = "oidc"
name          = "The company"
issuer        = "${PROVIDER_URL}"
client_id     = "shop"
client_secret = "hush-hush, the client's"
[sign_in.account]
request = "POST /api/accounts/from-provider"
user = "/user"
access_token = "/token"
[store]
url = "sqlite:crossgate.db"
"#;

/// The places of app, API and provider, where nobody is.
const PLACES: [&str; 3] = ["APP_URL", "API_URL", "PROVIDER_URL"];

fn check(arguments: &[&str]) -> (Output, [String; 3]) {
    let folder = tempfile::tempdir().unwrap();
    let urls = PLACES.map(|_| format!("http://127.0.0.1:{}", free_port()));
    let environment: Vec<_> = PLACES.into_iter().zip(urls.iter().map(String::as_str)).collect();
    let output = run_to_end(&Plan::new(folder.path().to_path_buf(), CONFIGURATION, &environment), arguments);
    assert!(!folder.path().join("crossgate.db").exists(), "nothing is stored");
    (output, urls)
}

/// What was said about somebody, and the line below it.
fn finding<'a>(report: &'a str, about: &str) -> (&'a str, &'a str) {
    let mut lines = report.lines().skip_while(|line| !line.starts_with(&format!("  BAD   {about} ")));
    let found = lines.next().unwrap_or_else(|| panic!("nothing bad about {about} in {report}"));
    (found, lines.next().unwrap_or_default())
}

#[test]
fn where_nobody_answers_each_is_named_with_a_way_out_and_the_exit_code_says_so() {
    let (output, [app, api, provider]) = check(&["check", "--live"]);
    let (report, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{report}{errors}");
    assert!(report.contains("crossgate.toml: good"), "{report}");
    let address = |url: &str| url.trim_start_matches("http://").to_owned();
    for (about, says, way_out) in [
        ("app", address(&app), "start it, or correct its `url`"),
        ("api /api", address(&api), "start it, or correct its `url`"),
        ("login", "cannot connect".to_owned(), "look at the API"),
        ("provider company", "the discovery document: no connection".to_owned(), "whether it is up"),
    ] {
        let (found, fix) = finding(&report, about);
        assert!(found.contains(&says), "{about}: {found}");
        assert!(fix.contains("fix: ") && fix.contains(way_out), "{about}: {fix}");
    }
    assert!(report.contains(&provider), "{report}");
    assert!(errors.contains("4 things do not work"), "{errors}");
    assert!(!report.contains("hush-hush") && !errors.contains("hush-hush"), "{report}{errors}");
}

#[test]
fn without_live_nobody_is_asked() {
    let (output, _) = check(&["check"]);
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{report}{}", String::from_utf8_lossy(&output.stderr));
    assert!(!report.contains("BAD") && !report.contains("hush-hush"), "{report}");
}

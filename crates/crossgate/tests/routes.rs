//! `crossgate routes` and `crossgate explain`, run as an operator runs them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends with a panic, wherever in it the fault is found"
)]
#![allow(dead_code, reason = "the support modules are shared with other tests that use more of them")]

mod support;

use serde_json::Value;
use support::{Plan, run_to_end};

const CONFIGURATION: &str = r#"
public_url = "http://localhost:${CROSSGATE_PORT}"
secret     = "a secret that is long enough for anybody"
[app]
url = "http://127.0.0.1:9"
[pages]
protected      = ["/feed/**", "/vault/**"]
open           = ${OPEN}
server_actions = "session"
"#;

const BUILD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/routes/samples/next-16-plain");

/// What is said to stdout and to stderr, and whether the command succeeds.
fn run(open: &str, arguments: &[&str]) -> (String, String, bool) {
    let folder = tempfile::tempdir().unwrap();
    let configuration = CONFIGURATION.replace("${OPEN}", open);
    let plan = Plan::new(folder.path().to_path_buf(), &configuration, &[]);
    let output = run_to_end(&plan, arguments);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.success())
}

#[test]
fn strict_fails_until_every_page_is_named() {
    let (list, _, success) = run("[]", &["routes", "--from", BUILD]);
    assert!(success && list.contains("! everybody    no line names it"), "{list}");
    let (_, error, success) = run("[]", &["routes", "--from", BUILD, "--strict"]);
    assert!(!success && error.contains("1 thing has to be looked at"), "{error}");
    let (list, error, success) = run("['/**']", &["routes", "--from", BUILD, "--strict"]);
    assert!(success && !list.contains('!'), "{list}{error}");
}

#[test]
fn programs_get_json() {
    let (text, error, success) = run("['/']", &["routes", "--from", BUILD, "--json", "--strict"]);
    assert!(!success && !error.is_empty());
    let told: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(told["version"], 1);
    let find = |path| told["routes"].as_array().unwrap().iter().find(|route| route["path"] == path).unwrap();
    assert_eq!(
        *find("/vault/[id]"),
        serde_json::json!({
            "path": "/vault/[id]", "kind": "page", "router": "app", "server_actions": 0, "unclassified": false,
            "outcomes": [{
                "who": "session", "upstream": "app", "rule": "pages.protected = \"/vault/**\"", "named": "rule",
                "methods": [],
            }],
        })
    );
    assert_eq!(find("/")["outcomes"][0]["named"], "on_purpose");
    assert_eq!(find("/open")["unclassified"], true);
}

#[test]
fn a_missing_build_is_told_with_a_fix() {
    let (_, error, success) = run("[]", &["routes", "--from", env!("CARGO_MANIFEST_DIR")]);
    assert!(!success && error.contains("fix: run `next build` first"), "{error}");
}

#[test]
fn explain_hears_of_headers_and_the_query() {
    let explain = |arguments: &[&str]| run("['/open']", &[&["explain"], arguments].concat()).0;
    for (arguments, parts) in [
        (&["GET", "/open"][..], &["on purpose       pages.open = \"/open\"", "nothing: open"][..]),
        (&["POST", "/open", "--header", "Next-Action: 7f00"], &["server_actions", "a session"]),
        (&["GET", "/photos/1", "-H", "Next-Url: /feed"], &["Next-Url         goes on for a session"]),
        (&["GET", "/photos/1", "-H", "Next-Url: ../feed"], &["is taken out"]),
        (&["GET", "/open", "-H", "X-Matched-Path: /feed"], &["taken out        x-matched-path"]),
        (&["GET", "/_next/image?url=%2Fvault%2F1.png&w=64"], &["pages.protected = \"/vault/**\""]),
        (&["GET", "/open?nxtPid=1"], &["400 bad_target"]),
        (&["GET", "/(.)vault/1"], &["404 unknown_transport"]),
    ] {
        let said = explain(arguments);
        parts.iter().for_each(|part| assert!(said.contains(part), "{arguments:?}: {part} is not in\n{said}"));
    }
    let (_, error, success) = run("[]", &["explain", "GET", "/", "--header", "no colon"]);
    assert!(!success && error.contains("write the name, a colon and the value"), "{error}");
}

//! Methods, and what needs more than a session.

use crate::leak::{PAGES, expect_closed};
use crate::shop::{Mode, Shop, example};

/// A method and what goes with it.
const METHODS: [(&str, &str); 17] = [
    ("HEAD", ""),
    ("OPTIONS", ""),
    ("POST", ""),
    ("PUT", ""),
    ("PATCH", ""),
    ("DELETE", ""),
    ("get", ""),
    ("Get", ""),
    ("head", ""),
    ("PROPFIND", ""),
    ("TRACE", ""),
    ("CONNECT", ""),
    ("POST", "X-HTTP-Method-Override: GET\r\n"),
    ("POST", "Next-Action: ACTION\r\n"),
    ("POST", "Next-Action: ACTION\r\nContent-Type: text/plain;charset=UTF-8\r\n"),
    ("POST", "Next-Action: x\r\nRSC: 1\r\n"),
    ("POST", "Content-Type: multipart/form-data; boundary=b\r\n"),
];

/// The id of the shop's one Server Action, as the build names it.
fn server_action() -> String {
    let manifest = example("web/.next/server/server-reference-manifest.json");
    let text = std::fs::read_to_string(manifest).unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let actions = manifest["node"].as_object();
    actions.and_then(|actions| actions.keys().next().cloned()).unwrap_or_else(|| "00".repeat(21))
}

#[test]
fn no_method_opens_a_protected_page() {
    let Some(shop) = Shop::running() else { return };
    let (front, action) = (shop.open(Mode::Api), server_action());
    for (method, lines) in METHODS {
        let lines = lines.replace("ACTION", &action);
        let origin = front.plan.origin();
        for page in &PAGES {
            for lines in [lines.clone(), format!("{lines}Origin: {origin}\r\nContent-Length: 2\r\n")] {
                let body = if lines.contains("Content-Length") { "[]" } else { "" };
                let target = page.path;
                let name = format!("{method} {target} {lines:?}");
                let request = format!("{method} {target} HTTP/1.1\r\nHost: HOST\r\n{lines}\r\n{body}");
                expect_closed(&name, &front.exchange(&name, &request));
            }
        }
    }
}

#[test]
fn a_server_action_runs_for_ada_and_from_our_own_pages_only() {
    let Some(shop) = Shop::running() else { return };
    let (front, action) = (shop.open(Mode::Api), server_action());
    let mut ada = front.ada();
    let cookies = ada.cookie_line();
    for (name, origin) in [
        ("another site", "Origin: http://evil.test\r\n"),
        ("nowhere", ""),
        ("a sandboxed frame", "Origin: null\r\n"),
        ("another site, by its mark", "Sec-Fetch-Site: cross-site\r\n"),
        ("a sibling", "Sec-Fetch-Site: same-site\r\n"),
    ] {
        let request = format!(
            "POST /feedback HTTP/1.1\r\nHost: HOST\r\n{cookies}{origin}Next-Action: {action}\r\n\
             Content-Type: text/plain;charset=UTF-8\r\nContent-Length: 2\r\n\r\n[]"
        );
        let answer = front.exchange(name, &request);
        assert_eq!(answer.status, 403, "{name}: {:.300}", answer.text());
        assert_eq!(answer.json()["error"], "csrf_origin", "{name}");
    }
    let sent = "--b\r\nContent-Disposition: form-data; name=\"_1_text\"\r\n\r\nMore slide rules from outside\r\n\
                --b\r\nContent-Disposition: form-data; name=\"0\"\r\n\r\n[{\"kind\":\"nothing\"},\"$K1\"]\r\n--b--\r\n";
    let lines = format!("Next-Action: {action}\r\nContent-Type: multipart/form-data; boundary=b\r\n");
    let answer = ada.send("POST", "/feedback", &lines, sent).unwrap();
    assert_eq!(answer.status, 200, "{:.300}", answer.text());
    assert!(answer.contains("we read every word"), "{:.300}", answer.text());
    assert!(ada.get("/api/feedback").unwrap().contains("More slide rules from outside"));
}

#[test]
fn head_says_what_get_says_without_a_body() {
    let Some(shop) = Shop::running() else { return };
    let front = shop.open(Mode::Api);
    let mut ada = front.ada();
    for target in ["/dashboard", "/account", "/api/orders", "/api/auth/session"] {
        let head = ada.send("HEAD", target, "", "").unwrap();
        assert_eq!((head.status, head.body.len()), (200, 0), "{target}: {head:?}");
    }
}

//! Headers with which people try to pass for Next.js, for a proxy, for Crossgate or for somebody else.

use crossgate_core::header_rules::is_removed_from_requests;

use crate::leak::{PAGES, expect_closed, expect_nothing_of_grace};
use crate::lone::Lone;
use crate::shop::{Mode, Shop, example};

/// Header lines that must not change anything. `SPOOF` in them must not reach an upstream.
const SPOOFED: [(&str, &str); 38] = [
    ("middleware done", "x-middleware-subrequest: SPOOF"),
    ("middleware, first form", "x-middleware-subrequest: pages/_middleware"),
    ("middleware, second form", "x-middleware-subrequest: middleware"),
    ("middleware, third form", "x-middleware-subrequest: src/middleware"),
    (
        "middleware five times",
        "x-middleware-subrequest: middleware:middleware:middleware:middleware:middleware",
    ),
    (
        "src/middleware five times",
        "x-middleware-subrequest: src/middleware:src/middleware:src/middleware:src/middleware:src/middleware",
    ),
    ("proxy five times", "x-middleware-subrequest: proxy:proxy:proxy:proxy:proxy"),
    ("middleware id", "x-middleware-subrequest-id: SPOOF"),
    ("middleware rewrite", "x-middleware-rewrite: /dashboard"),
    ("middleware redirect", "x-middleware-redirect: /dashboard"),
    ("middleware next", "x-middleware-next: 1"),
    ("middleware skip", "x-middleware-skip: 1"),
    ("middleware prefetch", "x-middleware-prefetch: 1"),
    (
        "middleware overrides",
        "x-middleware-override-headers: authorization\r\nx-middleware-request-authorization: Bearer SPOOF",
    ),
    ("middleware cookie", "x-middleware-set-cookie: crossgate=SPOOF"),
    ("invoke path", "x-invoke-path: /dashboard\r\nx-invoke-output: /dashboard\r\nx-invoke-status: 200"),
    ("matched path", "x-matched-path: /dashboard"),
    ("route matches", "x-now-route-matches: 1=SPOOF"),
    ("data of the Pages Router", "x-nextjs-data: SPOOF"),
    ("resume", "next-resume: 1\r\nx-next-resume-state-length: 1"),
    ("preview", "x-prerender-revalidate: SPOOF"),
    ("revalidation", "x-next-revalidated-tags: SPOOF\r\nx-next-revalidate-tag-token: SPOOF"),
    ("forwarded for", "X-Forwarded-For: 203.0.113.7"),
    ("forwarded host", "X-Forwarded-Host: evil.test"),
    ("forwarded protocol", "X-Forwarded-Proto: spoof"),
    ("forwarded port", "X-Forwarded-Port: 4711"),
    ("forwarded user", "X-Forwarded-User: SPOOF"),
    ("forwarded e-mail", "X-Forwarded-Email: grace-SPOOF@shop.example"),
    ("forwarded prefix", "X-Forwarded-Prefix: /SPOOF"),
    ("the standard's own", "Forwarded: for=203.0.113.7;host=evil.test;proto=spoof"),
    ("real address", "X-Real-IP: 203.0.113.7"),
    ("with underscores", "X_Forwarded_User: SPOOF\r\nX_Crossgate_Identity: SPOOF"),
    ("underscore in ours", "authorization_: SPOOF\r\nx-crossgate_identity: SPOOF"),
    ("identity", "X-Crossgate-Identity: SPOOF"),
    ("identity in other letters", "x-CROSSGATE-iDENTITY: SPOOF"),
    ("a bearer token", "Authorization: Bearer SPOOF"),
    ("two tokens", "Authorization: Bearer SPOOF\r\nAuthorization: Basic SPOOF"),
    ("a proxy's token", "Proxy-Authorization: Bearer SPOOF\r\nProxy-Connection: keep-alive"),
];

/// What Next.js or the gateway read themselves, and people may send. On a protected page they change nothing.
const READ_BY_OTHERS: [(&str, &str); 8] = [
    ("another token header", "x-access-token: eyJhbGciOiJub25lIn0.eyJ1c2VySWQiOjJ9."),
    ("the connection takes the cookie along", "Connection: close, cookie"),
    ("the connection takes the token along", "Connection: close, authorization, x-csrf-token"),
    ("the connection takes ours along", "Connection: close, x-crossgate-identity, x-forwarded-for, host"),
    ("a method override", "X-HTTP-Method-Override: GET\r\nX-Method-Override: GET"),
    ("a path override", "X-Original-URL: /about\r\nX-Rewrite-URL: /about"),
    ("another cookie", "Cookie: crossgate=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ("preview cookies", "Cookie: __prerender_bypass=x; __next_preview_data=x"),
];

fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    SPOOFED.into_iter().chain(READ_BY_OTHERS)
}

#[test]
fn no_spoofed_header_arrives() {
    let lone = Lone::start();
    let mut ada = lone.signed_in();
    for (name, lines) in SPOOFED {
        let names: Vec<String> =
            lines.lines().filter_map(|line| Some(line.split_once(':')?.0.to_ascii_lowercase())).collect();
        let values = ["SPOOF", "spoof", "4711", "evil.test", "203.0.113.7"];
        for target in ["/open", "/api/open", "/private", "/api/closed"] {
            let answer = ada.send("GET", target, &format!("{lines}\r\n"), "").unwrap();
            assert_eq!(answer.status, 200, "{name} on {target}: {}", answer.text());
            let arrived = lone.arrived().concat();
            assert!(values.iter().all(|value| !arrived.contains(value)), "{name} on {target}: {arrived}");
            let ours = ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port"];
            let own = ["x-crossgate-identity", "authorization"];
            let foreign =
                names.iter().filter(|name| !ours.contains(&name.as_str()) && !own.contains(&name.as_str()));
            for header in foreign {
                assert!(!arrived.contains(&format!("\r\n{header}:")), "{name} on {target}: {arrived}");
            }
        }
    }
}

#[test]
fn what_the_upstreams_learn_comes_from_the_gateway() {
    let lone = Lone::start();
    let mut ada = lone.signed_in();
    let lines: String = SPOOFED.iter().map(|(_, lines)| format!("{lines}\r\n")).collect();
    assert_eq!(ada.send("GET", "/api/closed", &lines, "").unwrap().status, 200);
    let arrived = lone.arrived().concat();
    let host = lone.host();
    for line in [
        "authorization: Bearer token-of-ada",
        "x-forwarded-for: 127.0.0.1",
        "x-forwarded-proto: http",
        &format!("x-forwarded-host: {host}"),
        &format!("x-forwarded-port: {}", lone.plan.port),
        &format!("host: {host}"),
    ] {
        assert_eq!(arrived.matches(&format!("\r\n{line}\r\n")).count(), 1, "{line} in {arrived}");
    }
    assert!(!arrived.contains("\r\ncookie:"), "the API sees no cookie of the browser: {arrived}");
}

#[test]
fn headers_open_no_page_to_a_stranger() {
    let Some(shop) = Shop::running() else { return };
    let front = shop.open(Mode::Api);
    for (name, lines) in all() {
        for page in &PAGES {
            let name = format!("{name} on {}", page.path);
            let request =
                format!("GET {} HTTP/1.1\r\nHost: HOST\r\nAccept: text/html\r\n{lines}\r\n\r\n", page.path);
            expect_closed(&name, &front.exchange(&name, &request));
        }
    }
}

#[test]
fn headers_make_nobody_of_ada_but_ada() {
    let Some(shop) = Shop::running() else { return };
    let front = shop.open(Mode::Api);
    let (mut ada, _grace) = (front.ada(), front.grace());
    for (name, lines) in all().filter(|(_, lines)| !lines.starts_with("Cookie:")) {
        for target in ["/dashboard", "/account", "/api/me"] {
            let answer = ada.send("GET", target, &format!("{lines}\r\n"), "").unwrap();
            expect_nothing_of_grace(&format!("{name} on {target}"), &answer);
            assert_eq!(answer.status, 200, "{name} on {target}: {:.300}", answer.text());
            assert!(answer.contains("Ada Lovelace"), "{name} on {target}: {:.300}", answer.text());
        }
    }
}

/// Headers that the installed Next.js keeps for itself, by its own lists.
#[test]
fn every_internal_header_of_the_installed_next_is_removed() {
    let installed = example("web/node_modules/next/dist");
    let Ok(own_list) = std::fs::read_to_string(installed.join("server/lib/server-ipc/utils.js")) else {
        eprintln!("skipped: the example's dependencies are not installed");
        return;
    };
    let list = own_list.split("INTERNAL_HEADERS = [").nth(1).and_then(|rest| rest.split(']').next());
    let mut names: Vec<&str> =
        list.expect("the list is where it was").split('\'').skip(1).step_by(2).collect();
    assert!(names.len() >= 10, "{names:?}");
    let constants = std::fs::read_to_string(installed.join("lib/constants.js")).unwrap();
    names.extend(constants.lines().filter_map(internal_constant));
    assert!(names.contains(&"x-prerender-revalidate"), "{names:?}");
    // The Pages Router's own mark is removed later, where the route is known: see the next test.
    let kept: Vec<&str> = names
        .into_iter()
        .filter(|name| !is_removed_from_requests(name) && *name != "x-nextjs-data")
        .collect();
    assert!(kept.is_empty(), "{kept:?} pass");
}

/// `const MATCHED_PATH_HEADER = 'x-matched-path';`, but not what is for browsers to send.
fn internal_constant(line: &str) -> Option<&str> {
    let (name, value) = line.strip_prefix("const ")?.split_once("_HEADER = '")?;
    let is_public = name.ends_with("CONTENT_TYPE") || name == "NEXT_NAV_DEPLOYMENT_ID";
    value.strip_suffix("';").filter(|_| !is_public)
}

#[test]
fn the_mark_of_the_pages_router_arrives_with_its_data_only() {
    let lone = Lone::start();
    let mut ada = lone.signed_in();
    for (target, is_kept) in
        [("/open", false), ("/private", false), ("/api/closed", false), ("/_next/data/build/open.json", true)]
    {
        ada.send("GET", target, "x-nextjs-data: 1\r\n", "").unwrap();
        let arrived = lone.arrived().concat();
        assert_eq!(arrived.contains("x-nextjs-data"), is_kept, "{target}: {arrived}");
    }
}

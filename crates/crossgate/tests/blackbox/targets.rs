//! Spellings of a path that a reader behind us might understand differently.

use crate::leak::{PAGES, expect_closed};
use crate::shop::{Front, Mode, Shop};

/// Spellings of `/dashboard` and how others might read them; `P` stands for the path without its first slash.
const SPELLINGS: [&str; 44] = [
    "//P",
    "///P",
    "/./P",
    "/../P",
    "/x/../P",
    "/%2e/P",
    "/%2E%2E/P",
    "/.%2e/P",
    "/x/%2e%2e/P",
    "/x/..%2fP",
    "/x/..%2FP",
    "/x%2f..%2fP",
    "/x/..%5cP",
    "/x/..\\P",
    "/\\P",
    "/%2fP",
    "/%5cP",
    "/%252fP",
    "/x/%252e%252e/P",
    "/x/%252e%252e%252fP",
    "/x/%25252e%25252e%25252fP",
    "/P;",
    "/P;x=y",
    "/;x/P",
    "/P%3b",
    "/P#",
    "/about#/../P",
    "/P%23",
    "/P%00",
    "/P%00.png",
    "/P%20",
    "/P%09",
    "/P%0a",
    "/P%0d%0aX:%20y",
    "/P%3f",
    "/P%3Fx",
    "/P%",
    "/P%4",
    "/P%zz",
    "/P%c0%af",
    "/P%ff",
    "/P%2f",
    "/P%2findex",
    "/_next/../P",
];

/// Ways into the open parts of the app from which a page might be reached.
const DETOURS: [&str; 14] = [
    "/_next/static/../../P",
    "/_next/static/%2e%2e/%2e%2e/P",
    "/_next/static/..%2f..%2fP",
    "/_next/image?url=%2FP&w=64&q=75",
    "/_next/image?url=http%3A%2F%2FHOST%2FP&w=64&q=75",
    "/_next/P",
    "/_next//P",
    "/_next/data//P.json",
    "/_next/data/P.json",
    "/_next/data/build/../P.json",
    "/_next/data/build//P.json",
    "/_next/data/build/./P.json",
    "/_next/DATA/build/P.json",
    "/index/P",
];

fn try_target(front: &Front, target: &str) {
    for accept in ["text/html", "*/*"] {
        let request = format!("GET {target} HTTP/1.1\r\nHost: HOST\r\nAccept: {accept}\r\nRSC: 1\r\n\r\n");
        let answer = front.exchange(target, &request);
        expect_closed(target, &answer);
        let plain = front.exchange(target, &request.replace("RSC: 1\r\n", ""));
        expect_closed(target, &plain);
    }
}

#[test]
fn no_spelling_of_a_protected_path_is_open() {
    let Some(shop) = Shop::running() else { return };
    let front = shop.open(Mode::Api);
    for page in &PAGES {
        let path = page.path.trim_start_matches('/');
        for pattern in SPELLINGS.iter().chain(&DETOURS) {
            try_target(&front, &pattern.replace('P', path));
        }
    }
}

/// Every letter escaped, one after the other, and all of them; and in the other case.
#[test]
fn escaped_letters_and_other_cases_open_nothing() {
    let Some(shop) = Shop::running() else { return };
    let front = shop.open(Mode::Api);
    for page in &PAGES {
        let letters: Vec<usize> =
            (1..page.path.len()).filter(|at| page.path.as_bytes()[*at] != b'/').collect();
        for at in &letters {
            let (before, after) = page.path.split_at(*at);
            let letter = after.as_bytes()[0];
            try_target(&front, &format!("{before}%{letter:02x}{}", &after[1..]));
            try_target(&front, &format!("{before}%25{letter:02x}{}", &after[1..]));
            let other_case = char::from(letter).to_ascii_uppercase();
            try_target(&front, &format!("{before}{other_case}{}", &after[1..]));
        }
        try_target(&front, &page.path.to_ascii_uppercase());
        let escape = |letter: u8| if letter == b'/' { "/".to_owned() } else { format!("%{letter:02X}") };
        try_target(&front, &page.path.bytes().map(escape).collect::<String>());
    }
}

#[test]
fn an_absolute_target_is_served_only_under_our_own_name() {
    let Some(shop) = Shop::running() else { return };
    let front = shop.open(Mode::Api);
    for (name, target, host, status) in [
        ("ours", "http://HOST/about", "HOST", 200),
        ("ours, protected", "http://HOST/dashboard", "HOST", 303),
        ("foreign", "http://evil.test/about", "HOST", 421),
        ("foreign, protected", "http://evil.test/dashboard", "HOST", 421),
        ("ours, with a foreign Host", "http://HOST/about", "evil.test", 421),
        ("a foreign Host", "/about", "evil.test", 421),
        ("a foreign port", "/about", "localhost:1", 421),
        ("somebody's name in it", "http://ada@HOST/dashboard", "HOST", 0),
        ("another scheme", "ftp://HOST/dashboard", "HOST", 0),
        ("no path", "http://HOST", "HOST", 200),
        ("only a host", "HOST", "HOST", 400),
        ("a star", "*", "HOST", 400),
    ] {
        let text = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n\r\n");
        let answer = front.exchange(name, &text);
        match status {
            200 => assert_eq!(answer.status, 200, "{name}: {:.200}", answer.text()),
            0 => expect_closed(name, &answer),
            status => assert_eq!(answer.status, status, "{name}: {:.200}", answer.text()),
        }
    }
}

//! One page, many ways to ask for it: all of them are that page.

use crate::leak::{PAGES, Page, expect_closed, expect_nothing_of_grace};
use crate::shop::{Mode, Shop};
use crate::support::{Answer, Browser};

/// One way to ask: a target and more header lines.
struct Transport {
    target: String,
    lines: &'static str,
}

const TREE: &str =
    "Next-Router-State-Tree: %5B%22%22%2C%7B%22children%22%3A%5B%22__PAGE__%22%2C%7B%7D%5D%7D%5D";

/// Header lines of the App Router's client.
const ROUTER_HEADERS: [&str; 6] = [
    "RSC: 1",
    "RSC: 1\r\nNext-Router-Prefetch: 1",
    "RSC: 1\r\nNext-Router-Prefetch: 2",
    "RSC: 1\r\nNext-Router-Prefetch: 1\r\nNext-Router-Segment-Prefetch: /_tree",
    "RSC: 1\r\nNext-Url: /about",
    TREE,
];

/// What may stand behind the path.
const ENDINGS: [&str; 17] = [
    "",
    "/",
    ".rsc",
    ".prefetch.rsc",
    ".segments/_tree.segment.rsc",
    ".segments/_full.segment.rsc",
    ".segments/_index.segment.rsc",
    ".segments/__PAGE__.segment.rsc",
    ".segments/_tree",
    ".rsc/",
    ".json",
    ".html",
    ".txt",
    ".action",
    "/index",
    "/index.rsc",
    "/.rsc",
];

/// Queries with which routers and proxies talk to Next.js.
const QUERIES: [&str; 10] = [
    "?_rsc=abc",
    "?_rsc",
    "?__nextDataReq=1",
    "?__nextLocale=en",
    "?__nextDefaultLocale=en",
    "?nxtPid=1001",
    "?nxtIid=1001",
    "?nxtPslug=dashboard&nxtP__flight__=1",
    "?__flight__=1",
    "?amp=1",
];

/// Names for the build, and what may stand in front of a page in its data.
const DATA_PLACES: [&str; 7] = ["BUILD", "BUILD/en", "BUILD/EN", "BUILD/default", "wrong", "wrong/en", "..."];

fn transports(page: &Page, build: &str) -> Vec<Transport> {
    let path = page.path;
    let plain = |target: String| Transport { target, lines: "" };
    let mut all: Vec<Transport> = ENDINGS.iter().map(|ending| plain(format!("{path}{ending}"))).collect();
    all.extend(QUERIES.iter().map(|query| plain(format!("{path}{query}"))));
    all.extend(QUERIES.iter().map(|query| plain(format!("{path}/{query}"))));
    for lines in ROUTER_HEADERS {
        all.extend(
            ["", "/", ".rsc", "?_rsc=abc"]
                .map(|ending| Transport { target: format!("{path}{ending}"), lines }),
        );
    }
    for place in DATA_PLACES {
        let place = place.replace("BUILD", build);
        for ending in [".json", "", ".json/", ".rsc", "/index.json", ".json?nxtPid=1001"] {
            all.push(plain(format!("/_next/data/{place}{path}{ending}")));
        }
        all.push(Transport { target: format!("/_next/data/{place}{path}.json"), lines: "x-nextjs-data: 1" });
    }
    all
}

#[test]
fn no_transport_of_a_protected_page_is_open_to_a_stranger() {
    let Some(shop) = Shop::running() else { return };
    let front = shop.open(Mode::Api);
    let mut count = 0;
    let build = build_id_of(&front.ada().get("/account").unwrap());
    for transport in PAGES.iter().flat_map(|page| transports(page, &build)) {
        let Transport { target, lines } = transport;
        let lines = if lines.is_empty() { String::new() } else { format!("{lines}\r\n") };
        for accept in ["text/html", "*/*"] {
            let request = format!("GET {target} HTTP/1.1\r\nHost: HOST\r\nAccept: {accept}\r\n{lines}\r\n");
            let name = format!("GET {target} {lines:?}");
            expect_closed(&name, &front.exchange(&name, &request));
            count += 1;
        }
    }
    assert!(count > 1000, "{count} requests were tried");
}

#[test]
fn nothing_of_a_refused_page_may_be_cached_for_others() {
    let Some(shop) = Shop::running() else { return };
    let front = shop.open(Mode::Api);
    for page in &PAGES {
        let request = format!("GET {} HTTP/1.1\r\nHost: HOST\r\nAccept: text/html\r\n\r\n", page.path);
        let refused = front.exchange(page.path, &request);
        let shown = front.ada().get(page.path).unwrap();
        for answer in [refused, shown] {
            let policy = answer.header("cache-control").unwrap_or_default().to_owned();
            assert!(policy.contains("no-store") || policy.contains("private"), "{}: {policy:?}", page.path);
            assert!(!policy.contains("public") && !policy.contains("s-maxage"), "{}: {policy:?}", page.path);
        }
    }
}

#[test]
fn the_real_transports_work_for_ada() {
    let Some(shop) = Shop::running() else { return };
    let front = shop.open(Mode::Api);
    let mut ada = front.ada();
    for page in &PAGES {
        let plain = ada.get(page.path).unwrap();
        expect_page("plain", page, &plain);
        let slash = follow(&mut ada, &format!("{}/", page.path), "");
        expect_page("with a slash", page, &slash);
        if page.has_data {
            let target = format!("/_next/data/{}{}.json", build_id_of(&plain), page.path);
            expect_page("as data", page, &ada.send("GET", &target, "x-nextjs-data: 1\r\n", "").unwrap());
        } else {
            let tree = follow(&mut ada, page.path, "RSC: 1\r\n");
            assert_eq!(
                (tree.status, tree.header("content-type")),
                (200, Some("text/x-component")),
                "{}",
                page.path
            );
            assert!(tree.contains(page.in_tree), "{} does not show {:?}", page.path, page.in_tree);
            expect_nothing_of_grace(page.path, &tree);
        }
    }
}

fn expect_page(name: &str, page: &Page, answer: &Answer) {
    assert_eq!(answer.status, 200, "{name} {}: {:.300}", page.path, answer.text());
    assert!(answer.contains(page.shows), "{name} {} does not show {:?}", page.path, page.shows);
    expect_nothing_of_grace(name, answer);
}

/// Next.js sends a client that guessed the query, or wrote a slash, to the right address.
fn follow(browser: &mut Browser, target: &str, lines: &str) -> Answer {
    let first = browser.send("GET", target, lines, "").unwrap();
    match first.header("location") {
        Some(location) if matches!(first.status, 307 | 308) => {
            browser.send("GET", location, lines, "").unwrap()
        }
        _ => first,
    }
}

/// The build id stands in every page of the Pages Router.
fn build_id_of(page: &Answer) -> String {
    let text = page.text();
    let after = text.split("\"buildId\":\"").nth(1).expect("the page names its build");
    after.split('"').next().unwrap_or_default().to_owned()
}

#[test]
fn no_transport_shows_ada_what_is_graces() {
    let Some(shop) = Shop::running() else { return };
    let front = shop.open(Mode::Api);
    let (mut ada, mut grace) = (front.ada(), front.grace());
    let build = build_id_of(&ada.get("/account").unwrap());
    for page in &PAGES {
        assert_eq!(
            grace.get(page.path).unwrap().contains(page.shows),
            !is_adas(page),
            "Grace at {}",
            page.path
        );
        for Transport { target, lines } in transports(page, &build) {
            let lines = if lines.is_empty() { String::new() } else { format!("{lines}\r\n") };
            let answer = ada.send("GET", &target, &lines, "").unwrap();
            expect_nothing_of_grace(&target, &answer);
            assert!(answer.status < 500, "{target} {lines:?}: {}", answer.status);
        }
    }
}

/// Whether what is shown there is Ada's own and not the same for everybody.
fn is_adas(page: &Page) -> bool {
    matches!(page.path, "/dashboard" | "/account" | "/account/orders/1001")
}

use http::{HeaderMap, HeaderName};

use super::*;
use crate::route::MethodSet;

fn rule(pattern: &str, access: Access) -> RouteRule {
    let pattern = PathPattern::parse(pattern).unwrap();
    RouteRule { methods: MethodSet::Any, name: pattern.as_str().to_owned(), pattern, access }
}

fn table(actions: ActionPolicy) -> RouteTable {
    let closed = Access::Session(Vec::new());
    let mut contact = rule("/contact", Access::Open);
    contact.methods = MethodSet::Only(vec![Method::GET, Method::POST]);
    let rules = vec![contact, rule("/feed/**", closed.clone()), rule("/profile", closed)];
    let naming = PageNaming { base_path: "/shop".into(), locales: vec!["en".into()] };
    let pages = PageRoutes { naming, rules, default: PageDefault::Open, open: Vec::new(), actions };
    RouteTable::new("/shop/api/auth".into(), pages, Vec::new())
}

/// `METHOD target`, and headers; what becomes of it.
fn ask(table: &RouteTable, request: &str, headers: &[(&str, &str)]) -> &'static str {
    let (method, target) = request.split_once(' ').unwrap();
    let target = CanonicalTarget::parse(target).unwrap();
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    let method: Method = method.parse().unwrap();
    let question = RouteQuestion { method: &method, path: &target.path, query: target.query, headers: &map };
    match table.decide_request(&question) {
        RouteDecision::Forward(forward) if *forward.access == Access::Open => "open",
        RouteDecision::Forward(Forward { target: RouteTarget::App(Transport::Asset), .. }) => "unlooked",
        RouteDecision::Forward(_) => "closed",
        RouteDecision::Refuse(_) => "refused",
        RouteDecision::Endpoint(_) => "endpoint",
    }
}

#[test]
fn an_image_needs_what_its_source_needs() {
    let table = table(ActionPolicy::AsPage);
    for (query, outcome) in [
        ("url=%2Fshop%2Flogo.svg&w=64&q=75", "open"),
        ("url=%2Fshop%2Ffeed%2Fplan.png&w=64&q=75", "closed"),
        ("url=/shop/feed/plan.png?v=1&w=64&q=75", "closed"),
        ("%75rl=%2Fshop%2F%2566eed%2Fplan.png&w=64&q=75", "closed"),
        ("url=%2Fshop%2Flogo.svg&url=%2Fshop%2Ffeed%2Fplan.png", "closed"),
        ("url=%2Fshop%2Fx%2F..%2Ffeed%2Fplan.png", "refused"),
        ("url=%2Fshop%2Fprofile.png", "refused"),
        ("url=%2Fshop%2F_next%2Fimage%3Furl%3D%252Fshop%252Ffeed%252Fplan.png", "refused"),
        ("url=/shop/_next/image/?url=/shop/logo.svg", "refused"),
        ("url=https%3A%2F%2Fimages.example%2Ffeed%2Fplan.png", "open"),
        ("w=64", "open"),
    ] {
        assert_eq!(ask(&table, &format!("GET /shop/_next/image?{query}"), &[]), outcome, "{query}");
        assert_eq!(ask(&table, &format!("GET /shop/_next/image/?{query}"), &[]), outcome, "{query}");
    }
    assert_eq!(ask(&table, "GET /shop/_next/static/x.js?url=/shop/feed/plan.png", &[]), "open");
}

#[test]
fn names_that_nextjs_keeps_for_itself_reach_no_page() {
    let table = table(ActionPolicy::AsPage);
    for query in [
        "nxtPid=secret",
        "a=b&nxtIid=1",
        "__nextLocale=de",
        "__nextDataReq=1",
        "_nextDataReq=1",
        "%6extPid=1",
    ] {
        assert_eq!(ask(&table, &format!("GET /shop/open?{query}"), &[]), "refused", "{query}");
    }
    for query in ["_rsc=1a2b3", "next=%2Ffeed", "q=nxtP"] {
        assert_eq!(ask(&table, &format!("GET /shop/open?{query}"), &[]), "open", "{query}");
    }
}

/// What it takes to see the page before: nothing, a session, or whatever there is (the header then goes no further).
fn before(table: &RouteTable, target: &str, headers: &[&str]) -> &'static str {
    let target = CanonicalTarget::parse(target).unwrap();
    let mut map = HeaderMap::new();
    for value in headers {
        map.append("next-url", value.parse().unwrap());
    }
    let question = RouteQuestion { method: &Method::GET, path: &target.path, query: None, headers: &map };
    let RouteDecision::Forward(forward) = table.decide_request(&question) else { panic!("{target:?}") };
    match forward.before {
        PageBefore::Open => "open",
        PageBefore::Needs(_) => "closed",
        PageBefore::Unreadable => "unreadable",
    }
}

#[test]
fn the_page_before_is_seen_by_those_who_may_see_it() {
    let table = table(ActionPolicy::AsPage);
    for target in ["/shop/photos/1", "/shop/profile"] {
        for (next_url, outcome) in [
            ("/open", "open"),
            ("/feed", "closed"),
            ("/FEED/1", "closed"),
            ("/%66eed", "closed"),
            ("/shop/en/feed?tab=1", "closed"),
            ("/open/../feed", "unreadable"),
            ("feed", "unreadable"),
            ("", "unreadable"),
        ] {
            assert_eq!(before(&table, target, &[next_url]), outcome, "{target} {next_url}");
        }
        assert_eq!(before(&table, target, &[]), "open");
        assert_eq!(before(&table, target, &["/open", "/open"]), "unreadable");
        assert_eq!(before(&table, target, &["/open", "/feed"]), "unreadable");
    }
    assert_eq!(ask(&table, "GET /shop/photos/1", &[("rsc", "1"), ("next-url", "/feed")]), "open");
}

#[test]
fn server_actions_can_need_a_session_wherever_they_are_called() {
    let action = [("next-action", "7f00")];
    let form = [("content-type", "Multipart/Form-Data; boundary=x")];
    let (as_page, session) = (table(ActionPolicy::AsPage), table(ActionPolicy::Session));
    for headers in [action, form] {
        assert_eq!(ask(&as_page, "POST /shop/open", &headers), "open");
        assert_eq!(ask(&session, "POST /shop/open", &headers), "closed");
        assert_eq!(ask(&session, "POST /shop/en/open/", &headers), "closed");
        assert_eq!(ask(&session, "GET /shop/open", &headers), "open");
        assert_eq!(ask(&session, "POST /shop/contact", &headers), "open", "a rule for POST opens it");
    }
    assert_eq!(ask(&session, "POST /shop/open", &[("content-type", "application/json")]), "open");
}

/// Next.js runs an action at its page for "not found" too, and that is what answers for build output that is not there.
#[test]
fn no_server_action_is_called_where_build_output_is() {
    let table = table(ActionPolicy::Session);
    for path in [
        "/shop/_next/static/x.js",
        "/shop/_next/x.rsc",
        "/shop/_next/image",
        "/shop/_next/",
        "/shop/_next/data",
    ] {
        assert_eq!(ask(&table, &format!("GET {path}"), &[]), "open", "{path}");
        for method in ["POST", "PUT", "DELETE", "PATCH", "PURGE"] {
            let headers = [("next-action", "7f00"), ("content-type", "multipart/form-data")];
            assert_eq!(ask(&table, &format!("{method} {path}"), &headers), "refused", "{method} {path}");
        }
    }
}

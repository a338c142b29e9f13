use super::*;
use crate::route::{ClaimRequirement, MethodSet};

fn rule(pattern: &str, access: Access) -> RouteRule {
    RouteRule {
        methods: MethodSet::Any,
        pattern: PathPattern::parse(pattern).unwrap(),
        access,
        name: pattern.to_owned(),
    }
}

fn table(default: PageDefault) -> RouteTable {
    table_below("/api/auth", default)
}

fn table_below(base: &str, default: PageDefault) -> RouteTable {
    let closed = Access::Session(Vec::new());
    let pages = PageRoutes {
        naming: PageNaming { base_path: String::new(), locales: vec!["en".into()] },
        rules: vec![
            rule("/profile.pdf", Access::Open),
            rule("/dashboard/**", closed.clone()),
            rule("/profile", closed),
        ],
        default,
        open: Vec::new(),
        actions: ActionPolicy::AsPage,
    };
    let mut products = rule("/api/products/**", Access::Open);
    products.methods = MethodSet::Only(vec![Method::GET]);
    let api = |path: &str, rules| ApiRoutes {
        ours_alone: Vec::new(),
        path: path.into(),
        rules,
        app: vec![PathPattern::parse("/api/revalidate").unwrap()],
        accept_bearer: vec![PathPattern::parse("/api/mobile/**").unwrap()],
    };
    RouteTable::new(base.to_owned(), pages, vec![api("/api", vec![products]), api("/api/v2", Vec::new())])
}

fn ask(path: &str) -> String {
    match table(PageDefault::Open).decide(&Method::GET, path) {
        RouteDecision::Endpoint(endpoint) => format!("endpoint {endpoint:?}"),
        RouteDecision::Forward(Forward { target, access, .. }) => {
            let who = match target {
                RouteTarget::App(_) => "app".to_owned(),
                RouteTarget::Api(index) => format!("api{}", index.0),
            };
            format!("{who} {}", if *access == Access::Open { "open" } else { "closed" })
        }
        RouteDecision::Refuse(refusal) => format!("{refusal:?}"),
    }
}

#[test]
fn a_protected_page_is_closed_in_every_transport() {
    for path in [
        "/dashboard",
        "/dashboard/",
        "/dashboard/a/b",
        "/dashboard.rsc",
        "/dashboard/settings.prefetch.rsc",
        "/dashboard.segments/_tree.segment.rsc",
        "/_next/data/b/dashboard.json",
        "/_next/data/b/en/dashboard.json",
        "/en/dashboard",
        "/EN/dashboard",
        "/dashboard/report.pdf",
        "/profile",
        "/profile/",
        "/_next/data/b/profile.json",
    ] {
        assert_eq!(ask(path), "app closed", "{path}");
    }
}

#[test]
fn forms_nobody_knows_are_refused_where_the_page_is_protected() {
    for path in [
        "/profile.json",
        "/profile.html",
        "/dashboard.segments/x",
        "/_next/data/b/profile",
        "/_next/data/b/profile.json/",
        "/profile.rsc.json",
    ] {
        assert_eq!(ask(path), "UnknownTransport", "{path}");
    }
    assert_eq!(ask("/profile.pdf"), "app open", "a rule of its own opens it");
    assert_eq!(ask("/robots.txt"), "app open");
}

/// Behind a locale the data of `/index/inner` is `en/index/inner.json`, and elsewhere that would be `/inner`.
#[test]
fn data_that_can_be_of_two_pages_needs_what_either_needs() {
    let mut table = table(PageDefault::Open);
    let admins = ClaimRequirement { claim: "role".into(), values: vec!["admin".into()] };
    table.pages.rules.push(rule("/index/inner", Access::Session(Vec::new())));
    table.pages.rules.push(rule("/index/dashboard", Access::Session(vec![admins])));
    let outcome = |path: &str| match table.decide(&Method::GET, path) {
        RouteDecision::Forward(forward) if *forward.access == Access::Open => "open",
        RouteDecision::Forward(_) => "closed",
        _ => "refused",
    };
    for (path, becomes) in [
        ("/_next/data/b/en/index/inner.json", "closed"),
        ("/_next/data/b/EN/index/inner.json", "closed"),
        ("/_next/data/b/index/inner.json", "closed"),
        ("/_next/data/b/index/index/inner.json", "closed"),
        ("/_next/data/b/en/index/profile.json", "closed"),
        ("/_next/data/b/en/index/dashboard.json", "refused"),
        ("/_next/data/b/en/inner.json", "open"),
        ("/_next/data/b/en/index/open.json", "open"),
        ("/_next/data/b/index.json", "open"),
    ] {
        assert_eq!(outcome(path), becomes, "{path}");
    }
}

/// Next.js answers `/(.)profile` with what it shows in place of `/profile`, and no rule names that path.
#[test]
fn an_intercepting_route_is_nobodys_by_its_own_path() {
    for path in [
        "/(.)profile",
        "/(.)profile/",
        "/%28.%29profile",
        "/en/(.)profile",
        "/open/(..)profile",
        "/open/(...)dashboard/1",
        "/a/b/(..)(..)profile",
        "/(.)profile.rsc",
        "/_next/data/b/(.)profile.json",
    ] {
        assert_eq!(ask(path), "UnknownTransport", "{path}");
    }
    assert_eq!(ask("/_next/static/chunks/app/(.)profile/page.js"), "app open");
    assert_eq!(ask("/wiki/Crossgate_(disambiguation)"), "app open");
}

#[test]
fn apis_are_closed_unless_a_line_opens_them() {
    assert_eq!(ask("/api/products/1"), "api0 open");
    assert_eq!(ask("/api/orders"), "api0 closed");
    assert_eq!(ask("/api/v2/orders"), "api1 closed", "the longest prefix answers");
    assert_eq!(ask("/api/v20"), "api0 closed");
    assert_eq!(ask("/apiary"), "app open");
    assert_eq!(ask("/api/revalidate"), "app open");
    let table = table(PageDefault::Open);
    let RouteDecision::Forward(forward) = table.decide(&Method::POST, "/api/products/1") else { panic!() };
    assert_ne!(*forward.access, Access::Open, "only GET was opened");
}

/// Express routes without regard to case: `/api/ADMIN` must not slip past the rule for `/api/admin`.
#[test]
fn a_rule_that_closes_closes_every_spelling_and_one_that_opens_only_its_own() {
    let admins = ClaimRequirement { claim: "role".into(), values: vec!["admin".into()] };
    let mut table = table(PageDefault::Open);
    table.apis[0].rules.insert(0, rule("/api/admin/**", Access::Session(vec![admins.clone()])));
    for path in ["/api/admin/users", "/api/ADMIN/users", "/api/Admin"] {
        let RouteDecision::Forward(forward) = table.decide(&Method::GET, path) else { panic!() };
        assert_eq!(*forward.access, Access::Session(vec![admins.clone()]), "{path}");
    }
    assert_eq!(ask("/api/PRODUCTS/1"), "api0 closed");
    assert_eq!(ask("/Dashboard"), "app closed");
}

#[test]
fn our_endpoints_live_where_the_app_has_them_and_nowhere_else() {
    let table = table_below("/shop/api/auth", PageDefault::Open);
    let decide = |path| table.decide(&Method::GET, path);
    for path in ["/shop/api/auth/session", "/shop/api/auth/session/"] {
        assert_eq!(decide(path), RouteDecision::Endpoint(Endpoint::Session), "{path}");
    }
    assert_eq!(decide("/.well-known/jwks.json"), RouteDecision::Endpoint(Endpoint::KeySet));
    for path in ["/api/auth/session", "/shop/api/authsession", "/auth/session", "/shop/shop/api/auth/session"]
    {
        assert!(matches!(decide(path), RouteDecision::Forward(_)), "{path}");
    }
}

#[test]
fn our_endpoints_are_an_exact_set() {
    assert_eq!(ask("/api/auth/session"), "endpoint Session");
    assert_eq!(ask("/api/auth/session/"), "endpoint Session");
    assert_eq!(ask("/api/auth/callback/credentials"), "endpoint Callback(\"credentials\")");
    assert_eq!(ask("/.well-known/jwks.json"), "endpoint KeySet");
    assert_eq!(ask("/api/auth/introspect"), "endpoint Introspect");
    assert_eq!(ask("/api/auth/revoke"), "endpoint Revoke");
    for path in [
        "/api/auth/register",
        "/api/auth/session/x",
        "/api/auth/callback",
        "/api/auth",
        "/api/auth/signin/a/b",
        "/api/auth/introspect/x",
        "/api/auth/revoke/x",
    ] {
        assert_eq!(ask(path), "api0 closed", "{path} falls through to the table");
    }
}

#[test]
fn pages_can_be_protected_by_default() {
    let table = table(PageDefault::Protected);
    let access = |path| match table.decide(&Method::GET, path) {
        RouteDecision::Forward(forward) => *forward.access == Access::Open,
        _ => false,
    };
    assert!(
        !access("/anything")
            && !access("/robots.txt")
            && access("/profile.pdf")
            && access("/_next/static/x.js")
    );
}

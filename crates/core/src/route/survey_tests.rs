use proptest::prelude::*;

use super::*;
use crate::page::PageNaming;
use crate::route::{ActionPolicy, MethodSet, OursAlone, PageDefault};

fn rule(pattern: &str, access: Access) -> RouteRule {
    let pattern = PathPattern::parse(pattern).unwrap();
    RouteRule { methods: MethodSet::Any, name: pattern.as_str().to_owned(), pattern, access }
}

fn closed(pattern: &str) -> RouteRule {
    rule(pattern, Access::Session(Vec::new()))
}

fn open(pattern: &str) -> RouteRule {
    rule(pattern, Access::Open)
}

fn patterns(texts: &[&str]) -> Vec<PathPattern> {
    texts.iter().map(|text| PathPattern::parse(text).unwrap()).collect()
}

fn table_below(base_path: &str, default: PageDefault) -> RouteTable {
    let rules = vec![
        open("/docs/internal/help"),
        closed("/u/admin/**"),
        closed("/docs/internal/**"),
        closed("/profile"),
        closed("/account/**"),
    ];
    let pages = PageRoutes {
        naming: PageNaming { base_path: base_path.into(), locales: Vec::new() },
        rules,
        default,
        open: vec![open("/"), open("/u/**"), open("/about"), open("/account/**")],
        actions: ActionPolicy::AsPage,
    };
    let hook = OursAlone { methods: MethodSet::Any, pattern: PathPattern::parse("/api/hook").unwrap() };
    let api = ApiRoutes {
        path: "/api".into(),
        rules: vec![open("/api/products/**")],
        app: patterns(&["/api/revalidate", "/api/app/**"]),
        ours_alone: vec![hook],
        accept_bearer: Vec::new(),
    };
    RouteTable::new(format!("{base_path}/api/auth"), pages, vec![api])
}

fn word(possible: &Possible<'_>) -> String {
    let of = |ruling: &Ruling<'_>| match (*ruling.access == Access::Open, ruling.named) {
        (false, _) => "closed",
        (true, Named::ByRule) => "open",
        (true, Named::OnPurpose) => "meant",
        (true, Named::ByNobody) => "unnamed",
    };
    match possible {
        Possible::Endpoint => "ours".to_owned(),
        Possible::Refused(_) => "refused".to_owned(),
        Possible::Api(_, ruling) => format!("api {}", of(ruling)),
        Possible::App(ruling) => of(ruling).to_owned(),
    }
}

fn survey(table: &RouteTable, route: &str) -> String {
    let shape = PathShape::of_next_route(route).unwrap();
    table.survey(&Method::GET, &shape, &[]).iter().map(word).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_route_is_all_that_becomes_of_its_paths() {
    let table = table_below("", PageDefault::Open);
    for (route, found) in [
        ("/", "meant"),
        ("/about", "meant"),
        ("/news", "unnamed"),
        ("/profile", "closed"),
        ("/profile.json", "refused"),
        ("/account", "closed"),
        ("/account/[id]", "closed"),
        ("/account/[[...rest]]", "closed"),
        ("/u/[name]", "closed, meant"),
        ("/docs/[...path]", "open, closed, unnamed"),
        ("/docs/internal/[page]", "open, closed"),
        ("/news/[slug]", "unnamed"),
        ("/[slug]", "api closed, closed, closed, meant, meant, meant, unnamed"),
        ("/(.)profile/[id]", "refused"),
        ("/feed/(..)u/[name]", "refused"),
        ("/api/auth/[...nextauth]", "ours, api closed"),
        ("/api/auth/session", "ours"),
        ("/api/auth/signin/[provider]", "ours"),
        ("/api/orders/[id]", "api closed"),
        ("/api/products/[id]", "api open"),
        ("/api/[...rest]", "ours, unnamed, refused, api open, api closed"),
        ("/api/app/[id]", "unnamed"),
        ("/api/hook", "refused"),
        ("/.well-known/[file]", "ours, unnamed"),
    ] {
        assert_eq!(survey(&table, route), found, "{route}");
    }
}

#[test]
fn what_is_another_page_is_not_told() {
    let table = table_below("", PageDefault::Open);
    let others =
        ["/", "/profile", "/account", "/about", "/u"].map(|route| PathShape::of_next_route(route).unwrap());
    let shape = PathShape::of_next_route("/[slug]").unwrap();
    let told: Vec<String> = table.survey(&Method::GET, &shape, &others).iter().map(word).collect();
    assert_eq!(told, ["api closed", "unnamed"]);
}

#[test]
fn a_default_that_closes_leaves_nothing_unnamed() {
    let table = table_below("", PageDefault::Protected);
    for (route, found) in [("/", "closed"), ("/news/[slug]", "closed"), ("/u/[name]", "closed, closed")] {
        assert_eq!(survey(&table, route), found, "{route}");
    }
}

#[test]
fn routes_of_an_app_below_a_base_path_are_compared_with_rules_without_it() {
    let table = table_below("/shop", PageDefault::Open);
    for (route, found) in [
        ("/u/[name]", "closed, meant"),
        ("/profile", "closed"),
        ("/api/auth/[...nextauth]", "ours, unnamed"),
        ("/api/orders/[id]", "unnamed"),
    ] {
        assert_eq!(survey(&table, route), found, "{route}");
    }
}

/// `open` says what is meant. It neither opens what is protected nor names what may hide a protected page.
#[test]
fn what_is_open_on_purpose_changes_no_decision() {
    for path in
        ["/account", "/account/1", "/u/admin", "/u/ADMIN", "/profile", "/profile.json", "/u/admin.json"]
    {
        let with = table_below("", PageDefault::Open);
        let mut without = table_below("", PageDefault::Open);
        without.pages.open.clear();
        let mut all = table_below("", PageDefault::Open);
        all.pages.open = vec![open("/**")];
        let decision = without.decide(&Method::GET, path);
        assert_eq!(with.decide(&Method::GET, path), decision, "{path}");
        assert_eq!(all.decide(&Method::GET, path), decision, "{path}");
        assert!(all.opened_on_purpose(&Method::GET, path).is_none(), "{path}");
    }
}

#[test]
fn our_endpoints_are_those_that_are_decided_on() {
    let table = table_below("/shop", PageDefault::Open);
    for path in ENDPOINTS.map(|text| format!("/shop/api/auth{}", text.replace('*', "x"))) {
        assert!(matches!(table.decide(&Method::GET, &path), RouteDecision::Endpoint(_)), "{path}");
    }
}

fn any_route() -> impl Strategy<Value = String> {
    let words = ["u", "docs", "account", "api", "auth", "admin", "internal", "session", "app", "[x]"];
    let segments = prop::collection::vec(prop::sample::select(words.to_vec()), 0..4);
    let tail = prop::sample::select(vec!["", "/[...rest]", "/[[...rest]]"]);
    (segments, tail).prop_map(|(segments, tail)| {
        let text: String = segments.iter().map(|segment| format!("/{segment}")).collect();
        let text = text + tail;
        if text.is_empty() { "/".to_owned() } else { text }
    })
}

proptest! {
    /// What becomes of a path is among what is told of its route.
    #[test]
    fn no_path_of_a_route_is_decided_in_a_way_that_is_not_told(
        route in any_route(),
        fill in prop::collection::vec(
            prop::sample::select(vec!["admin", "Admin", "internal", "help", "session", "hook", "app", "x"]), 8),
    ) {
        let table = table_below("", PageDefault::Open);
        let shape = PathShape::of_next_route(&route).unwrap();
        let told: Vec<String> = table.survey(&Method::GET, &shape, &[]).iter().map(word).collect();
        let mut fill = fill.into_iter();
        let mut path = String::new();
        for segment in route.split('/').skip(1).filter(|segment| !segment.is_empty()) {
            let word = if segment.starts_with('[') { fill.next().unwrap() } else { segment };
            path.push('/');
            path.push_str(word);
        }
        let path = if path.is_empty() { "/" } else { &path };
        prop_assert!(shape.contains(&PathShape::of_path(path, false), LetterCase::Told));
        let becomes = word(&table.possible_of(&Method::GET, path));
        prop_assert!(told.contains(&becomes), "{} is {} and not among {:?} of {}", path, becomes, told, route);
    }
}

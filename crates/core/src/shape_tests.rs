use proptest::prelude::*;

use super::*;

fn shape(route: &str) -> PathShape {
    PathShape::of_next_route(route).unwrap()
}

fn pattern(text: &str) -> PathShape {
    PathShape::from(&PathPattern::parse(text).unwrap())
}

#[test]
fn routes_of_nextjs_are_read() {
    for (route, same) in [
        ("/", "/"),
        ("/about", "/about"),
        ("/u/[name]", "/u/*"),
        ("/docs/[...path]", "/docs/*/**"),
        ("/files/[[...path]]", "/files/**"),
        ("/[[...path]]", "/**"),
        ("/café", "/caf%C3%A9"),
        ("/caf%C3%A9", "/caf%C3%A9"),
        ("/a b", "/a%20b"),
        ("/u/@admin", "/u/%40admin"),
    ] {
        assert_eq!(shape(route), pattern(same), "{route}");
    }
    for route in ["/a/[...b]/c", "/a/../b", "/a;b"] {
        assert_eq!(PathShape::of_next_route(route), Err(NotARoute(route.to_owned())), "{route}");
    }
}

#[test]
fn patterns_hold_all_some_or_nothing_of_a_route() {
    for (text, route, holds) in [
        ("/u/admin/**", "/u/[name]", "some"),
        ("/u/*", "/u/[name]", "all"),
        ("/u/**", "/u/[name]", "all"),
        ("/u", "/u/[name]", "nothing"),
        ("/docs/internal/**", "/docs/[...path]", "some"),
        ("/docs/*", "/docs/[...path]", "some"),
        ("/docs/**", "/docs/[...path]", "all"),
        ("/docs", "/docs/[...path]", "nothing"),
        ("/docs", "/docs/[[...path]]", "some"),
        ("/DOCS/**", "/docs/[...path]", "all"),
        ("/**", "/[[...path]]", "all"),
        ("/*/settings", "/[user]/[page]", "some"),
        ("/ada/**", "/[user]/settings", "some"),
    ] {
        let (pattern, route) = (pattern(text), shape(route));
        let found = match pattern.intersection(&route, LetterCase::Ignored) {
            None => "nothing",
            Some(_) if pattern.contains(&route, LetterCase::Ignored) => "all",
            Some(_) => "some",
        };
        assert_eq!(found, holds, "{text} {route:?}");
    }
    assert_eq!(pattern("/A").intersection(&shape("/a"), LetterCase::Told), None);
}

fn any_pattern() -> impl Strategy<Value = String> {
    let segment = prop_oneof![Just("a"), Just("b"), Just("*")];
    let segments = prop::collection::vec(segment, 0..4);
    (segments, any::<bool>()).prop_map(|(segments, is_open)| {
        let tail = if is_open { "/**" } else { "" };
        let text: String = segments.iter().map(|segment| format!("/{segment}")).collect();
        if text.is_empty() && tail.is_empty() { "/".to_owned() } else { text + tail }
    })
}

proptest! {
    /// What is in both patterns is in their intersection, and what one contains it matches wherever the other does.
    #[test]
    fn shapes_say_of_paths_what_their_patterns_say(
        one in any_pattern(),
        other in any_pattern(),
        path in "(/[abc]){0,5}",
    ) {
        let path = if path.is_empty() { "/".to_owned() } else { path };
        let holds = |text: &str| PathPattern::parse(text).unwrap().matches(&path);
        let (first, second) = (pattern(&one), pattern(&other));
        let of_path = PathShape::of_path(&path, false);
        let shared = first.intersection(&second, LetterCase::Told);
        let is_shared = shared.is_some_and(|shared| shared.contains(&of_path, LetterCase::Told));
        prop_assert_eq!(is_shared, holds(&one) && holds(&other));
        if first.contains(&second, LetterCase::Told) {
            prop_assert!(!holds(&other) || holds(&one));
        }
    }
}

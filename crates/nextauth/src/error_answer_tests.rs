use super::*;
use crossgate_core::origin::PublicOrigin;
use crossgate_core::settings::OwnPages;

fn urls(error: Option<&str>) -> EndpointUrls {
    let pages = OwnPages { error: error.map(str::to_owned), ..OwnPages::default() };
    EndpointUrls::new(&PublicOrigin::parse("https://app.example").unwrap(), "/api/auth", &pages)
}

fn answer(error: Option<&str>, own: Option<&str>, dialect: Dialect) -> ErrorAnswer {
    let request = ErrorRequest { error, code: None, came_from: CameFrom::ThisSite };
    answer_error(&request, &urls(own), dialect)
}

fn shown(answer: ErrorAnswer) -> ErrorPage {
    match answer {
        ErrorAnswer::Page(page) => page,
        ErrorAnswer::Forward { location } => panic!("forwarded to {location}"),
    }
}

#[test]
fn v4_forwards_sign_in_errors_to_the_sign_in_page() {
    for error in FORWARDED_BY_V4 {
        for own in [None, Some("/oops")] {
            let location = format!("https://app.example/api/auth/signin?error={error}");
            assert_eq!(answer(Some(error), own, Dialect::V4), ErrorAnswer::Forward { location });
        }
        shown(answer(Some(error), None, Dialect::V5));
    }
}

#[test]
fn an_own_error_page_gets_the_error_encoded() {
    for (error, dialect, location) in [
        (Some("AccessDenied"), Dialect::V4, "/oops?a=1&error=AccessDenied"),
        (Some("Your card & key"), Dialect::V4, "/oops?a=1&error=Your%20card%20%26%20key"),
        (Some("Your card & key"), Dialect::V5, "/oops?a=1&error=Your+card+%26+key"),
        (None, Dialect::V4, "/oops?a=1"),
    ] {
        let location = format!("https://app.example{location}");
        assert_eq!(answer(error, Some("/oops?a=1"), dialect), ErrorAnswer::Forward { location });
    }
}

#[test]
fn statuses_of_the_built_in_page() {
    for (error, dialect, status) in [
        // v4: "name compared case-insensitively: configuration 500, accessdenied 403, verification 403, else 200"
        ("configuration", Dialect::V4, 500),
        ("Configuration", Dialect::V4, 500),
        ("ACCESSDENIED", Dialect::V4, 403),
        ("Verification", Dialect::V4, 403),
        ("anything else", Dialect::V4, 200),
        // v5: case-sensitive
        ("Configuration", Dialect::V5, 500),
        ("AccessDenied", Dialect::V5, 403),
        ("Verification", Dialect::V5, 403),
        ("configuration", Dialect::V5, 200),
        ("MissingCSRF", Dialect::V5, 200),
        ("", Dialect::V5, 200),
    ] {
        assert_eq!(shown(answer(Some(error), None, dialect)).status.as_u16(), status, "{error} {dialect:?}");
    }
}

#[test]
fn only_v4_quotes_and_only_what_came_from_this_site() {
    assert_eq!(
        shown(answer(Some("Account is frozen"), None, Dialect::V4)).quoted.as_deref(),
        Some("Account is frozen")
    );
    assert_eq!(shown(answer(Some("Account is frozen"), None, Dialect::V5)).quoted, None);
    assert_eq!(shown(answer(Some("AccessDenied"), None, Dialect::V4)).quoted, None);
    let linked = ErrorRequest { error: Some("Call +1 555"), code: None, came_from: CameFrom::Elsewhere };
    assert_eq!(shown(answer_error(&linked, &urls(None), Dialect::V4)).quoted, None);
}

#[test]
fn a_quoted_text_is_short_and_steers_nothing() {
    let page = shown(answer(Some(&format!("a\u{202e}\r\n{}", "b".repeat(5000))), None, Dialect::V4));
    let quoted = page.quoted.unwrap();
    assert_eq!(quoted.chars().count(), 300);
    assert!(quoted.chars().all(|c| c.is_ascii_alphabetic()));
}

#[test]
fn who_sent_the_browser_is_read_from_fetch_metadata() {
    for (lines, expected) in [
        (&["same-origin"][..], CameFrom::ThisSite),
        (&["same-site"], CameFrom::Elsewhere),
        (&["cross-site"], CameFrom::Elsewhere),
        (&["none"], CameFrom::Elsewhere),
        (&[], CameFrom::Elsewhere),
        (&["same-origin", "cross-site"], CameFrom::Elsewhere),
    ] {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("sec-fetch-site", line.parse().unwrap());
        }
        assert_eq!(CameFrom::of(&headers), expected, "{lines:?}");
    }
}

#[test]
fn an_outage_is_told_apart_from_a_wrong_set_up() {
    let page = |code| {
        let request = ErrorRequest { error: Some("Configuration"), code, came_from: CameFrom::Elsewhere };
        shown(answer_error(&request, &urls(None), Dialect::V5))
    };
    assert_ne!(page(Some("sign_in_unavailable")).sentence, page(None).sentence);
}

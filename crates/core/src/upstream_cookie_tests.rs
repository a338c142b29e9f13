use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn take_in(jar: &mut CookieJar, path: &str, now: i64, lines: &[&str]) -> bool {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(header::SET_COOKIE, HeaderValue::from_str(line).unwrap());
    }
    jar.take_in(&CookieSource { headers: &headers, path, now: at(now) })
}

fn sent(jar: &CookieJar, path: &str, now: i64) -> String {
    jar.header_for(path, at(now)).map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
}

#[test]
fn a_cookie_goes_back_where_its_path_says() {
    let mut jar = CookieJar::default();
    take_in(
        &mut jar,
        "/api/login?next=/x",
        0,
        &["connect.sid=s%3Aabc.def; Path=/; HttpOnly", "refresh=r; Path=/api/refresh", "here=1"],
    );
    for (path, wanted) in [
        ("/api/orders", "here=1; connect.sid=s%3Aabc.def"),
        ("/api/refresh?x=1", "refresh=r; here=1; connect.sid=s%3Aabc.def"),
        ("/api/refresh/now", "refresh=r; here=1; connect.sid=s%3Aabc.def"),
        ("/api/refreshing", "here=1; connect.sid=s%3Aabc.def"),
        ("/apis", "connect.sid=s%3Aabc.def"),
        ("/", "connect.sid=s%3Aabc.def"),
    ] {
        assert_eq!(sent(&jar, path, 1), wanted, "{path}");
    }
}

#[test]
fn max_age_comes_before_expires_and_both_end_a_cookie() {
    let mut jar = CookieJar::default();
    let expires = "Expires=Thu, 01 Jan 1970 00:01:00 GMT";
    take_in(&mut jar, "/", 0, &[&format!("a=1; {expires}"), &format!("b=2; Max-Age=30; {expires}"), "c=3"]);
    assert_eq!(sent(&jar, "/", 29), "a=1; b=2; c=3");
    assert_eq!(sent(&jar, "/", 30), "a=1; c=3");
    assert_eq!(sent(&jar, "/", 60), "c=3");
    let life = TokenLife { obtained_at: Some(at(0)), ends_at: Some(at(30)) };
    assert_eq!(jar.life("/"), Some(life), "what has ended is remembered as ended");
    assert_eq!(CookieJar::default().life("/"), None);
}

#[test]
fn an_api_replaces_and_removes_its_cookies() {
    let mut jar = CookieJar::default();
    assert!(take_in(&mut jar, "/", 0, &["a=1", "b=1"]));
    assert!(take_in(&mut jar, "/", 0, &["a=2"]));
    assert!(!take_in(&mut jar, "/", 0, &["a=2"]));
    assert!(take_in(&mut jar, "/", 0, &["b=; Max-Age=0"]));
    assert!(!take_in(&mut jar, "/", 0, &["b=; Max-Age=-1", "c=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"]));
    assert_eq!(sent(&jar, "/", 0), "a=2");
}

#[test]
fn an_end_that_slides_a_little_is_not_worth_writing_down() {
    let mut jar = CookieJar::default();
    take_in(&mut jar, "/", 0, &["a=1; Max-Age=100"]);
    assert!(!take_in(&mut jar, "/", 5, &["a=1; Max-Age=100"]));
    assert!(take_in(&mut jar, "/", 60, &["a=1; Max-Age=100"]));
    assert!(take_in(&mut jar, "/", 60, &["a=1"]));
}

#[test]
fn the_end_of_a_jwt_in_a_cookie_counts() {
    use base64::Engine as _;
    let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(r#"{"exp":50}"#);
    let mut jar = CookieJar::default();
    take_in(&mut jar, "/", 0, &[&format!("token=h.{payload}.s; Max-Age=100")]);
    assert_eq!(jar.life("/api").unwrap().ends_at, Some(at(50)));
}

#[test]
fn what_a_route_sets_by_the_way_is_sent_and_does_not_count() {
    let aside = |jar: &mut CookieJar, now: i64, line: &'static str| {
        let headers = HeaderMap::from_iter([(header::SET_COOKIE, HeaderValue::from_static(line))]);
        jar.take_in_aside(&CookieSource { headers: &headers, path: "/", now: at(now) })
    };
    let mut jar = CookieJar::default();
    take_in(&mut jar, "/", 0, &["sid=1; Max-Age=100"]);
    assert!(aside(&mut jar, 0, "flash=1; Max-Age=10"));
    assert_eq!(sent(&jar, "/", 1), "sid=1; flash=1");
    let stored = CookieJar::from_stored(jar.stored());
    assert_eq!(stored.life("/").unwrap().ends_at, Some(at(100)), "{stored:?}");
    assert!(aside(&mut jar, 0, "sid=2; Max-Age=50"));
    assert_eq!(jar.life("/").unwrap().ends_at, Some(at(50)), "it is still the cookie of the sign-in");
    take_in(&mut jar, "/", 0, &["flash=2; Max-Age=20"]);
    assert_eq!(jar.life("/").unwrap().ends_at, Some(at(20)));
}

#[test]
fn a_jar_has_bounds_and_takes_no_nonsense() {
    let mut jar = CookieJar::default();
    let long = format!("long={}", "x".repeat(LONGEST_COOKIE));
    assert!(!take_in(&mut jar, "/", 0, &["=nameless", "nothing", &long]));
    for number in 0..200 {
        take_in(&mut jar, "/", 0, &[&format!("c{number}=1")]);
    }
    assert_eq!(jar.cookies.len(), MOST_COOKIES);
    assert!(jar.value("c199").is_some() && jar.value("c0").is_none());
    for number in 0..20 {
        take_in(&mut jar, "/", 0, &[&format!("d{number}={}", "x".repeat(2000))]);
    }
    assert!(sent(&jar, "/", 0).len() <= LARGEST_JAR + 2 * MOST_COOKIES + MOST_COOKIES);
}

#[test]
fn nothing_of_a_cookie_shows_in_debug() {
    let mut jar = CookieJar::default();
    take_in(&mut jar, "/", 0, &["connect.sid=the-secret"]);
    let shown = format!("{jar:?} {:?}", jar.header_for("/", at(0)));
    assert!(!shown.contains("the-secret"), "{shown}");
}

#[test]
fn what_a_refresh_does_not_renew_is_not_waited_for() {
    let mut jar = CookieJar::default();
    take_in(&mut jar, "/", 0, &["sid=1; Max-Age=900", "flash=1; Max-Age=60"]);
    assert_eq!(jar.life("/").unwrap().ends_at, Some(at(60)));
    take_in(&mut jar, "/", 50, &["sid=2; Max-Age=900"]);
    jar.set_aside_older_than(at(50));
    assert_eq!(jar.life("/").unwrap().ends_at, Some(at(950)));
    assert_eq!(sent(&jar, "/", 55), "flash=1; sid=2", "it is sent as long as it lives");
    jar.set_aside_older_than(at(60));
    assert_eq!(jar.life("/").unwrap().ends_at, Some(at(950)), "a refresh that set nothing changes nothing");
}

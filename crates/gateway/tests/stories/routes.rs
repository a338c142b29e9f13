//! Who serves what.

use crossgate_testkit::{Browser, World, story};

/// Asks with a raw request line and gives the status.
async fn status_of(world: &World, request_line: &str, host: &str) -> u16 {
    world.ask(format!("{request_line} HTTP/1.1\r\nHost: {host}\r\n\r\n")).await.status
}

#[test]
fn requests_for_other_hosts_are_misdirected() {
    story(async {
        let world = World::new().await;
        for host in [
            "evil.test",
            "shop.example.com.evil.test",
            "shop.example.com:444",
            "127.0.0.1",
            "user@shop.example.com",
            "shop.example.com/",
            "shop.example.com ,evil.test",
        ] {
            let answer = world
                .ask(format!("GET / HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Host: shop.example.com\r\n\r\n"))
                .await;
            assert!(matches!(answer.status, 400 | 421), "{host}: {answer:?}");
        }
        for host in ["shop.example.com", "SHOP.example.com", "shop.example.com:443"] {
            assert_eq!(status_of(&world, "GET /", host).await, 200, "{host}");
        }
        assert_eq!(world.app.seen().len(), 3);
        assert!(world.app.seen().iter().all(|seen| seen.header("host") == Some("shop.example.com")));
    });
}

#[test]
fn an_absolute_target_counts_only_with_our_authority() {
    story(async {
        let world = World::new().await;
        for (target, status) in [
            ("http://shop.example.com/x?y=1", 200),
            ("https://shop.example.com/x?y=1", 200),
            ("http://evil.test/x", 421),
            ("http://evil.test@shop.example.com/x", 421),
        ] {
            let answered = status_of(&world, &format!("GET {target}"), "shop.example.com").await;
            assert!(answered == status || answered == 400 && status == 421, "{target}: {answered}");
        }
        assert!(world.app.seen().iter().all(|seen| seen.target == "/x?y=1"), "{:?}", world.app.seen());
        assert_eq!(status_of(&world, "GET http://shop.example.com/x", "evil.test").await, 421);
    });
}

#[test]
fn methods_that_are_never_served() {
    story(async {
        let world = World::new().await;
        for line in ["TRACE /", "CONNECT shop.example.com:443", "CONNECT /", "OPTIONS *", "GET *"] {
            let status = status_of(&world, line, "shop.example.com").await;
            assert!(matches!(status, 400 | 405), "{line}: {status}");
        }
        assert!(world.app.seen().is_empty() && world.api.seen().is_empty());
    });
}

#[test]
fn a_path_has_one_meaning_or_none() {
    story(async {
        let world = World::new().await;
        for path in [
            "/public/../dashboard",
            "/public/%2e%2e/dashboard",
            "/public/.%2E/dashboard",
            "/./dashboard",
            "//dashboard",
            "/dashboard//",
            "/%2fdashboard",
            "/x%2F..%2Fdashboard",
            "/x%5c..%5cdashboard",
            "/x\\..\\dashboard",
            "/dashboard;x=1",
            "/;/dashboard",
            "/dashboard%00",
            "/dashboard%0a",
            "/dashboard%0d%0aX:y",
            "/dashboard%",
            "/dashboard%zz",
            "/dashboard%c0%af",
            "/%252e%252e/dashboard",
            "/x%252fdashboard",
            "/dash\u{7f}board",
            "/d%uff0fashboard",
        ] {
            let answer = world.ask(format!("GET {path} HTTP/1.1\r\nHost: shop.example.com\r\n\r\n")).await;
            assert_eq!(answer.status, 400, "{path}: {answer:?}");
            assert!(matches!(answer.refusal().1.as_str(), "bad_target" | "bad_framing"), "{path}");
        }
        assert!(world.app.seen().is_empty());
    });
}

#[test]
fn other_spellings_of_a_protected_page_are_that_page() {
    story(async {
        let world = World::with("[app]\nbase_path = '/shop'\nlocales = ['en', 'de-AT']").await;
        for path in [
            "/shop/dashboard",
            "/shop/dashboard/",
            "/shop/%64ashboard",
            "/shop/d%61shboard/x",
            "/shop/en/dashboard",
            "/shop/EN/dashboard",
            "/shop/de-at/dashboard/",
            "/shop/dashboard?_rsc=1",
            "/shop/en/dashboard.rsc",
            "/shop/_next/data/b/en/dashboard.json",
        ] {
            let status = status_of(&world, &format!("GET {path}"), "shop.example.com").await;
            assert!(status == 401 || path.contains("_next/data") && status == 200, "{path}: {status}");
        }
        assert!(world.app.seen().is_empty(), "{:?}", world.app.seen());
    });
}

#[test]
fn what_was_judged_is_what_is_forwarded() {
    story(async {
        let world = World::new().await;
        let _ = world.browser().get("/%61bc/%7Eada/%c3%a4?q=%2F..%2f&x=%41#").await;
        let _ = world.browser().get("/%61bc/%7Eada/%c3%a4?q=%2F..%2f&x=%41").await.expect_status(200);
        assert_eq!(world.app.last().target, "/abc/~ada/%C3%A4?q=%2F..%2f&x=%41");
        assert_eq!(world.app.seen().len(), 1);
    });
}

#[test]
fn our_endpoints_are_an_exact_set() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let register = browser.fetch("POST", "/api/auth/register").json(&serde_json::json!({ "a": 1 }));
        let _ = register.send().await.expect_status(200);
        assert_eq!(world.api.last().target, "/api/auth/register");
        assert_eq!(world.api.last().text(), "{\"a\":1}");
        for path in
            ["/api/auth/session/x", "/api/auth", "/api/auth/csrf/x", "/api/auth/Session", "/api/authx"]
        {
            assert_eq!(browser.get(path).await.refusal(), (401, "not_signed_in".into()), "{path}");
        }
        assert_eq!(world.api.seen().len(), 1);
        let _ = browser.get("/api/auth/session/").await.expect_status(200);
        assert_eq!(browser.get("/.well-known/other").await.status, 200);
        assert_eq!(world.app.last().target, "/.well-known/other");
    });
}

#[test]
fn api_paths_are_closed_unless_a_line_opens_them() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let _ = browser.get("/api/products").await.expect_status(200);
        let _ = browser.get("/api/products/1/reviews").await.expect_status(200);
        let _ = browser.fetch("HEAD", "/api/products/1").send().await.expect_status(200);
        for (method, path) in [
            ("POST", "/api/products/1"),
            ("GET", "/api/productsx"),
            ("GET", "/api/Products"),
            ("GET", "/api"),
            ("GET", "/api/"),
            ("GET", "/api/register"),
            ("DELETE", "/api/register"),
        ] {
            let answer = browser.fetch(method, path).send().await;
            assert_eq!(answer.refusal(), (401, "not_signed_in".into()), "{method} {path}");
        }
        assert_eq!(world.api.seen().len(), 3);
        let _ = browser.get("/apix").await.expect_status(200);
        let _ = browser.fetch("POST", "/api/revalidate").send().await.expect_status(200);
        assert_eq!(world.app.seen().len(), 2, "what is the app's below the prefix goes there");
    });
}

#[test]
fn of_several_apis_the_longest_prefix_is_asked() {
    story(async {
        let change = "[[api]]\npath = '/api'\n[[api]]\npath = '/api/reports'\nurl = '${APP}'\ntoken = 'none'";
        let world = World::with(change).await;
        let mut browser = world.signed_in().await;
        let _ = browser.get("/api/reports/1").await.expect_status(200);
        assert_eq!(world.app.last().target, "/api/reports/1");
        assert!(!world.app.last().has("authorization"), "token = none");
        assert!(!world.app.last().has("x-crossgate-identity"), "it is no page");
        let _ = browser.get("/api/reportsx").await.expect_status(200);
        assert_eq!(world.api.last().target, "/api/reportsx");
    });
}

/// Next.js decodes the parameters of a route, and Express does: `%40` is `@` to both.
#[test]
fn a_path_that_an_upstream_would_decode_is_judged_as_it_would_read_it() {
    story(async {
        let world = World::with("[pages]\nprotected = ['/u/@admin/**', '/a+b']").await;
        for path in [
            "/u/@admin",
            "/u/%40admin",
            "/u/%40admin/x",
            "/_next/data/b/u/%40admin.json",
            "/a%2Bb",
            "/a%2bb?x",
        ] {
            let answer = world.browser().fetch("GET", path).send().await;
            assert!(world.app.seen().is_empty(), "{path}: {answer:?}");
        }
        let mut browser = world.signed_in().await;
        let _ = browser.open("/u/%40admin").await.expect_status(200);
        assert_eq!(world.app.last().target, "/u/%40admin", "what is forwarded stays as it came");
    });
}

#[test]
fn nothing_of_the_admin_listener_is_public() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        for path in ["/live", "/ready", "/metrics", "/metrics/", "/api/auth/metrics"] {
            let answer = browser.get(path).await;
            assert!(!answer.text().contains("crossgate_"), "{answer:?}");
            let by_the_app = world.app.seen().iter().any(|seen| seen.target == path);
            assert!(by_the_app || answer.status == 401, "{path}: {answer:?}");
        }
    });
}

/// Next.js shows an intercepting route, with the layouts of the page before, to whoever names that page in `Next-Url`.
/// Without the header it shows the page that was asked for.
#[test]
fn the_page_before_is_named_to_the_app_for_those_who_may_see_it() {
    story(async {
        let rules = "[pages]\nprotected = ['/dashboard/**']\n[[pages.rule]]\npath = '/admin/**'\nrequire = { role = 'owner' }";
        let world = World::with(rules).await;
        let named = async |browser: &mut Browser, before: &str| {
            let request = browser.fetch("GET", "/photos/1").with("rsc", "1").with("next-url", before);
            let _ = request.send().await.expect_status(200);
            world.app.last().has("next-url")
        };
        let (mut stranger, mut person) = (world.browser(), world.signed_in().await);
        for (before, to_strangers, to_people) in [
            ("/", true, true),
            ("/dashboard", false, true),
            ("/Dashboard/x", false, true),
            ("/%64ashboard", false, true),
            ("/admin", false, false),
            ("/x/../dashboard", false, false),
            ("dashboard", false, false),
        ] {
            assert_eq!(named(&mut stranger, before).await, to_strangers, "{before}");
            assert_eq!(named(&mut person, before).await, to_people, "{before}");
        }
        let asked = world.app.seen().len();
        let twice =
            "GET /photos/1 HTTP/1.1\r\nHost: shop.example.com\r\nNext-Url: /\r\nNext-Url: /dashboard\r\n\r\n";
        assert_eq!(world.ask(twice.to_owned()).await.status, 200);
        assert!(!world.app.last().has("next-url") && world.app.seen().len() == asked + 1);
    });
}

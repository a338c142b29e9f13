//! Headers on their way through, in both directions.

use crossgate_testkit::{Reply, World, story};

#[test]
fn upstreams_learn_who_asked_for_what_address() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let answer = browser.get("/x").await.expect_status(200);
        let seen = world.app.last();
        for (name, value) in [
            ("host", "shop.example.com"),
            ("x-forwarded-for", "127.0.0.1"),
            ("x-forwarded-host", "shop.example.com"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-port", "443"),
            ("user-agent", "Story/1.0"),
        ] {
            assert_eq!(seen.header(name), Some(value), "{name}");
        }
        let id = seen.header("x-request-id").unwrap();
        assert_eq!(answer.header("x-request-id"), Some(id));
        assert_eq!(id.len(), 32);
        let trace = seen.header("traceparent").unwrap();
        assert!(trace.starts_with(&format!("00-{id}-")), "{trace}");
    });
}

/// What strangers say to pass for somebody else.
const SPOOFED: [(&str, &str); 17] = [
    ("X-Forwarded-For", "6.6.6.6"),
    ("X-Forwarded-Host", "evil.test"),
    ("X-Forwarded-Proto", "http"),
    ("X-Forwarded-Port", "80"),
    ("X-Forwarded-User", "spoofed"),
    ("X-Forwarded-Prefix", "/spoofed"),
    ("Forwarded", "for=6.6.6.6"),
    ("X-Real-IP", "6.6.6.6"),
    ("X-Request-Id", "spoofed"),
    ("X_Forwarded_For", "6.6.6.6"),
    ("x-middleware-subrequest", "middleware:middleware"),
    ("x-invoke-path", "/spoofed"),
    ("x-matched-path", "/spoofed"),
    ("x-now-route-matches", "spoofed"),
    ("x-nextjs-data", "spoofed"),
    ("next-resume", "spoofed"),
    ("traceparent", "spoofed"),
];

#[test]
fn spoofed_headers_reach_nobody() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        for path in ["/", "/api/products/1", "/_next/static/a.js"] {
            let fetch = SPOOFED
                .into_iter()
                .fold(browser.fetch("GET", path), |fetch, (name, value)| fetch.with(name, value));
            let _ = fetch.send().await.expect_status(200);
        }
        for seen in [world.app.seen(), world.api.seen()].concat() {
            let text = format!("{seen:?}");
            for word in ["6.6.6.6", "evil.test", "spoofed", "subrequest"] {
                assert!(!text.contains(word), "{word}: {text}");
            }
            assert_eq!(seen.header("x-forwarded-for"), Some("127.0.0.1"));
        }
    });
}

#[test]
fn a_trusted_proxy_is_believed_about_the_client_and_moves_no_upstream() {
    story(async {
        let world = World::with("listen.trusted_proxies = ['127.0.0.1', '10.0.0.0/8']").await;
        let mut browser = world.browser();
        for (line, client) in [
            ("192.0.2.7", "192.0.2.7"),
            ("6.6.6.6, 192.0.2.7, 10.1.2.3", "192.0.2.7"),
            ("not an address", "127.0.0.1"),
            ("2001:db8::1", "2001:db8::1"),
        ] {
            let fetch = browser.fetch("GET", "/").with("X-Forwarded-For", line);
            let _ =
                fetch.with("X-Forwarded-Host", "evil.test").with("X-Forwarded-Proto", "http").send().await;
            let seen = world.app.last();
            assert_eq!(seen.header("x-forwarded-for"), Some(client), "{line}");
            assert_eq!(seen.header("x-forwarded-host"), Some("shop.example.com"));
            assert_eq!(seen.header("x-forwarded-proto"), Some("https"));
        }
    });
}

#[test]
fn a_trusted_proxy_may_say_the_host_where_it_does_not_pass_it_on() {
    story(async {
        let ours = "shop.example.com";
        for (config, host, forwarded, status) in [
            ("listen.trusted_proxies = ['127.0.0.1']", "127.0.0.1:8080", &[ours][..], 200),
            ("listen.trusted_proxies = ['127.0.0.1']", ours, &["evil.test"], 200),
            ("listen.trusted_proxies = ['127.0.0.1']", "127.0.0.1:8080", &["evil.test"], 421),
            ("listen.trusted_proxies = ['127.0.0.1']", "127.0.0.1:8080", &[ours, "evil.test"], 421),
            (
                "listen.trusted_proxies = ['127.0.0.1']",
                "127.0.0.1:8080",
                &["evil.test, shop.example.com"],
                421,
            ),
            ("listen.trusted_proxies = ['127.0.0.1']", "127.0.0.1:8080", &[], 421),
            ("listen.trusted_proxies = ['10.0.0.0/8']", "127.0.0.1:8080", &[ours], 421),
            ("", "127.0.0.1:8080", &[ours], 421),
        ] {
            let world = World::with(config).await;
            let lines: String =
                forwarded.iter().map(|line| format!("X-Forwarded-Host: {line}\r\n")).collect();
            let head = format!("GET /about HTTP/1.1\r\nHost: {host}\r\n{lines}Connection: close\r\n\r\n");
            assert_eq!(world.ask(head).await.status, status, "{config} {host} {forwarded:?}");
        }
    });
}

#[test]
fn a_good_trace_is_continued_and_a_bad_one_replaced() {
    story(async {
        let world = World::new().await;
        let mut browser = world.browser();
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let fetch = browser.fetch("GET", "/").with("traceparent", good).with("tracestate", "a=b");
        let _ = fetch.send().await.expect_status(200);
        assert_eq!(world.app.last().header("traceparent"), Some(good));
        assert_eq!(world.app.last().header("tracestate"), Some("a=b"));
        let fetch = browser.fetch("GET", "/").with("traceparent", "00-X-Y-01").with("tracestate", "a=b");
        let _ = fetch.send().await.expect_status(200);
        assert!(!world.app.last().has("tracestate"));
        assert_ne!(world.app.last().header("traceparent"), Some("00-X-Y-01"));
    });
}

#[test]
fn headers_about_one_connection_stay_on_it() {
    story(async {
        let world = World::new().await;
        world.app.on("GET /", |_| {
            Reply::status(200)
                .header("Connection", "keep-alive, X-Secret")
                .header("X-Secret", "1")
                .header("Keep-Alive", "timeout=5")
                .header("Proxy-Authenticate", "Basic")
                .header("Upgrade", "h2c")
                .header("X-Kept", "1")
        });
        let mut browser = world.browser();
        let fetch =
            browser.fetch("GET", "/").with("Connection", "keep-alive, X-Private").with("X-Private", "1");
        let fetch = fetch.with("Keep-Alive", "1").with("TE", "trailers").with("Proxy-Authorization", "x");
        let answer = fetch.with("Upgrade", "h2c").with("X-Kept", "1").send().await.expect_status(200);
        let seen = world.app.last();
        for name in ["x-private", "keep-alive", "te", "proxy-authorization", "upgrade"] {
            assert!(!seen.has(name), "{name}: {seen:?}");
        }
        assert!(seen.has("x-kept"));
        for name in ["x-secret", "keep-alive", "proxy-authenticate", "upgrade"] {
            assert_eq!(answer.header(name), None, "{name}: {answer:?}");
        }
        assert_eq!(answer.header("x-kept"), Some("1"));
    });
}

#[test]
fn headers_of_an_api_can_be_hidden() {
    story(async {
        let world = World::with("[[api]]\nhidden_headers = ['x-powered-by']").await;
        world.api.on("GET /api/products/1", |_| Reply::status(200).header("X-Powered-By", "Express"));
        let answer = world.browser().get("/api/products/1").await.expect_status(200);
        assert_eq!(answer.header("x-powered-by"), None);
    });
}

#[test]
fn status_body_and_headers_of_an_upstream_come_through() {
    story(async {
        let world = World::new().await;
        for status in [200, 201, 204, 301, 304, 404, 418, 500, 503] {
            world.app.on("GET /s", move |_| {
                Reply::status(status)
                    .header("ETag", "\"x\"")
                    .header("Location", "/y")
                    .header("Link", "</a>")
                    .header("Link", "</b>")
            });
            let answer = world.browser().get("/s").await.expect_status(status);
            assert_eq!((answer.header("etag"), answer.header("location")), (Some("\"x\""), Some("/y")));
            assert_eq!(answer.headers_named("link"), ["</a>", "</b>"]);
            assert!(answer.complete);
        }
    });
}

#[test]
fn head_is_answered_without_a_body_and_the_connection_goes_on() {
    story(async {
        let world = World::new().await;
        world.app.on("HEAD /", |_| Reply::body(200, "text/html", "12345"));
        let mut wire = world.wire().await;
        wire.send("HEAD / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n").await;
        let answer = wire.answer_to_head().await;
        assert_eq!((answer.status, answer.header("content-length")), (200, Some("5")));
        wire.send("GET /x HTTP/1.1\r\nHost: shop.example.com\r\n\r\n").await;
        assert_eq!(wire.answer().await.status, 200);
        wire.send("HEAD /api/auth/session HTTP/1.1\r\nHost: shop.example.com\r\n\r\n").await;
        assert_eq!(wire.answer_to_head().await.status, 200);
        wire.send("HEAD /api/orders HTTP/1.1\r\nHost: shop.example.com\r\n\r\n").await;
        assert_eq!(wire.answer_to_head().await.status, 401);
        wire.send("GET /x HTTP/1.1\r\nHost: shop.example.com\r\n\r\n").await;
        assert_eq!(wire.answer().await.status, 200);
        assert_eq!(world.app.connections(), 1, "and so does the one behind us");
    });
}

//! HTTP/2 means the same as HTTP/1.1.

use crossgate_testkit::{Http2Client, World, story};
use http::{Method, Request};

/// Whoever begins with HTTP/2 may.
const CLEARTEXT: &str = "listen = { http2 = 'cleartext' }";

async fn client_of(world: &World) -> Http2Client {
    Http2Client::open(world.stream().await).await.0
}

fn request(method: Method, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(format!("https://shop.example.com{path}"))
}

fn get(path: &str) -> Request<String> {
    request(Method::GET, path).body(String::new()).unwrap()
}

#[test]
fn pages_sessions_and_apis_are_as_with_http1() {
    story(async {
        let world = World::with(CLEARTEXT).await;
        let client = client_of(&world).await;
        assert_eq!(client.ask(get("/")).await.status, 200);
        assert_eq!(world.app.last().header("host"), Some("shop.example.com"));
        let sent_away =
            request(Method::GET, "/dashboard").header("sec-fetch-mode", "navigate").body(String::new());
        assert_eq!(client.ask(sent_away.unwrap()).await.status, 303, "nobody is signed in");
        assert_eq!(client.ask(get("/api/orders")).await.status, 401);

        let browser = world.signed_in().await;
        let cookies = browser.cookie_line("/").unwrap();
        let page = request(Method::GET, "/dashboard").header("cookie", &cookies).body(String::new()).unwrap();
        let answer = client.ask(page).await;
        assert_eq!((answer.status, answer.body.contains("somebody")), (200, true), "{answer:?}");
        assert!(answer.headers.contains_key("x-request-id"), "{answer:?}");
        let orders = request(Method::GET, "/api/orders").header("cookie", cookies).body(String::new());
        assert_eq!(client.ask(orders.unwrap()).await.status, 200);
        assert!(world.api.last().has("authorization"));
    });
}

#[test]
fn crumbs_of_cookies_are_one_line_behind_us() {
    story(async {
        let world = World::with(CLEARTEXT).await;
        let browser = world.signed_in().await;
        let page = request(Method::GET, "/dashboard")
            .header("cookie", "theme=dark")
            .header("cookie", browser.cookie_line("/").unwrap())
            .header("cookie", "language=de");
        let client = client_of(&world).await;
        assert_eq!(client.ask(page.body(String::new()).unwrap()).await.status, 200);
        let seen = world.app.last();
        let lines: Vec<_> =
            seen.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("cookie")).collect();
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].1.starts_with("theme=dark; ") && lines[0].1.ends_with("; language=de"), "{lines:?}");
    });
}

#[test]
fn two_session_cookies_in_crumbs_are_nobodys() {
    story(async {
        let world = World::with(CLEARTEXT).await;
        let (ada, bob) = (world.signed_in().await, world.browser_of(crossgate_testkit::BOB).await);
        let page = request(Method::GET, "/api/orders")
            .header("cookie", ada.session_cookie().unwrap())
            .header("cookie", bob.session_cookie().unwrap());
        let answer = client_of(&world).await.ask(page.body(String::new()).unwrap()).await;
        assert!(answer.status >= 400, "{answer:?}");
        assert_eq!(world.api.count("GET /api/orders"), 0);
    });
}

#[test]
fn another_host_is_refused_wherever_it_stands() {
    story(async {
        let world = World::with(CLEARTEXT).await;
        let client = client_of(&world).await;
        let authority = Request::builder().uri("https://other.example/").body(String::new()).unwrap();
        assert_eq!(client.ask(authority).await.status, 421);
        let host = request(Method::GET, "/").header("host", "other.example").body(String::new()).unwrap();
        assert_eq!(client.ask(host).await.status, 421);
        assert!(world.app.seen().is_empty());
    });
}

#[test]
fn paths_with_two_readings_are_refused() {
    story(async {
        let world = World::with(CLEARTEXT).await;
        let client = client_of(&world).await;
        for path in ["/a/../dashboard", "/%2e%2e/dashboard", "/a%2fb", "/a;b", "/a%5cb", "/%zz"] {
            assert_eq!(client.ask(get(path)).await.status, 400, "{path}");
        }
        assert!(world.app.seen().is_empty());
    });
}

#[test]
fn headers_that_speak_in_our_name_are_gone() {
    story(async {
        let world = World::with(CLEARTEXT).await;
        let spoofed = request(Method::GET, "/")
            .header("x-crossgate-identity", "ada")
            .header("x-forwarded-for", "10.0.0.1")
            .header("x-middleware-subrequest", "1")
            .header("authorization", "Bearer x")
            .body(String::new());
        assert_eq!(client_of(&world).await.ask(spoofed.unwrap()).await.status, 200);
        let seen = world.app.last();
        assert!(!seen.has("x-crossgate-identity") && !seen.has("x-middleware-subrequest"), "{seen:?}");
        assert!(!seen.has("authorization"), "{seen:?}");
        assert_ne!(seen.header("x-forwarded-for"), Some("10.0.0.1"));
    });
}

#[test]
fn bodies_pass_and_their_limit_holds() {
    story(async {
        let world = World::with(CLEARTEXT).await;
        let client = client_of(&world).await;
        let upload = |length| {
            request(Method::POST, "/upload")
                .header("origin", "https://shop.example.com")
                .body("x".repeat(length))
        };
        assert_eq!(client.ask(upload(300_000).unwrap()).await.status, 200);
        assert_eq!(world.app.last().body.len(), 300_000);
        let answer = client.ask(upload(11 << 20).unwrap()).await;
        assert_eq!((answer.status, answer.body.contains("body_too_large")), (413, true), "{answer:?}");
        assert_eq!(client.ask(get("/")).await.status, 200, "the connection goes on");
    });
}

#[test]
fn many_requests_share_a_connection() {
    story(async {
        let world = World::with(CLEARTEXT).await;
        let client = client_of(&world).await;
        let gate = world.app.hold("GET /slow");
        let slow = tokio::task::spawn_local({
            let client = client.clone();
            async move { client.ask(get("/slow")).await.status }
        });
        world.app.wait_until(|seen| seen.iter().any(|seen| seen.path() == "/slow")).await;
        assert_eq!(client.ask(get("/quick")).await.status, 200, "nobody waits for the slow one");
        gate.open();
        assert_eq!(slow.await.unwrap(), 200);
    });
}

#[test]
fn heads_beyond_the_limits_are_refused() {
    story(async {
        let world =
            World::with("listen = { http2 = 'cleartext' }\nlimits = { head = '2KiB', headers = 20 }").await;
        let client = client_of(&world).await;
        let long = request(Method::GET, "/").header("x", "x".repeat(3000)).body(String::new());
        assert_eq!(client.ask(long.unwrap()).await.status, 431);
        let many = (0..30).fold(request(Method::GET, "/"), |request, _| request.header("x", "y"));
        let answer = client.ask(many.body(String::new()).unwrap()).await;
        assert_eq!((answer.status, answer.body.contains("head_too_large")), (431, true), "{answer:?}");
        assert!(world.app.seen().is_empty());
    });
}

#[test]
fn without_the_option_nobody_begins_with_http2() {
    story(async {
        let world = World::new().await;
        let answered = world.raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
        assert!(answered.starts_with("HTTP/1.1 400 "), "{answered}");
    });
}

#[test]
fn with_the_option_http1_is_still_spoken() {
    story(async {
        let world = World::with(CLEARTEXT).await;
        assert_eq!(world.ask("GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n").await.status, 200);
        let mut wire = world.wire().await;
        for piece in [
            "P",
            "OST /x HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 0\r\n",
            "Origin: https://shop.example.com\r\n\r\n",
        ] {
            wire.send(piece).await;
        }
        assert_eq!(wire.answer().await.status, 200, "what begins like the preface and is none");
    });
}

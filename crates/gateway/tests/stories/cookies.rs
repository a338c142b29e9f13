//! Cookies and caches: who sees what of whom.

use crossgate_testkit::{Reply, World, story};

#[test]
fn the_api_sees_no_cookies_but_listed_ones_and_the_app_all_but_ours() {
    story(async {
        let world = World::with("[[api]]\ncookies = ['locale']").await;
        let mut browser = world.signed_in().await;
        for line in [
            "theme=dark; Path=/",
            "locale=de; Path=/",
            "crossgate=planted; Path=/",
            "CROSSGATE-browser=x; Path=/",
        ] {
            browser.keep_cookie(line);
        }
        let _ = browser.csrf_token().await;
        let _ = browser.get("/api/orders").await.expect_status(200);
        assert_eq!(world.api.last().header("cookie"), Some("locale=de"));
        let _ = browser.open("/dashboard").await.expect_status(200);
        assert_eq!(world.app.last().header("cookie"), Some("theme=dark; locale=de"));
        let cookie = browser.session_cookie().unwrap();
        for seen in [world.api.seen(), world.app.seen()].concat() {
            assert!(!format!("{seen:?}").contains(&cookie), "{seen:?}");
        }
    });
}

#[test]
fn without_a_list_the_api_sees_none() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        browser.keep_cookie("theme=dark; Path=/");
        let _ = browser.get("/api/orders").await.expect_status(200);
        assert!(!world.api.last().has("cookie"));
    });
}

#[test]
fn an_upstream_sets_its_own_cookies_and_never_ours() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        let cookie = browser.session_cookie();
        let reply = || {
            Reply::status(200)
                .header("Set-Cookie", "theme=dark; Path=/")
                .header("Set-Cookie", "__Host-Http-crossgate=stolen; Path=/; Secure; HttpOnly")
                .header("set-cookie", "__host-http-CROSSGATE-browser=stolen; Path=/; Secure")
                .header("Set-Cookie", "crossgate=; Max-Age=0; Path=/")
                .header("X-CSRF-Token", "stolen")
                .header("X-Crossgate-Identity", "stolen")
        };
        world.app.on("GET /", move |_| reply());
        world.api.on("GET /api/orders", move |_| reply());
        for path in ["/", "/api/orders"] {
            let answer = browser.get(path).await.expect_status(200);
            assert_eq!(answer.headers_named("set-cookie"), ["theme=dark; Path=/"], "{path}");
            assert!(!format!("{answer:?}").contains("stolen"), "{path}: {answer:?}");
        }
        assert_eq!(browser.session_cookie(), cookie);
    });
}

const SHARED: [(&str, &str); 6] = [
    ("Cache-Control", "public, s-maxage=3600"),
    ("CDN-Cache-Control", "max-age=3600"),
    ("Surrogate-Control", "max-age=3600"),
    ("Vercel-CDN-Cache-Control", "max-age=3600"),
    ("Cloudflare-CDN-Cache-Control", "max-age=3600"),
    ("Expires", "Thu, 01 Dec 2050 16:00:00 GMT"),
];

fn shared(reply: Reply) -> Reply {
    SHARED.into_iter().fold(reply, |reply, (name, value)| reply.header(name, value))
}

#[test]
fn what_depends_on_a_session_is_never_for_shared_caches() {
    story(async {
        let world = World::new().await;
        world.app.on("GET /", |_| shared(Reply::status(200)));
        world.api.on("GET /api/products/1", |_| shared(Reply::status(200)));
        world.app.on("GET /cookie", |_| shared(Reply::status(200).header("Set-Cookie", "a=b")));
        let (mut ada, mut nobody) = (world.signed_in().await, world.browser());
        for path in ["/", "/api/products/1"] {
            let private = ada.get(path).await.expect_status(200);
            assert_eq!(private.header("cache-control"), Some("private, no-store"), "{path}");
            for (name, _) in &SHARED[1..] {
                assert_eq!(private.header(name), None, "{path} {name}");
            }
            let public = nobody.get(path).await.expect_status(200);
            for (name, value) in SHARED {
                assert_eq!(public.header(name), Some(value), "anonymous {path} {name}");
            }
        }
        let setting = nobody.get("/cookie").await;
        assert_eq!(setting.header("cache-control"), Some("private, no-store"));
        assert_eq!(setting.header("cdn-cache-control"), None);
    });
}

#[test]
fn an_upstream_that_said_private_keeps_its_words() {
    story(async {
        let world = World::new().await;
        world.app.on("GET /", |_| Reply::status(200).header("Cache-Control", "private, max-age=60"));
        let answer = world.signed_in().await.get("/").await;
        assert_eq!(answer.header("cache-control"), Some("private, max-age=60"));
    });
}

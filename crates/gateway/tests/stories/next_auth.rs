//! An app that is written for next-auth finds its session cookie in every request; nobody else ever sees it.

use std::time::Duration;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossgate_core::secret::SecretText;
use crossgate_core::settings::Dialect;
use crossgate_nextauth::cookie::{CookieCipher, Joined, join};
use crossgate_testkit::{Browser, Reply, Seen, World, story, verified_by_key_set};
use serde_json::{Value, json};

pub(super) const SECRET: &str = "the secret that the app has too";

/// A generation of next-auth, and how its app names the session cookie.
#[derive(Debug, Clone, Copy)]
pub(super) struct Generation {
    pub(super) version: &'static str,
    pub(super) dialect: Dialect,
    pub(super) cookie: &'static str,
    pub(super) nobody: &'static str,
}

const V4: Generation = Generation {
    version: "v4",
    dialect: Dialect::V4,
    cookie: "__Secure-next-auth.session-token",
    nobody: "{}",
};
const V5: Generation = Generation {
    version: "v5",
    dialect: Dialect::V5,
    cookie: "__Secure-authjs.session-token",
    nobody: "null",
};
pub(super) const GENERATIONS: [Generation; 2] = [V4, V5];

/// Every name under which next-auth may look for one of its cookies, in some spelling.
const NAMES: [&str; 11] = [
    "next-auth.session-token",
    "__Secure-next-auth.session-token",
    "__Secure-next-auth.session-token.0",
    "__SECURE-NEXT-AUTH.session-token.1",
    "authjs.session-token",
    "__Secure-authjs.session-token",
    "__Secure-authjs.session-token-backup",
    "__Host-next-auth.csrf-token",
    "authjs.csrf-token",
    "__Secure-next-auth.callback-url",
    "authjs.callback-url",
];

impl Generation {
    /// A shop whose app has a say in its session cookie.
    pub(super) async fn adopting(&self, more: &str) -> World {
        self.world(&format!("from_app = 'adopt'\n{more}")).await
    }

    /// A shop whose app uses it.
    pub(super) async fn world(&self, more: &str) -> World {
        World::with(&self.config(more)).await
    }

    pub(super) fn config(&self, more: &str) -> String {
        format!("[app.next_auth]\nversion = '{}'\nsecret = '{SECRET}'\n{more}", self.version)
    }

    /// The token in a request, if there is one.
    pub(super) fn token(&self, seen: &Seen) -> Option<String> {
        match join(cookies(seen), self.cookie) {
            Joined::Whole(token) => Some(token),
            Joined::Absent => None,
            Joined::Broken => panic!("no whole: {seen:?}"),
        }
    }

    /// Sealed as the app itself would.
    pub(super) fn seal(&self, claims: &Value) -> String {
        self.seal_under(SECRET, claims)
    }

    /// Written from the contract and with nothing of ours: A256GCM, which v5 reads too.
    pub(super) fn seal_under(&self, secret: &str, claims: &Value) -> String {
        let (salt, info) = match self.dialect {
            Dialect::V4 => ("", "NextAuth.js Generated Encryption Key".to_owned()),
            Dialect::V5 => (self.cookie, format!("Auth.js Generated Encryption Key ({})", self.cookie)),
        };
        let key = Salt::new(HKDF_SHA256, salt.as_bytes()).extract(secret.as_bytes());
        let key = LessSafeKey::new(key.expand(&[info.as_bytes()], &AES_256_GCM).unwrap().into());
        let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"dir","enc":"A256GCM"}"#);
        let mut text = claims.to_string().into_bytes();
        let (iv, aad) = ([7; 12], Aad::from(head.as_bytes()));
        let tag = key.seal_in_place_separate_tag(Nonce::assume_unique_for_key(iv), aad, &mut text).unwrap();
        let [iv, text, tag] = [&iv[..], &text, tag.as_ref()].map(|part| URL_SAFE_NO_PAD.encode(part));
        format!("{head}..{iv}.{text}.{tag}")
    }

    pub(super) fn open(&self, token: &str) -> Value {
        let cipher = CookieCipher::new(self.dialect, self.cookie, &[SecretText::new(SECRET)]);
        Value::Object(cipher.open(token).expect("it opens"))
    }

    /// The claims in a request.
    pub(super) fn claims(&self, seen: &Seen) -> Value {
        self.open(&self.token(seen).unwrap_or_else(|| panic!("no token: {seen:?}")))
    }

    /// What the app is told when this browser opens a page.
    pub(super) async fn told(&self, world: &World, browser: &mut Browser) -> Value {
        let _ = browser.open("/dashboard").await.expect_status(200);
        self.claims(&world.app.last_of("GET /dashboard"))
    }
}

pub(super) fn cookies(seen: &Seen) -> impl Iterator<Item = (&str, &str)> {
    let line = seen.header("cookie").unwrap_or_default();
    line.split("; ").filter_map(|pair| pair.split_once('='))
}

#[test]
fn the_app_is_told_who_is_signed_in() {
    story(async {
        for generation in GENERATIONS {
            let world = generation.world("").await;
            let mut browser = world.signed_in().await;
            browser.keep_cookie("theme=dark; Path=/");
            for page in ["/dashboard", "/"] {
                let _ = browser.open(page).await.expect_status(200);
                let seen = world.app.last();
                let claims = generation.claims(&seen);
                let keys = browser.get("/.well-known/jwks.json").await.json();
                let identity =
                    verified_by_key_set(seen.header("x-crossgate-identity").unwrap(), &keys).claims;
                let now = world.now().as_seconds();
                let expected = json!({
                    "name": "Ada Lovelace", "email": "ada@shop.example", "sub": "1", "sid": identity["sid"],
                    "iat": now, "exp": now + 30 * 86_400, "jti": claims["jti"],
                });
                assert_eq!(claims, expected, "{generation:?}");
                assert_eq!(claims["jti"].as_str().map(str::len), Some(36));
                assert!(cookies(&seen).any(|cookie| cookie == ("theme", "dark")), "{seen:?}");
            }
        }
    });
}

#[test]
fn a_token_is_sent_for_five_minutes_and_then_sealed_afresh() {
    story(async {
        for generation in GENERATIONS {
            let world = generation.world("").await;
            let mut browser = world.signed_in().await;
            let first = generation.told(&world, &mut browser).await;
            world.let_pass(Duration::from_secs(299));
            assert_eq!(generation.told(&world, &mut browser).await, first);
            world.let_pass(Duration::from_secs(1));
            let second = generation.told(&world, &mut browser).await;
            assert_eq!(second["iat"], json!(world.now().as_seconds()));
            assert_eq!((&second["sid"], second["jti"] == first["jti"]), (&first["sid"], false));
        }
    });
}

#[test]
fn the_age_is_that_of_the_app_and_never_longer_than_it_is_used() {
    story(async {
        let world = GENERATIONS[0].world("max_age = '2m'").await;
        let mut browser = world.signed_in().await;
        let first = GENERATIONS[0].told(&world, &mut browser).await;
        assert_eq!(first["exp"].as_i64().unwrap() - first["iat"].as_i64().unwrap(), 120);
        world.let_pass(Duration::from_secs(60));
        assert_ne!(GENERATIONS[0].told(&world, &mut browser).await["jti"], first["jti"]);
    });
}

#[test]
fn what_a_browser_plants_never_reaches_the_app() {
    story(async {
        for generation in GENERATIONS {
            let world = generation.world("").await;
            for (mut browser, is_signed_in) in [(world.browser(), false), (world.signed_in().await, true)] {
                let planted: Vec<_> = NAMES.iter().map(|name| format!("{name}=planted")).collect();
                let line = format!("theme=dark; {}; last=1", planted.join("; "));
                let _ = browser.navigation("/").with("Cookie", &line).send().await.expect_status(200);
                let seen = world.app.last();
                let names: Vec<_> = cookies(&seen).map(|(name, _)| name.to_owned()).collect();
                let expected: &[&str] = if is_signed_in { &[generation.cookie] } else { &[] };
                assert_eq!(names, [expected, &["theme", "last"]].concat(), "{seen:?}");
                assert!(!seen.header("cookie").unwrap().contains("planted"));
            }
        }
    });
}

#[test]
fn what_the_app_sets_never_reaches_the_browser() {
    story(async {
        for generation in GENERATIONS {
            for from_app in ["drop", "adopt"] {
                let world = generation.world(&format!("from_app = '{from_app}'")).await;
                let set = |_: &Seen| {
                    let reply = Reply::status(200).header("Set-Cookie", "theme=dark; Path=/");
                    let line = |name: &str| format!("{name}=x; Path=/; Secure; HttpOnly");
                    NAMES.iter().fold(reply, |reply, name| reply.header("Set-Cookie", &line(name)))
                };
                world.app.on("GET /", set);
                world.app.on("GET /_next/static/x.js", set);
                world.api.on("GET /api/orders", set);
                for mut browser in [world.browser(), world.signed_in().await] {
                    for path in ["/", "/_next/static/x.js", "/api/orders"] {
                        let answer = browser.get(path).await;
                        let left = answer.headers_named("set-cookie");
                        let expected: &[&str] =
                            if answer.status == 200 { &["theme=dark; Path=/"] } else { &[] };
                        assert_eq!(left, expected, "{generation:?} {from_app} {path}");
                    }
                }
            }
        }
    });
}

#[test]
fn where_they_are_dropped_cookies_of_the_app_change_nothing() {
    story(async {
        for generation in GENERATIONS {
            let world = generation.world("").await;
            let mut browser = world.signed_in().await;
            let name = generation.cookie;
            world.app.on("GET /out", move |_| {
                Reply::status(200).header("Set-Cookie", &format!("{name}=; Max-Age=0; Path=/"))
            });
            let _ = browser.open("/out").await.expect_status(200);
            assert!(browser.is_signed_in().await);
        }
    });
}

#[test]
fn an_api_sees_nothing_of_it() {
    story(async {
        for generation in GENERATIONS {
            let listed = format!("[[api]]\ncookies = ['theme', '{}']\n", generation.cookie);
            let world = World::with(&format!("{listed}{}", generation.config(""))).await;
            let mut browser = world.signed_in().await;
            browser.keep_cookie("theme=dark; Path=/");
            browser.keep_cookie(&format!("{}=planted; Path=/; Secure", generation.cookie));
            let _ = browser.get("/api/orders").await.expect_status(200);
            let seen = world.api.last_of("GET /api/orders");
            assert_eq!(seen.header("cookie"), Some("theme=dark"));
            assert_eq!(seen.bearer(), "api-token-1");
        }
    });
}

#[test]
fn an_api_that_asks_for_the_token_gets_it_as_a_bearer_and_a_page_gets_it_once() {
    story(async {
        for generation in GENERATIONS {
            let api = "[[api]]\ntoken = 'next-auth'\n";
            let world = World::with(&format!("{api}{}", generation.config(""))).await;
            let mut browser = world.signed_in().await;
            let forged = browser.get("/api/orders").await;
            assert_eq!(forged.status, 401, "the API knows its own tokens only");
            let seen = world.api.last_of("GET /api/orders");
            let claims = generation.open(seen.bearer());
            assert_eq!((&claims["sub"], seen.has("cookie")), (&json!("1"), false));
            let told = generation.told(&world, &mut browser).await;
            assert_eq!(told["sid"], claims["sid"]);
            assert!(!world.app.last().has("authorization"));
        }
    });
}

#[test]
fn a_long_token_comes_in_pieces() {
    story(async {
        for generation in GENERATIONS {
            let long = "x".repeat(7000);
            let world = generation.world(&format!("token = {{ long = '{long}' }}")).await;
            let mut browser = world.signed_in().await;
            assert_eq!(generation.told(&world, &mut browser).await["long"], json!(long));
            let seen = world.app.last();
            let names: Vec<_> = cookies(&seen).map(|(name, _)| name.to_owned()).collect();
            let numbered: Vec<_> = (0..3).map(|number| format!("{}.{number}", generation.cookie)).collect();
            assert_eq!(names, numbered);
            assert!(cookies(&seen).all(|(_, value)| value.len() <= 3936));
        }
    });
}

#[test]
fn declared_claims_stand_in_the_token_and_declared_members_in_the_session() {
    story(async {
        for generation in GENERATIONS {
            let declared = "
                token = { role = '{user.role}', land = '{user.address.country}', way = '{sign_in}' }
                session = { user = { id = '{sub}', role = '{role}' }, land = '{land}' }";
            let world = generation.world(declared).await;
            let mut browser = world.signed_in().await;
            let told = generation.told(&world, &mut browser).await;
            let claims = (&told["role"], &told["land"], &told["way"]);
            assert_eq!(claims, (&json!("admin"), &json!("AT"), &json!("credentials")));
            let session = browser.session().await;
            let user =
                json!({ "name": "Ada Lovelace", "email": "ada@shop.example", "id": "1", "role": "admin" });
            assert_eq!((&session["user"], &session["land"]), (&user, &json!("AT")));
            assert!(session["expires"].is_string() && session["sid"].is_null(), "{session}");
        }
    });
}

#[test]
fn a_cookie_under_another_name_is_that_of_the_app() {
    story(async {
        let own = Generation { cookie: "shop.session", ..V5 };
        let world = own.world("cookie = 'shop.session'").await;
        let mut browser = world.signed_in().await;
        browser.keep_cookie("Shop.Session.9=planted; Path=/");
        assert_eq!(own.told(&world, &mut browser).await["sub"], "1");
        assert!(!world.app.last().header("cookie").unwrap().contains("planted"));
    });
}

#[test]
fn without_the_secret_the_apps_cookies_are_its_own_affair() {
    story(async {
        let world = World::with("[app]\nnext_auth = 'v4'").await;
        let mut browser = world.signed_in().await;
        let line = "next-auth.session-token=own; Path=/";
        world.app.on("GET /", move |_| Reply::status(200).header("Set-Cookie", line));
        assert_eq!(browser.get("/").await.headers_named("set-cookie"), [line]);
        let _ = browser.get("/").await;
        assert_eq!(world.app.last().header("cookie"), Some("next-auth.session-token=own"));
    });
}

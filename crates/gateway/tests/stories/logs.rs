//! Whatever strangers, upstreams and providers say, it stays inside the line and the field where it is told.

use crossgate_testkit::{ADA, Log, Reply, World, story};
use serde_json::{Value, json};
use tracing::Level;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt as _;

/// What would make a line, a field or a colour of its own in one format or the other.
const FORGERIES: [&str; 8] = [
    "x\n2026-01-01T00:00:00.000000Z  INFO forged: signed in",
    "x\r\n{\"level\":\"INFO\",\"forged\":true}",
    "x forged=true",
    "x\" forged=\"true",
    "\\\" forged=true",
    "x\",\"forged\":\"true",
    "\u{1b}[2K\u{9b}1Gforged=true",
    "\u{2028}forged=true\u{85}forged=true\u{b}forged=true",
];

/// Both formats, as the program writes them, at every level.
struct Logs {
    text: Log,
    json: Log,
    _listening: DefaultGuard,
}

impl Logs {
    fn listen() -> Self {
        let (text, json) = (Log::default(), Log::default());
        let ours = || Targets::new().with_target("crossgate", Level::TRACE);
        let plain = layer().with_ansi(false).with_writer(text.clone()).with_filter(ours());
        let lines = layer().json().flatten_event(true).with_current_span(false).with_span_list(false);
        let lines = lines.with_writer(json.clone()).with_filter(ours());
        let subscriber = tracing_subscriber::registry().with(plain).with(lines);
        Self { text, json, _listening: tracing::subscriber::set_default(subscriber) }
    }

    /// As many lines in one format as in the other, and nothing in them that was forged.
    fn assert_true(&self) {
        let (text, json) = (self.text.text(), self.json.text());
        text.lines().for_each(assert_true_text);
        json.lines().for_each(assert_true_json);
        assert_eq!(text.lines().count(), json.lines().count(), "{text}\n{json}");
        assert!(json.lines().count() > 0, "something was logged");
    }
}

fn assert_true_text(line: &str) {
    let words: Vec<&str> = line.splitn(4, ' ').filter(|word| !word.is_empty()).collect();
    assert!(words[0].len() == 27 && words[0].ends_with('Z'), "no time: {line:?}");
    assert!(line.contains(" crossgate::"), "not ours: {line:?}");
    assert!(!line.chars().any(char::is_control), "{line:?}");
    assert!(!outside_of_quotes(line).contains("forged="), "{line:?}");
}

/// What a reader who knows quotes and escapes takes for names.
fn outside_of_quotes(line: &str) -> String {
    let (mut outside, mut is_inside, mut characters) = (String::new(), false, line.chars());
    while let Some(character) = characters.next() {
        match character {
            '"' => is_inside = !is_inside,
            '\\' if is_inside => drop(characters.next()),
            character if !is_inside => outside.push(character),
            _ => {}
        }
    }
    outside
}

fn assert_true_json(line: &str) {
    let value: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
    let event = value.as_object().unwrap();
    assert!(!event.contains_key("forged"), "{line:?}");
    assert!(event["target"].as_str().unwrap().starts_with("crossgate::"), "{line:?}");
    assert!(event.contains_key("message") && event.contains_key("timestamp"), "{line:?}");
}

/// In the path of an address.
fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

#[test]
fn a_path_a_header_or_a_cookie_forges_nothing() {
    story(async {
        let world = World::new().await;
        let logs = Logs::listen();
        for forgery in FORGERIES {
            let path = escaped(forgery);
            for head in [
                format!("GET /{path} HTTP/1.1\r\nHost: shop.example.com"),
                format!("GET /api/{path}?{path} HTTP/1.1\r\nHost: shop.example.com"),
                format!("GET /api/auth/{path} HTTP/1.1\r\nHost: shop.example.com"),
                format!("GET /{forgery} HTTP/1.1\r\nHost: shop.example.com"),
                format!("GET / HTTP/1.1\r\nHost: {forgery}"),
                format!("{forgery} / HTTP/1.1\r\nHost: shop.example.com"),
                header_of("Cookie", &format!("__Host-Http-crossgate={forgery}; {forgery}={forgery}")),
                header_of("X-Request-Id", forgery),
                header_of("traceparent", forgery),
                header_of("Origin", forgery),
                header_of("X-CSRF-Token", forgery),
                header_of("X-Forwarded-For", forgery),
                header_of("User-Agent", forgery),
                header_of("Sec-Fetch-Site", forgery),
                header_of("Next-Action", forgery),
            ] {
                let _ = world.raw(format!("{head}\r\nConnection: close\r\n\r\n")).await;
            }
        }
        logs.assert_true();
    });
}

fn header_of(name: &str, value: &str) -> String {
    format!("POST /api/orders HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 0\r\n{name}: {value}")
}

#[test]
fn what_is_typed_and_what_the_api_says_of_it_forges_nothing() {
    story(async {
        let world = World::with("throttle.per_account = 1000\nthrottle.per_address = 1000").await;
        let logs = Logs::listen();
        let mut browser = world.browser();
        for forgery in FORGERIES {
            for status in [200, 401, 423, 500] {
                let said = json!({ "error": forgery, "message": forgery, "user": forgery, "token": forgery });
                world.api.on("POST /api/login", move |_| Reply::json(status, &said));
                let _ = browser.sign_in_with(forgery, forgery, forgery).await;
            }
            let report = [("level", forgery), ("code", forgery), ("message", forgery), ("url", forgery)];
            let _ = browser.fetch("POST", "/api/auth/_log").form(&report).send().await;
        }
        logs.assert_true();
        assert!(logs.text.contains("a browser reports"));
    });
}

#[test]
fn the_answers_of_upstreams_forge_nothing() {
    story(async {
        let world = World::new().await;
        let mut browser = world.signed_in().await;
        let logs = Logs::listen();
        for forgery in FORGERIES {
            for head in [
                format!("HTTP/1.1 200 {forgery}"),
                format!("{forgery} 200 OK"),
                format!("HTTP/1.1 200 OK\r\n{forgery}: x"),
                format!("HTTP/1.1 200 OK\r\nSet-Cookie: {forgery}"),
                format!("HTTP/1.1 200 OK\r\nLocation: {forgery}"),
                format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: {forgery}"),
            ] {
                world
                    .app
                    .on("GET /said", move |_| Reply::raw(format!("{head}\r\nContent-Length: 0\r\n\r\n")));
                let _ = browser.get("/said").await;
            }
        }
        logs.assert_true();
        assert!(logs.text.contains("failed: "));
    });
}

#[test]
fn the_words_of_a_provider_forge_nothing() {
    story(async {
        let world = World::with_providers("").await;
        let logs = Logs::listen();
        let mut browser = world.browser();
        for forgery in FORGERIES {
            let target = escaped(forgery);
            for way in ["good", &target] {
                let made_up = format!("/api/auth/callback/{way}?state={target}&error={target}&iss={target}");
                let _ = browser.come_back(&made_up).await;
            }
            let url = browser.begin_sign_in("good", "/dashboard").await;
            let _ = browser.come_back(&world.authorize(&url).fail(forgery, forgery)).await;
            world.provider().token_endpoint(move || {
                Reply::json(400, &json!({ "error": forgery, "error_description": forgery }))
            });
            let _ = browser.sign_in_at_provider(&world, "good", "ada").await;
            world.provider().behave();
            let logout = [("logout_token", forgery)];
            let _ = browser.fetch("POST", "/api/auth/backchannel-logout/good").form(&logout).send().await;
        }
        logs.assert_true();
        assert!(logs.text.contains("the provider answered with the error \"x forged=true\""));
    });
}

#[test]
fn the_tokens_and_documents_of_a_provider_forge_nothing() {
    story(async {
        let world = World::with_providers("").await;
        let logs = Logs::listen();
        let mut browser = world.browser();
        for forgery in FORGERIES {
            for name in ["iss", "aud", "sub", "nonce", "exp", "azp", "email", "name"] {
                world.provider().claim(name, json!(forgery));
                let _ = browser.sign_in_at_provider(&world, "good", "ada").await;
                world.provider().behave();
            }
            world
                .provider()
                .token_answer(move |answer| drop(answer.insert("token_type".into(), forgery.into())));
            let _ = browser.sign_in_at_provider(&world, "good", "ada").await;
            world.provider().behave();
        }
        logs.assert_true();
    });
}

#[test]
fn a_discovery_document_or_a_key_set_forges_nothing() {
    story(async {
        for forgery in FORGERIES {
            let world = World::with_providers("").await;
            let logs = Logs::listen();
            world.provider().discovery(move |document| {
                document
                    .insert("token_endpoint".into(), format!("https://elsewhere.example/{forgery}").into());
            });
            let mut browser = world.browser();
            let _ = browser.try_begin_sign_in("good", "/dashboard").await;
            let key = json!({ "keys": [{ "kty": forgery, "kid": forgery, "alg": forgery, "crv": forgery }] });
            world.other_provider().key_set(move || Reply::json(200, &key));
            let _ = browser.sign_in_at_provider(&world, "other", "ada").await;
            logs.assert_true();
        }
    });
}

#[test]
fn ordinary_life_is_one_line_an_event_too() {
    story(async {
        let world = World::new().await;
        let logs = Logs::listen();
        let mut browser = world.browser();
        let _ = browser.sign_in(ADA).await.expect_status(200);
        let _ = browser.open("/dashboard").await.expect_status(200);
        let _ = browser.sign_out().await;
        logs.assert_true();
    });
}

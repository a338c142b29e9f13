//! Mistakes in the configuration, as `crossgate check` reports them: line, key, reason and fix, and exit code 1.

use std::process::Output;

use crate::lone::CONFIGURATION;
use crate::support::{Plan, run_to_end};

/// What is mistaken: a line of the good configuration, what stands there instead, and what the report must say.
struct Mistake {
    name: &'static str,
    line: &'static str,
    instead: &'static str,
    key: &'static str,
    says: &'static str,
}

const fn mistake(
    name: &'static str,
    line: &'static str,
    instead: &'static str,
    key: &'static str,
    says: &'static str,
) -> Mistake {
    Mistake { name, line, instead, key, says }
}

const SECRET: &str = r#"secret     = "a secret of the tests that is long enough for anybody""#;

const MISTAKES: [Mistake; 20] = [
    mistake("an unknown key", "workers = 1", "worker = 1", "listen.worker", "unknown key"),
    mistake("an unknown table", "[pages]", "[page]", "page", "unknown"),
    mistake("a key of the wrong type", "workers = 1", "workers = \"one\"", "listen.workers", ""),
    mistake("no secret", SECRET, "", "secret", "required"),
    mistake("a short secret", SECRET, "secret = \"short\"", "secret", "too short"),
    mistake(
        "a variable that is not set",
        SECRET,
        "secret = \"${NOT_SET_ANYWHERE}\"",
        "secret",
        "NOT_SET_ANYWHERE",
    ),
    mistake(
        "plain http for everybody",
        r#"public_url = "http://localhost:${CROSSGATE_PORT}""#,
        r#"public_url = "http://shop.example.com""#,
        "public_url",
        "http",
    ),
    mistake(
        "a path in the public address",
        r#"public_url = "http://localhost:${CROSSGATE_PORT}""#,
        r#"public_url = "https://shop.example.com/shop""#,
        "public_url",
        "",
    ),
    mistake("an app elsewhere", r#"url = "${APP_URL}""#, r#"url = "ftp://app""#, "app.url", "http"),
    mistake("an app nowhere", r#"url = "${APP_URL}""#, "", "app.url", "required"),
    mistake("an unknown token", r#"token  = "api""#, r#"token = "apo""#, "api[0].token", ""),
    mistake("no token", r#"token  = "api""#, "", "api[0].token", "required"),
    mistake("a prefix without a slash", r#"path   = "/api""#, r#"path = "api""#, "api[0].path", ""),
    mistake(
        "a method that is none",
        r#"public = ["/api/open/**"]"#,
        r#"public = ["GRAB /api/open"]"#,
        "api[0].public",
        "",
    ),
    mistake(
        "a public path elsewhere",
        r#"public = ["/api/open/**"]"#,
        r#"public = ["/other/**"]"#,
        "api[0].public",
        "",
    ),
    mistake(
        "stars in the middle",
        r#"protected = ["/private/**"]"#,
        r#"protected = ["/**/x"]"#,
        "pages.protected",
        "",
    ),
    mistake("a size without a unit", r#"body   = "1KiB""#, r#"body = "1 potato""#, "api[0].body", ""),
    mistake(
        "a login without a request",
        r#"login = { request = "POST /api/login", user = "/user", access_token = "/token" }"#,
        r#"login = { user = "/user", access_token = "/token" }"#,
        "sign_in.credentials.login.request",
        "required",
    ),
    mistake(
        "a login without a token",
        r#"login = { request = "POST /api/login", user = "/user", access_token = "/token" }"#,
        r#"login = { request = "POST /api/login", user = "/user" }"#,
        "sign_in.credentials.login.access_token",
        "",
    ),
    mistake(
        "an unknown store",
        r#"url = "sqlite:crossgate.db""#,
        r#"url = "mongo:crossgate""#,
        "store.url",
        "",
    ),
];

fn check(configuration: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let urls = [("APP_URL", "http://127.0.0.1:9"), ("API_URL", "http://127.0.0.1:9")];
    run_to_end(&Plan::new(folder.path().to_path_buf(), configuration, &urls), &["check"])
}

#[test]
fn every_mistake_is_reported_with_line_key_reason_and_fix() {
    for Mistake { name, line, instead, key, says } in MISTAKES {
        assert_eq!(CONFIGURATION.matches(line).count(), 1, "{name}: the line to change stands once");
        let output = check(&CONFIGURATION.replace(line, instead));
        let report = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}: {report}");
        let headline = report.lines().find(|line| line.starts_with("error: crossgate.toml:"));
        let headline = headline.unwrap_or_else(|| panic!("{name}: no headline in {report}"));
        let mut parts = headline["error: crossgate.toml:".len()..].splitn(3, ':');
        assert!(parts.next().is_some_and(|number| number.parse::<u32>().is_ok()), "{name}: {headline}");
        assert!(parts.next().is_some_and(|found| found.trim().starts_with(key)), "{name}: {headline}");
        let reason = parts.next().unwrap_or_default().trim();
        assert!(reason.len() > 5, "{name}: {headline}");
        assert!(report.contains(says), "{name}: nothing about {says} in {report}");
        assert!(report.contains("= fix: "), "{name}: {report}");
        assert!(report.contains("crossgate.toml: "), "{name}: {report}");
    }
}

#[test]
fn all_mistakes_are_reported_together_and_no_secret_with_them() {
    let mut broken = CONFIGURATION.to_owned();
    let three = MISTAKES.iter().filter(|mistake| {
        matches!(mistake.name, "an unknown key" | "no token" | "an unknown store" | "a short secret")
    });
    for mistake in three {
        broken = broken.replace(mistake.line, mistake.instead);
    }
    let output = check(&broken.replace("\"short\"", "\"hush-hush\""));
    let report = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{report}");
    for key in ["listen.worker", "api[0].token", "store.url", "secret"] {
        assert!(report.contains(key), "{key} is missing in {report}");
    }
    assert!(report.contains("4 errors"), "{report}");
    assert!(!report.contains("hush-hush"), "{report}");
}

#[test]
fn text_that_is_no_toml_is_reported_with_its_line() {
    let output = check("public_url = \"http://localhost:8080\"\nsecret = \n");
    let report = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{report}");
    assert!(report.contains("crossgate.toml:2") && report.contains("fix: "), "{report}");
}

#[test]
fn a_good_configuration_is_called_good() {
    let output = check(CONFIGURATION);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("crossgate.toml: good"));
}

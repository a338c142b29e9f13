//! One mistake at a time: everything but pages, APIs and sign-in.

use std::path::Path;

use crossgate_config::{ConfigSource, Environment, StoreFault, load, store_location};
use crossgate_core::settings::StoreLocation;

use crate::support::{Mistake, all_refused, environment, whole};

#[test]
fn the_top_of_the_file() {
    all_refused(&[
        Mistake("public_url = 'shop.example.com' #!", "public_url", "absolute http", "https://shop"),
        Mistake("public_url = 'http://shop.example.com' #!", "public_url", "loopback", "https://"),
        Mistake("public_url = 'https://shop.example.com/x' #!", "public_url", "path", "leave out"),
        Mistake("public_url = 3 #!", "public_url", "must be a text, but is a number", "double quotes"),
        Mistake("public_url = ' ' #!", "public_url", "is empty", "value"),
        Mistake("secret = '${SHORT}' #!", "secret", "too short: 7 bytes", "openssl rand -hex 32"),
        Mistake("secret = '${EMPTY}' #!", "secret", "is empty", "openssl rand -hex 32"),
        Mistake("secret = [] #!", "secret", "empty list", "openssl rand -hex 32"),
        Mistake("secret = ['${SECRET}',\n'${SHORT}', #!\n]", "secret[1]", "too short", "openssl"),
        Mistake("secret = ['${SECRET}',\n'${SECRET}'] #!", "secret[1]", "twice", "remove"),
        Mistake("csrf = 'off' #!", "csrf", "cannot be switched off", "\"origin\""),
        Mistake("csrf = false #!", "csrf", "cannot be switched off", "\"origin\""),
        Mistake(
            "csrf = 'orgin' #!",
            "csrf",
            "must be one of \"token\", \"origin\"",
            "did you mean \"origin\"?",
        ),
        Mistake("redirect_origins = ['*'] #!", "redirect_origins[0]", "absolute", "https://"),
        Mistake("redirect_origins = 'https://x.example' #!", "redirect_origins", "a list", "brackets"),
    ]);
}

#[test]
fn what_is_required() {
    let missing = |text: &str| {
        let problems = super::support::load_text(text).map(|loaded| loaded.warnings).unwrap_err();
        problems.into_iter().map(|problem| (problem.line, problem.key, problem.fix)).collect::<Vec<_>>()
    };
    let found = missing("");
    let keys: Vec<_> = found.iter().map(|(line, key, _)| (*line, key.as_str())).collect();
    assert_eq!(keys, [(1, "public_url"), (1, "secret"), (1, "app")]);
    assert!(found[1].2.contains("openssl rand -hex 32"));
    Mistake("[app] #!\n", "app.url", "is required", "http://127.0.0.1:3000").is_refused();
    Mistake("[[api]] #!\nurl = 'http://a'\ntoken = 'none'", "api[0].path", "is required", "/api")
        .is_refused();
    Mistake("[[api]] #!\npath = '/api'\nurl = 'http://a'", "api[0].token", "is required", "\"issued\"")
        .is_refused();
    Mistake("[[pages.rule]] #!\naccess = 'open'", "pages.rule[0].path", "is required", "path").is_refused();
}

#[test]
fn environment_variables() {
    all_refused(&[
        Mistake("public_url = '${NOBODY}' #!", "public_url", "NOBODY is not set", "export NOBODY="),
        Mistake(
            "secret = ['${SECRET}', '${NOBODY}'] #!",
            "secret[1]",
            "NOBODY is not set",
            "export NOBODY=…",
        ),
        Mistake("public_url = 'http://${HOST' #!", "public_url", "variable name", "$${"),
    ]);
}

#[test]
fn unknown_keys() {
    all_refused(&[
        Mistake("sercet = 'x' #!", "sercet", "unknown key", "did you mean `secret`?"),
        Mistake("[limit] #!", "limit", "unknown key", "did you mean `limits`?"),
        Mistake("[limits]\nheader = 3 #!", "limits.header", "unknown key", "did you mean `headers`?"),
        Mistake("[limits]\ncolour = 3 #!", "limits.colour", "unknown key", "`head`, `headers`, `body`"),
        Mistake("[listen]\ncsrf = 'origin' #!", "listen.csrf", "unknown key", "above the first [table]"),
        Mistake(
            "[pages]\n[[pages.rule]]\npath = '/x'\nmethod = 1 #!",
            "pages.rule[0].method",
            "unknown",
            "`methods`",
        ),
    ]);
}

#[test]
fn signing_keys() {
    let key = "signing_keys.rotate_every";
    all_refused(&[
        Mistake(
            "[signing_keys]\nrotate_every = true #!",
            key,
            "true is no duration",
            "false switches it off",
        ),
        Mistake("[signing_keys]\nrotate_every = 'never' #!", key, "not a duration", "30d"),
        Mistake("[signing_keys]\nrotate_every = '1h' #!", key, "out of range", "from 1d"),
        Mistake("[signing_keys]\nrotate = '1d' #!", "signing_keys.rotate", "unknown key", "`rotate_every`"),
    ]);
}

#[test]
fn listen_and_limits() {
    all_refused(&[
        Mistake("[listen]\naddress = 'localhost:8080' #!", "listen.address", "IP address", "127.0.0.1:8080"),
        Mistake("[listen]\nadmin = true #!", "listen.admin", "true is no address", "leave"),
        Mistake("[listen]\nadmin = '127.0.0.1:8080' #!", "listen.admin", "public address", "9090"),
        Mistake(
            "[listen]\ntrusted_proxies = ['0.0.0.0/0'] #!",
            "listen.trusted_proxies[0]",
            "everybody",
            "own",
        ),
        Mistake(
            "[listen]\ntrusted_proxies = ['proxy'] #!",
            "listen.trusted_proxies[0]",
            "neither",
            "10.0.0.0/8",
        ),
        Mistake("[listen]\nworkers = 0 #!", "listen.workers", "out of range", "from 1 to 1024"),
        Mistake("[listen]\nworkers = 'many' #!", "listen.workers", "out of range", "whole number"),
        Mistake("[listen]\nshutdown_grace = 10 #!", "listen.shutdown_grace", "not a duration", "\"30s\""),
        Mistake("[listen]\nhttp2 = 'h2c' #!", "listen.http2", "one of", "cleartext"),
        Mistake(
            "[listen]\nstrict_transport_security = 31536000 #!",
            "listen.strict_transport_security",
            "must be a text",
            "double quotes",
        ),
        Mistake(
            "[listen]\nstrict_transport_security = true #!",
            "listen.strict_transport_security",
            "true is no value",
            "max-age=31536000",
        ),
        Mistake(
            "[listen]\nstrict_transport_security = 'max-age=1y' #!",
            "listen.strict_transport_security",
            "number of seconds",
            "or `false` for none",
        ),
        Mistake(
            "[listen]\nstrict_transport_security = 'max-age=60; preload' #!",
            "listen.strict_transport_security",
            "needs includeSubDomains",
            "; preload",
        ),
        Mistake(
            "public_url = 'https://a.example'\n[listen.tls] #!\nkey = 'k.pem'",
            "listen.tls.certificate",
            "is required",
            "fullchain.pem",
        ),
        Mistake(
            "public_url = 'https://a.example'\n[listen.tls]\ncertificate = 'folder/' #!\nkey = 'k.pem'",
            "listen.tls.certificate",
            "not the path of a file",
            "PEM",
        ),
        Mistake(
            "public_url = 'http://localhost:8080'\n[listen.tls] #!\ncertificate = 'c.pem'\nkey = 'k.pem'",
            "listen.tls",
            "public_url begins with http://",
            "https://",
        ),
        Mistake("[limits]\nhead = '16 bytes' #!", "limits.head", "not a size", "\"16KiB\""),
        Mistake("[limits]\nhead = 10 #!", "limits.head", "out of range", "from 1KiB to 1MiB"),
        Mistake("[limits]\nbody = -1 #!", "limits.body", "not a size", "\"16KiB\""),
        Mistake("[limits]\nhead_timeout = '0s' #!", "limits.head_timeout", "out of range", "1ms"),
        Mistake("limits = 3 #!", "limits", "must be a table", "[limits]"),
    ]);
}

#[test]
fn the_app() {
    let app = |line: &str| format!("[app]\nurl = 'http://a'\n{line} #!\n");
    for (line, key, reason, fix) in [
        ("base_path = '/shop/'", "app.base_path", "no end", "\"/shop\""),
        ("base_path = 'shop'", "app.base_path", "slash", "path"),
        ("locales = ['en', 'de/at']", "app.locales[1]", "not a locale", "de-AT"),
        ("next_auth = 'v6'", "app.next_auth", "\"v4\", \"v5\"", "\"v4\""),
        ("token_of = '/api'", "app.token_of", "no [[api]] has this path", "write"),
        ("token_of = true", "app.token_of", "names no API", "false"),
        ("timeout = '1y'", "app.timeout", "not a duration", "30s"),
    ] {
        Mistake(&app(line), key, reason, fix).is_refused();
    }
    for (url, reason, fix) in [
        ("https://a", "TLS to upstreams is not available yet", "http://"),
        ("localhost:3000", "not an http URL", "http://127.0.0.1:3000"),
        ("http://a/x", "path", "keep their own path"),
        ("http://a?x", "query", "http://host:port"),
        ("http://u@a", "user information", "http://host:port"),
        ("http://localhost:8080", "would call itself", "upstream"),
    ] {
        Mistake(&format!("[app]\nurl = '{url}' #!\n"), "app.url", reason, fix).is_refused();
    }
}

#[test]
fn session_throttle_and_store() {
    all_refused(&[
        Mistake(
            "[session]\nidle_timeout = '40d' #!",
            "session.idle_timeout",
            "longer than absolute",
            "shorter",
        ),
        Mistake("[session]\nidle_timeout = '1s' #!", "session.idle_timeout", "out of range", "from 1m"),
        Mistake("[throttle]\nper_account = 0 #!", "throttle.per_account", "out of range", "from 1"),
        Mistake("[throttle]\nwindow = '2d' #!", "throttle.window", "out of range", "to 1d"),
        Mistake("[store]\nurl = 'postgres:db/x' #!", "store.url", "names no host", "postgres://user"),
        Mistake("[store]\nurl = 'redis://' #!", "store.url", "names no host", "valkey://user"),
        Mistake("[store]\nurl = 'postgres://a:b/c@db/x' #!", "store.url", "@ or # behind its host", "%2F"),
        Mistake("[store]\nurl = 'mysql://db/x' #!", "store.url", "not a store", "postgres://user"),
        Mistake("[store]\nurl = 'crossgate.db' #!", "store.url", "not a store", "sqlite:crossgate.db"),
        Mistake("[store]\nurl = 'sqlite:' #!", "store.url", "path of a file", "sqlite:crossgate.db"),
        Mistake("[store]\nurl = 'sqlite::memory:' #!", "store.url", "not offered", "memory:"),
    ]);
}

/// Somebody who knows of PostgreSQL that nothing is right.
struct Driver;

impl Environment for Driver {
    fn variable(&self, name: &str) -> Option<String> {
        environment(name)
    }

    fn judge_store(&self, location: &StoreLocation) -> Result<(), StoreFault> {
        match location {
            StoreLocation::Postgres(_) => {
                Err(StoreFault { reason: "not so".to_owned(), fix: "do otherwise".to_owned() })
            }
            _ => Ok(()),
        }
    }
}

#[test]
fn what_a_driver_has_against_an_address_stands_where_the_address_is() {
    let text = whole("[store]\nurl = 'postgres://ada:hunter2@db/x?pol=3' #!");
    let line = text.lines().position(|line| line.contains("#!")).unwrap() + 1;
    let source = ConfigSource { name: "shop.toml", text: &text, directory: Path::new("/etc/shop") };
    let problems = load(&source, &Driver).map(|loaded| loaded.settings).unwrap_err().to_string();
    assert!(problems.contains(&format!("shop.toml:{line}: store.url: not so")), "{problems}");
    assert!(problems.contains("do otherwise") && !problems.contains("hunter2"), "{problems}");
    let named = |text: &str| store_location(text, Path::new(""), &Driver);
    assert_eq!(named("postgres://db/x").unwrap_err(), "not so: do otherwise");
    assert!(named("valkey://db").is_ok());
}

#[test]
fn what_is_probably_not_meant() {
    for mistake in [
        Mistake("secret = 'abababababababababababababababababab' #!", "secret", "random", "openssl"),
        Mistake("[listen]\nadmin = '0.0.0.0:9090' #!", "listen.admin", "other machines", "firewall"),
        Mistake(
            "public_url = 'https://a.example'\n[listen] #!",
            "listen.trusted_proxies",
            "TLS",
            "127.0.0.1",
        ),
        Mistake("[store]\nurl = 'memory:' #!", "store.url", "restart", "sqlite:"),
        Mistake("[pages]\ndefault = 'protected'", "sign_in", "nobody can sign in", "[sign_in.credentials]"),
    ] {
        mistake.is_warned_about();
    }
}

//! One mistake at a time: how the app uses next-auth.

use crossgate_config::Severity;

use crate::support::{Mistake, SECRET, all_refused, api, load_text, whole};

/// Keys of the table, the last line of which is to blame.
fn next_auth(keys: &str) -> String {
    format!("[app]\nurl = 'http://a'\n[app.next_auth]\n{keys} #!\n{}", api(""))
}

fn refused(cases: &[(&str, &str, &str, &str)]) {
    for (keys, key, reason, fix) in cases {
        Mistake(&next_auth(keys), &format!("app.next_auth.{key}"), reason, fix).is_refused();
    }
}

#[test]
fn the_version() {
    all_refused(&[
        Mistake("[app]\nurl = 'http://a'\nnext_auth = 'v3' #!", "app.next_auth", "\"v4\", \"v5\"", "v4"),
        Mistake("[app]\nurl = 'http://a'\nnext_auth = 5 #!", "app.next_auth", "must be a text", "quotes"),
    ]);
    refused(&[
        ("version = 'v6'", "version", "\"v4\", \"v5\"", "did you mean"),
        ("verison = 'v4'", "verison", "unknown key", "did you mean `version`?"),
    ]);
}

#[test]
fn the_base_path() {
    refused(&[
        ("base_path = 'api/auth'", "base_path", "slash", "/api"),
        ("base_path = '/api/auth/'", "base_path", "no end of its own", "\"/api/auth\""),
        ("base_path = '/'", "base_path", "whole site", "prefix"),
        ("base_path = '/_next/auth'", "base_path", "others live there", "routes"),
        ("base_path = '/.well-known'", "base_path", "others live there", "routes"),
    ]);
}

#[test]
fn what_is_below_the_base_path() {
    let app = "[app]\nurl = 'http://a'\nbase_path = '/shop'\nnext_auth = { base_path = '/shop/api/auth' }\n";
    let text = format!("{app}{}", api("").replace("path = '/api'", "path = '/shop/api/auth/v2' #!"));
    Mistake(&text, "api[0].path", "own endpoints live below /shop/api/auth", "\"/api\"").is_refused();
    let text = format!("{app}[pages]\nsign_in = '/api/auth/signin' #!");
    Mistake(&text, "pages.sign_in", "own endpoints", "built-in").is_refused();
    for free in ["[pages]\nsign_in = '/auth/signin'", &api("").replace("'/api'", "'/api/auth'")] {
        assert!(load_text(&whole(&format!("{app}{free}"))).is_ok(), "{free}");
    }
}

#[test]
fn the_secret() {
    refused(&[
        ("secret = ''", "secret", "is empty", "NEXTAUTH_SECRET"),
        ("secret = '${EMPTY}'", "secret", "is empty", "NEXTAUTH_SECRET"),
        ("secret = '${SHORT}'", "secret", "at least 8 bytes", "AUTH_SECRET"),
        ("secret = '${NOBODY}'", "secret", "NOBODY", "NOBODY"),
        ("secret = []", "secret", "empty list", "NEXTAUTH_SECRET"),
        ("secret = ['${JWT_SECRET}', '${SHORT}']", "secret[1]", "at least 8 bytes", "AUTH_SECRET"),
        ("secret = ['${JWT_SECRET}', '${JWT_SECRET}']", "secret[1]", "twice", "remove"),
        ("secret = true", "secret", "must be a text", "NEXTAUTH_SECRET"),
        ("secret = '${SECRET}'", "secret", "nobody but Crossgate", "of its own"),
        ("move_in = { secret = '${SECRET}' }", "move_in.secret", "nobody but Crossgate", "of its own"),
        ("move_in = { secret = '${SHORT}' }", "move_in.secret", "at least 8 bytes", "NEXTAUTH_SECRET"),
    ]);
}

#[test]
fn the_cookie() {
    refused(&[
        ("cookie = 'a'", "cookie", "without `secret`", "NEXTAUTH_SECRET"),
        ("max_age = '1d'", "max_age", "without `secret`", "NEXTAUTH_SECRET"),
        ("from_app = 'drop'", "from_app", "without `secret`", "NEXTAUTH_SECRET"),
        ("secret = '${JWT_SECRET}'\ncookie = 'crossgate'", "cookie", "Crossgate's own", "sessionToken"),
        (
            "secret = '${JWT_SECRET}'\ncookie = '__host-http-Crossgate'",
            "cookie",
            "Crossgate's own",
            "sessionToken",
        ),
        (
            "secret = '${JWT_SECRET}'\ncookie = 'a b'",
            "cookie",
            "not a cookie name",
            "next-auth.session-token",
        ),
        ("secret = '${JWT_SECRET}'\nmax_age = '30'", "max_age", "not a duration", "30d"),
        ("secret = '${JWT_SECRET}'\nmax_age = '1s'", "max_age", "out of range", "1m"),
        ("secret = '${JWT_SECRET}'\nfrom_app = 'keep'", "from_app", "must be one of", "\"adopt\""),
    ]);
}

#[test]
fn claims_of_the_token() {
    for name in ["sub", "sid", "iat", "exp", "nbf", "jti"] {
        refused(&[
            (&format!("token = {{ {name} = '1' }}"), &format!("token.{name}"), "sets this claim", "remove"),
            (&format!("update = ['name', '{name}']"), "update[1]", "sets this claim", "remove"),
        ]);
    }
    refused(&[
        ("token = '{user.role}'", "token", "must be a table", "name"),
        ("token = { a = '{role}' }", "token.a", "nobody fills in", "{user.<member>}"),
        ("token = { a = { b = ['{nmae}'] } }", "token.a.b[0]", "nobody fills in", "did you mean {name}?"),
        ("token = { a = '{refresh_token}' }", "token.a", "never leaves Crossgate", "remove"),
        ("token = { a = '{user.}' }", "token.a", "nobody fills in", "{sub}"),
        ("token = { a = '{name' }", "token.a", "brace", "{{"),
        ("update = 'name'", "update", "must be a list", "brackets"),
        ("update = ['name', 'name']", "update[1]", "twice", "remove"),
        ("update = ['']", "update[0]", "is empty", "value"),
    ]);
}

#[test]
fn members_of_the_session() {
    refused(&[
        ("session = '{role}'", "session", "must be a table", "name"),
        ("session = ['{role}']", "session", "must be a table", "name"),
        ("session = { expires = '2100-01-01' }", "session.expires", "when a session expires", "[session]"),
        ("session = { user = 'Ada' }", "session.user", "object in every session", "role"),
        ("session = { user = ['{role}'] }", "session.user", "object in every session", "role"),
        ("session = { user = 7 }", "session.user", "object in every session", "role"),
        ("session = { user = { id = '{a..b}' } }", "session.user.id", "names no claim", "{address.city}"),
        ("session = { a = '{.b}' }", "session.a", "names no claim", "{address.city}"),
        ("session = { a = 'a}' }", "session.a", "brace", "{{"),
    ]);
}

#[test]
fn the_hook() {
    let hook = |keys: &str| format!("[app.next_auth.hook]\nrequest = 'POST /claims'\n{keys} #!\n{}", api(""));
    for (keys, key, reason, fix) in [
        ("api = '/v2'", "api", "no [[api]] has this path", "\"/api\""),
        ("body = { id = '{id}' }", "body.id", "nobody fills in", "{trigger}"),
        ("body = { token = '{access_token}' }", "body.token", "nobody fills in", "{sub}"),
        ("claims = 'claims'", "claims", "slash", "/user/id"),
        ("headers = { host = 'a' }", "headers.host", "transport", "remove"),
        ("basic = { }", "basic", "unknown key", "`request`"),
    ] {
        let text = format!("[app]\nurl = 'http://a'\n{}", hook(keys));
        Mistake(&text, &format!("app.next_auth.hook.{key}"), reason, fix).is_refused();
    }
    refused(&[
        ("hook = { claims = '' }", "hook.request", "is required", "POST /api/session-claims"),
        ("hook = { request = 'claims' }", "hook.request", "method and a path", "POST /api/session-claims"),
        ("hook = { request = 'POST /a*/{sub}' }", "hook", "cannot be closed", "whole segments"),
    ]);
    let alone = "[app]\nurl = 'http://a'\n[app.next_auth.hook] #!\nrequest = 'POST /c'";
    Mistake(alone, "app.next_auth.hook", "no API", "[[api]]").is_refused();
}

#[test]
fn what_moves_out() {
    refused(&[("move_out = { }", "move_out", "needs the app's secret", "NEXTAUTH_SECRET")]);
    for (keys, key, reason, fix) in [
        ("move_in = { }\nmove_out = { }", "move_out", "beside [app.next_auth.move_in]", "remove"),
        ("move_out = { access_token = 'a' }", "move_out.access_token", "slash", "/user/id"),
        ("move_out = { expires_at = '/a' }", "move_out.expires_at", "unknown", ""),
    ] {
        refused(&[(&format!("secret = '${{JWT_SECRET}}'\n{keys}"), key, reason, fix)]);
    }
}

#[test]
fn what_moves_in() {
    refused(&[
        ("move_in = { }", "move_in.secret", "is required", "NEXTAUTH_SECRET"),
        ("move_in = { from = ['v5'] }", "move_in.secret", "is required", "NEXTAUTH_SECRET"),
    ]);
    for (keys, key, reason, fix) in [
        ("from = []", "from", "empty list", "\"v5\""),
        ("from = 'v4'", "from", "must be a list", "brackets"),
        ("from = ['v4', 'v4']", "from[1]", "twice", "remove"),
        ("from = ['v3']", "from[0]", "must be one of", "v4"),
        ("cookies = []", "cookies", "empty list", "leave the key out"),
        ("cookies = ['crossgate-browser']", "cookies[0]", "Crossgate's own", "sessionToken"),
        ("cookies = ['a;b']", "cookies[0]", "not a cookie name", "name alone"),
        ("cookies = ['a', 'a']", "cookies[1]", "twice", "remove"),
        ("subject = 'sub'", "subject", "slash", "/user/id"),
        ("subject = ''", "subject", "all of the token's claims", "/sub"),
        ("access_token = '/a~2'", "access_token", "escape", "~0"),
        ("refresh_token = '/r'", "refresh_token", "without `access_token`", "/accessToken"),
        ("expires_at = '/e'", "expires_at", "without `access_token`", "/accessToken"),
    ] {
        let keys = format!("secret = '${{JWT_SECRET}}'\n[app.next_auth.move_in]\n{keys}");
        refused(&[(&keys, &format!("move_in.{key}"), reason, fix)]);
    }
}

#[test]
fn an_api_that_wants_the_token_of_the_app() {
    let text = api("").replace("token = 'issued'", "token = 'next-auth' #!");
    Mistake(&text, "api[0].token", "`app.next_auth.secret` is missing", "[app.next_auth]").is_refused();
}

#[test]
fn all_of_it_is_reported_at_once() {
    let text = next_auth(
        "cookie = 'crossgate'\ntoken = { sub = 'x', a = '{b}' }\nsession = { expires = 'x' }\nupdate = ['exp']\n\
         hook = { claims = 'x' }\nmove_in = { subject = 'x' }\nbase_path = 'x'\nversion = 'x'",
    );
    let problems = load_text(&whole(&text)).map(|loaded| loaded.settings).unwrap_err();
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
    let keys: Vec<_> = errors.map(|problem| problem.key.trim_start_matches("app.next_auth.")).collect();
    assert_eq!(
        keys,
        [
            "cookie",
            "cookie",
            "token.sub",
            "token.a",
            "session.expires",
            "update[0]",
            "hook.request",
            "hook.claims",
            "move_in.secret",
            "move_in.subject",
            "base_path",
            "version"
        ],
        "{problems}"
    );
    assert!(!problems.to_string().contains(SECRET));
}

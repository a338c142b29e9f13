//! One mistake at a time: `[[api]]`.

use crate::support::{Mistake, SECRET, api, settings};

#[test]
fn prefixes() {
    for (path, reason, fix) in [
        ("/api/", "no end", "write \"/api\""),
        ("/api/**", "no end", "write \"/api\""),
        ("/", "whole site", "/api"),
        ("api", "slash", "/api"),
        ("/api/*/x", "canonical", "stars"),
        ("/api/auth", "own endpoints", "\"/api\""),
        ("/api/auth/v2", "own endpoints", "\"/api\""),
        ("/_next/data", "Next.js", "another prefix"),
    ] {
        let text = format!("[[api]]\npath = '{path}' #!\nurl = 'http://a'\ntoken = 'none'\n");
        Mistake(&text, "api[0].path", reason, fix).is_refused();
    }
    let twice = format!("{}[[api]]\npath = '/api' #!\nurl = 'http://b'\ntoken = 'none'\n", api(""));
    Mistake(&twice, "api[1].path", "same path", "of its own").is_refused();
    Mistake("[api] #!\npath = '/api'", "api", "list of tables", "[[api]]").is_refused();
}

#[test]
fn patterns_below_the_prefix() {
    for (line, key, reason, fix) in [
        ("public = ['GET /products/**']", "public[0]", "not below \"/api\"", "/api/"),
        ("public = ['/**']", "public[0]", "not below \"/api\"", "/api/"),
        ("public = ['FETCH /api/x']", "public[0]", "method must be", "write one of"),
        ("public = ['GET /api/x', 'GET /api/x']", "public[1]", "twice", "remove"),
        ("app = ['/revalidate']", "app[0]", "not below \"/api\"", "/api/"),
        ("accept_bearer = ['/apis/x']", "accept_bearer[0]", "not below \"/api\"", "/api/"),
    ] {
        Mistake(&api(&format!("{line} #!")), &format!("api[0].{key}"), reason, fix).is_refused();
    }
    let second = "[[api]]\npath = '/api/v2'\nurl = 'http://b'\ntoken = 'none'\n";
    let text = format!("{}{second}", api("public = ['/api/v2/health'] #!"));
    Mistake(&text, "api[0].public[0]", "another [[api]]", "move the line").is_refused();
    let rule = api("[[api.rule]]\npath = '/admin' #!");
    Mistake(&rule, "api[0].rule[0].path", "not below \"/api\"", "/api/").is_refused();
}

#[test]
fn headers_and_cookies() {
    for (line, key, reason, fix) in [
        ("header = 'x token'", "header", "not a header name", "x-access-token"),
        ("header = 'host'", "header", "transport", "remove"),
        ("scheme = 'Bearer '", "scheme", "not a scheme", "Bearer"),
        ("cookies = ['__Host-Http-crossgate']", "cookies[0]", "never passed on", "remove"),
        ("cookies = ['a*b=']", "cookies[0]", "not a cookie name", "name alone"),
        ("hidden_headers = ['a:']", "hidden_headers[0]", "not a header name", "colon"),
        ("body = 0", "body", "out of range", "from 1"),
    ] {
        Mistake(&api(&format!("{line} #!")), &format!("api[0].{key}"), reason, fix).is_refused();
    }
}

#[test]
fn tokens() {
    let token = |lines: &str| format!("[[api]]\npath = '/api'\nurl = 'http://127.0.0.1:4000'\n{lines}\n");
    for (lines, key, reason, fix) in [
        ("token = 'cookie' #!", "token", "do not sign in with it", "token = \"issued\""),
        ("token = 'isued' #!", "token", "must be one of", "did you mean \"issued\"?"),
        ("token = 'api' #!", "token", "no [sign_in.credentials]", "token = \"issued\""),
        ("token = 'none'\nscheme = 'Token' #!", "scheme", "no effect", "`token`"),
        ("token = 'none'\nissued = {} #!", "issued", "only with token = \"issued\"", "`token`"),
    ] {
        Mistake(&token(lines), &format!("api[0].{key}"), reason, fix).is_refused();
    }
    let text = format!("[app]\nurl = 'http://a'\ntoken_of = '/api' #!\n{}", token("token = 'none'"));
    Mistake(&text, "app.token_of", "token = \"none\"", "false").is_refused();
}

#[test]
fn issued_tokens() {
    for (issued, key, reason, fix) in [
        ("algorithm = 'hs256'", "algorithm", "\"ES256\", \"HS256\"", "did you mean \"HS256\"?"),
        ("algorithm = 'none'", "algorithm", "\"ES256\", \"HS256\"", "write one of"),
        ("algorithm = 'HS256'", "secret", "required with HS256", "JWT_SECRET"),
        ("secret = '${JWT_SECRET}'", "secret", "only with algorithm = \"HS256\"", "HS256"),
        ("algorithm = 'HS256', secret = '${SHORT}'", "secret", "too short: at least 8", "openssl"),
        ("algorithm = 'HS256', secret = '${SECRET}'", "secret", "the same as `secret`", "of its own"),
        ("audience = ''", "audience", "is empty", "leave"),
        ("lifetime = '2h'", "lifetime", "out of range", "from 1m to 1h"),
        ("claims = { sub = '{user.id}' }", "claims.sub", "sets this claim itself", "remove"),
        ("claims = { id = '{user}' }", "claims.id", "nobody fills in", "{user.<member>}"),
        ("claims = { id = '{user.id' }", "claims.id", "brace", "{name}"),
        ("claims = 'x'", "claims", "must be a table", "name"),
    ] {
        let text = api(&format!("issued = {{ {issued} }} #!"));
        Mistake(&text, &format!("api[0].issued.{key}"), reason, fix).is_refused();
    }
    let text = api("issued = { algorithm = 'HS256', secret = 'twelve-bytes' } #!");
    Mistake(&text, "api[0].issued.secret", "short", "openssl").is_warned_about();
}

#[test]
fn clients() {
    let client = |keys: &str| api(&format!("client = {{ {keys} }} #!"));
    settings(&client("id = 'shop-api', secret = '${JWT_SECRET}'"));
    for (keys, key, reason, fix) in [
        ("secret = '${JWT_SECRET}'", "id", "is required", "shop-api"),
        ("id = '', secret = '${JWT_SECRET}'", "id", "is empty", "value"),
        ("id = 'shop api', secret = '${JWT_SECRET}'", "id", "not the id", "letters"),
        ("id = 'shop:api', secret = '${JWT_SECRET}'", "id", "not the id", "letters"),
        ("id = 'schön', secret = '${JWT_SECRET}'", "id", "not the id", "letters"),
        ("id = 'a'", "secret", "is required", "CLIENT_SECRET"),
        ("id = 'a', secret = '${SHORT}'", "secret", "too short: 7 bytes, at least 32", "openssl"),
        ("id = 'a', secret = '${EMPTY}'", "secret", "is empty", "openssl"),
        ("id = 'a', secret = 'thirty-two bytes with blanks in it'", "secret", "in a header", "openssl"),
        ("id = 'a', secret = '${SECRET}'", "secret", "the same as `secret`", "of its own"),
    ] {
        Mistake(&client(keys), &format!("api[0].client.{key}"), reason, fix).is_refused();
    }
}

#[test]
fn each_api_is_a_client_of_its_own() {
    let second = |client: &str| {
        let first = api("client = { id = 'one', secret = '${JWT_SECRET}' }");
        format!("{first}[[api]]\npath = '/b'\nurl = 'http://b'\ntoken = 'issued'\nclient = {client}\n")
    };
    let other = "another-0123456789abcdefghijklmnopqrstuvwxyz";
    settings(&second(&format!("{{ id = 'two', secret = '{other}' }}")));
    let text = second(&format!("{{ id = 'one', secret = '{other}' }} #!"));
    Mistake(&text, "api[1].client.id", "same id", "of its own").is_refused();
    let text = second("{ id = 'two', secret = '${JWT_SECRET}' } #!");
    Mistake(&text, "api[1].client.secret", "same secret", "of its own").is_refused();
    let issued = "issued = { algorithm = 'HS256', secret = '${JWT_SECRET}' }";
    let text = api(&format!("{issued}\nclient = {{ id = 'one', secret = '${{JWT_SECRET}}' }} #!"));
    Mistake(&text, "api[0].client.secret", "tokens are signed with", "another one").is_refused();
}

#[test]
fn only_issued_tokens_can_be_asked_about() {
    let client = "client = { id = 'a', secret = '${JWT_SECRET}' } #!";
    let text = format!("[[api]]\npath = '/api'\nurl = 'http://a'\ntoken = 'none'\n{client}\n");
    Mistake(&text, "api[0].client", "only with token = \"issued\"", "remove it").is_refused();
}

#[test]
fn the_shared_secret_is_compared_whole() {
    let other = format!("{SECRET}x");
    let text = api(&format!("issued = {{ algorithm = 'HS256', secret = '{other}' }}"));
    settings(&text);
}

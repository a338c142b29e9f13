//! One mistake at a time: `[sign_in]`.

use crate::support::{Mistake, api, sign_in};

#[test]
fn fields() {
    for (fields, key, reason, fix) in [
        ("[]", "", "empty list", "email"),
        ("['email', 'email']", "[1]", "twice", "remove"),
        ("['e mail']", "[0]", "not a field name", "label"),
        ("['csrfToken']", "[0]", "uses this name itself", "rename"),
        ("[{ label = 'E-mail' }]", "[0].name", "is required", "email"),
        ("[{ name = 'email', hidden = true }]", "[0].hidden", "unknown key", "`secret`"),
        ("[{ name = 'email', secret = 'yes' }]", "[0].secret", "true or false", "without quotes"),
        ("'email'", "", "must be a list", "brackets"),
    ] {
        let text = sign_in("form = { static = 'x' }", &format!("fields = {fields} #!"));
        let problems = super::support::load_text(&super::support::whole(&text)).unwrap_err();
        let key = format!("sign_in.credentials.fields{key}");
        let found = problems.iter().any(|one| {
            one.key == key && one.reason.contains(reason) && one.fix.contains(fix) && one.line == 9
        });
        assert!(found, "{key} {reason}\n{problems}");
    }
}

#[test]
fn the_login_request() {
    let login = |login: &str| format!("{}[sign_in.credentials]\nlogin = {{ {login} }} #!\n", api(""));
    for (text, key, reason, fix) in [
        ("request = '/api/login'", "request", "method and a path", "POST /api/login"),
        ("request = 'post /api/login'", "request", "method must be", "did you mean \"POST\"?"),
        ("request = 'POST http://a/login'", "request", "[[api]]", "POST /api/login"),
        ("request = 'POST api/login'", "request", "slash", "POST /api/login"),
        ("request = 'POST /a/../login'", "request", "dot segment", "POST /api/login"),
        ("request = 'POST /login/{password}'", "request", "secret value", "in the body"),
        ("request = 'POST /login/{emial}'", "request", "nobody fills in", "did you mean {email}?"),
        ("request = 'GET /login', body = {}", "request", "no body", "POST"),
        ("request = 'POST /l', body = {}, form = {}", "form", "not both", "remove one"),
        (
            "request = 'POST /l', body = { e = '{email}', p = '{password}', x = '{user}' }",
            "body.x",
            "nobody fills in",
            "{email}, {password}",
        ),
        ("request = 'POST /l', headers = { 'a b' = 'x' }", "headers.a b", "header name", "colon"),
        ("request = 'POST /l', headers = { a = \"x\\ny\" }", "headers.a", "no header", "line breaks"),
        ("request = 'POST /l', headers = { Host = 'x' }", "headers.Host", "transport", "remove"),
        (
            "request = 'POST /l', basic = { username = '{email}' }",
            "basic.password",
            "is required",
            "{password}",
        ),
        (
            "request = 'POST /l', basic = { username = 'shop:{email}', password = '{password}' }",
            "basic.username",
            "no colon",
            "`password`",
        ),
        (
            "request = 'POST /l', basic = { username = '{email}', password = '{pasword}' }",
            "basic.password",
            "nobody fills in",
            "did you mean {password}?",
        ),
        (
            "request = 'POST /l', headers = { Authorization = 'x' }, basic = { username = '{email}', password = '{password}' }",
            "basic",
            "`headers` too",
            "remove one",
        ),
        (
            "request = 'GET /l', basic = { username = '{email}', password = '{password}' }, body = {}",
            "request",
            "no body",
            "POST",
        ),
    ] {
        Mistake(&login(text), &format!("sign_in.credentials.login.{key}"), reason, fix).is_refused();
    }
    let unsent = sign_in("body = { mail = '{email}' }", "fields = ['email', 'password'] #!");
    Mistake(&unsent, "sign_in.credentials.fields", "`password` is asked for and never sent", "login.body")
        .is_refused();
    let none = format!("{}[sign_in.credentials] #!\n", api(""));
    Mistake(&none, "sign_in.credentials.login", "is required", "POST /api/login").is_refused();
}

#[test]
fn the_login_answer() {
    for (keys, key, reason, fix) in [
        ("user = 'user'", "user", "begins with a slash", "\"/user/id\""),
        ("user = 'access_token'", "user", "nothing says where", "access_token = \"/token\""),
        ("subject = 'id'", "subject", "begins with a slash", "\"/user/id\""),
        ("subject = []", "subject", "empty list", "/id"),
        ("subject = ['/tenant', 'id']", "subject", "begins with a slash", "\"/user/id\""),
        ("access_token = '/a~2b'", "access_token", "escape", "~0"),
        ("success = {}", "success", "no answer", "status"),
        ("success = { status = [] }", "success.status", "no answer", "2xx"),
        ("success = { status = [99] }", "success.status[0]", "not a status", "2xx"),
        ("success = { status = '404-400' }", "success.status", "not a status", "400-404"),
        ("locked = { where = { code = 1 } }", "locked.where.code", "slash", "/user/id"),
        ("refused = { stauts = [400] }", "refused.stauts", "unknown key", "did you mean `status`?"),
        ("success = { present = ['data'] }", "success.present[0]", "slash", "/user/id"),
        ("success = { present = '/data' }", "success.present", "must be a list", "brackets"),
        ("refused = { absent = [] }", "refused.absent", "empty list", "/data/login"),
        ("locked = { present = ['/a'], absent = ['/b', '/a'] }", "locked.absent", "never absent", "remove"),
    ] {
        let text = sign_in(keys, "").replace(" }\n", " } #!\n");
        Mistake(&text, &format!("sign_in.credentials.login.{key}"), reason, fix).is_refused();
    }
}

#[test]
fn the_api_behind_it() {
    let alone = "[sign_in.credentials] #!\nlogin = { request = 'POST /l' }";
    Mistake(alone, "sign_in.credentials", "no API", "[[api]]").is_refused();
    let text = sign_in("user = '/user'", "api = '/v2' #!");
    Mistake(&text, "sign_in.credentials.api", "no [[api]] has this path", "\"/api\"").is_refused();
    let text = sign_in("user = '/user'", "").replace("'issued'", "'api'").replace(" }\n", " } #!\n");
    Mistake(&text, "sign_in.credentials.login.access_token", "token = \"api\"", "/token").is_refused();
}

#[test]
fn cookies_have_names_of_their_own() {
    let text =
        sign_in("user = '/user'", "").replace("token = 'issued'", "token = 'cookie'\nheader = 'x-a' #!");
    Mistake(&text, "api[0].header", "under their own names", "`token`").is_refused();
}

#[test]
fn the_refresh_request() {
    let refresh = |refresh: &str| sign_in("user = '/user'", &format!("refresh = {{ {refresh} }} #!"));
    for (text, key, reason, fix) in [
        ("body = {}", ".request", "is required", "POST /api/refresh"),
        (
            "request = 'POST /r', body = { t = '{refresh_token}' }",
            "",
            "does not say where",
            "`refresh_token`",
        ),
        ("request = 'GET /r/{access_token}'", ".request", "secret value", "body"),
        ("request = 'POST /r', expires_in = '/a', expires_at = '/b'", ".expires_at", "one place", "remove"),
        ("request = 'POST /r', access_token = 'token'", ".access_token", "JSON Pointer", "/user/id"),
        ("request = 'POST /r', refused = {}", ".refused", "covers no answer", "remove"),
    ] {
        Mistake(&refresh(text), &format!("sign_in.credentials.refresh{key}"), reason, fix).is_refused();
    }
}

#[test]
fn the_logout_request() {
    let logout = |logout: &str| sign_in("user = '/user'", &format!("logout = {{ {logout} }} #!"));
    for (text, key, reason, fix) in [
        (
            "request = 'POST /out', body = { t = '{refresh_token}' }",
            "",
            "does not say where",
            "`refresh_token`",
        ),
        ("request = 'POST /out', body = { t = '{mail}' }", ".body.t", "nobody fills in", "{sub}"),
        ("request = 'DELETE /out/{access_token}'", ".request", "secret value", "body"),
        ("body = {}", ".request", "is required", "POST /api/logout"),
    ] {
        Mistake(&logout(text), &format!("sign_in.credentials.logout{key}"), reason, fix).is_refused();
    }
}

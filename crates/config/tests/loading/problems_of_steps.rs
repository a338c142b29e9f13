//! One mistake at a time: what comes before and after the login itself.

use crate::support::{Mistake, api, sign_in};

#[test]
fn the_request_before_the_login() {
    const SENT: &str = "headers = { x = '{csrf}' }";
    for (login, prepare, key, reason, fix) in [
        (SENT, "values = { csrf = '/a' }", ".request", "is required", "GET /api/csrf-token"),
        (
            SENT,
            "request = 'GET /c', values = { csrf = 'a' }",
            ".values.csrf",
            "begins with a slash",
            "cookie:NAME",
        ),
        (
            SENT,
            "request = 'GET /c', values = { csrf = 'cookie:a b' }",
            ".values.csrf",
            "cookie name",
            "XSRF-TOKEN",
        ),
        (SENT, "request = 'GET /c', values = { csrf = 'header:' }", ".values.csrf", "header name", "colon"),
        (SENT, "request = 'GET /c', values = { csrf = 1 }", ".values.csrf", "must be a text", "quotes"),
        (
            SENT,
            "request = 'GET /c', values = { csrf = '/a', email = '/b' }",
            ".values.email",
            "this name",
            "another",
        ),
        (
            SENT,
            "request = 'GET /c', values = { csrf = '/a', sub = '/b' }",
            ".values.sub",
            "this name",
            "another",
        ),
        (
            SENT,
            "request = 'GET /c', values = { csrf = '/a', 'a b' = '/b' }",
            ".values.a b",
            "not a name",
            "letters",
        ),
        (SENT, "request = 'GET /c', values = { csrf = '/a', x = '/b' }", ".values.x", "never sent", "{x}"),
        (
            SENT,
            "request = 'GET /{email}', values = { csrf = '/a' }",
            ".request",
            "nobody fills in",
            "remove it",
        ),
        (SENT, "request = 'GET /c', values = { csrf = '/a' }, user = ''", ".user", "unknown key", "`values`"),
    ] {
        let text = sign_in(login, &format!("prepare = {{ {prepare} }} #!"));
        Mistake(&text, &format!("sign_in.credentials.prepare{key}"), reason, fix).is_refused();
    }
    let prepare = "prepare = { request = 'GET /c', values = { csrf = '/a' } }";
    for (keys, key, reason, fix) in [
        ("logout = { request = 'POST /out?_csrf={csrf}' } #!", "logout.request", "secret value", "header"),
        (
            "logout = { request = 'POST /out', headers = { x = '{crsf}' } } #!",
            "logout.headers.x",
            "nobody",
            "{csrf}",
        ),
    ] {
        let text = sign_in(
            "body = { email = '{email}', password = '{password}', c = '{csrf}' }",
            &format!("{prepare}\n{keys}"),
        );
        Mistake(&text, &format!("sign_in.credentials.{key}"), reason, fix).is_refused();
    }
}

#[test]
fn the_second_step() {
    const WHEN: &str = "when = { where = { '/otp' = true } }";
    const REQUEST: &str = "request = 'POST /otp'";
    for (step, key, reason, fix) in [
        (REQUEST, ".when", "is required", "when = {"),
        (&format!("{REQUEST}, when = {{}}"), ".when", "covers no answer", "remove"),
        (&format!("{REQUEST}, when = {{ absent = ['/token'] }}"), ".when", "every refusal", "`status`"),
        (&format!("{REQUEST}, when = {{ status = '2xx' }}"), ".when", "every success", "when = {"),
        (&format!("{REQUEST}, when = {{ status = [100, '200-404'] }}"), ".when", "every success", "when = {"),
        (WHEN, ".request", "is required", "POST /api/login/otp"),
        (&format!("{WHEN}, {REQUEST}, fields = []"), ".fields", "empty list", "code"),
        (&format!("{WHEN}, {REQUEST}, fields = ['email']"), ".fields", "first form", "another name"),
        (&format!("{WHEN}, {REQUEST}, fields = ['a b']"), ".fields[0]", "not a field name", "label"),
        (
            &format!("{WHEN}, {REQUEST}, body = {{ x = 1 }}"),
            ".fields",
            "`code` is asked for and never sent",
            "`body`",
        ),
        (
            &format!("{WHEN}, {REQUEST}, values = {{ code = '/c' }}"),
            ".values.code",
            "this name",
            "another name",
        ),
        (
            &format!("{WHEN}, {REQUEST}, values = {{ csrf = '/c' }}"),
            ".values.csrf",
            "this name",
            "another name",
        ),
        (
            &format!("{WHEN}, {REQUEST}, values = {{ c = '/c' }}, body = {{ code = '{{code}}' }}"),
            ".values.c",
            "never sent",
            "{c}",
        ),
        (&format!("{WHEN}, request = 'POST /otp/{{code}}'"), ".request", "secret value", "body"),
        (
            &format!("{WHEN}, request = 'POST /otp/{{c}}', values = {{ c = '/c' }}"),
            ".request",
            "secret value",
            "body",
        ),
        (
            &format!("{WHEN}, {REQUEST}, headers = {{ x = '{{password}}' }}"),
            ".headers.x",
            "nobody fills in",
            "{code}",
        ),
        (&format!("{WHEN}, {REQUEST}, user = 'u'"), ".user", "slash", "/user/id"),
        (
            &format!("{WHEN}, {REQUEST}, expires_in = '/a', expires_at = '/b'"),
            ".expires_at",
            "one place",
            "remove",
        ),
        (&format!("{WHEN}, {REQUEST}, profile = {{}}"), ".profile", "unknown key", "Known here"),
    ] {
        let keys = format!(
            "prepare = {{ request = 'GET /c', values = {{ csrf = '/t' }} }}\nsecond_step = {{ {step} }} #!"
        );
        let text = sign_in("headers = { x = '{csrf}' }", &keys);
        Mistake(&text, &format!("sign_in.credentials.second_step{key}"), reason, fix).is_refused();
    }
}

#[test]
fn the_profile() {
    let with = |profile: &str| {
        let text = sign_in("access_token = '/token'", &format!("profile = {{ {profile} }} #!"));
        text.replace("'issued'", "'api'")
    };
    for (profile, key, reason, fix) in [
        ("user = '/me'", ".request", "is required", "GET /api/me"),
        ("request = 'GET /me', user = 'access_token'", ".user", "nobody needs to be asked", "`login`"),
        ("request = 'GET /me/{password}'", ".request", "nobody fills in", "{access_token}"),
        ("request = 'GET /me?t={access_token}'", ".request", "secret", "body"),
        (
            "request = 'GET /me', headers = { x = '{refresh_token}' }",
            "",
            "does not say where",
            "`refresh_token`",
        ),
        ("request = 'GET /me', refused = {}", ".refused", "covers no answer", "remove"),
        ("request = 'GET /me', success = {}", ".success", "unknown key", "`refused`"),
    ] {
        Mistake(&with(profile), &format!("sign_in.credentials.profile{key}"), reason, fix).is_refused();
    }
    for key in ["user", "subject", "name", "email", "image"] {
        let text = sign_in(&format!("{key} = '/x'"), "profile = { request = 'GET /api/me' }");
        let text = text.replace(" }\n", " } #!\n").replace("me' } #!", "me' }");
        let key = format!("sign_in.credentials.login.{key}");
        Mistake(&text, &key, "nobody looks here", "move it to `profile`").is_warned_about();
    }
    let redirect = sign_in("success = { status = [302, 303] }", "").replace(" }\n", " } #!\n");
    Mistake(&redirect, "sign_in.credentials.login", "does not say who", "profile = {").is_refused();
}

#[test]
fn the_hook_has_no_steps() {
    let hook = |keys: &str| format!("{}[sign_in.account]\nrequest = 'POST /hook'\n{keys}", api(""));
    for key in ["profile", "prepare", "second_step", "basic"] {
        let text = hook(&format!(
            "{key} = {{ request = 'GET /x' }} #!\n[sign_in.google]\nclient_id = 'a'\nclient_secret = 'b'"
        ));
        Mistake(&text, &format!("sign_in.account.{key}"), "unknown key", "remove it").is_refused();
    }
}

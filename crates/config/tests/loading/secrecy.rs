//! Secrets never stand in a message, however the configuration is wrong.

use crate::support::{environment, load_text, whole};

fn shown(text: &str) -> String {
    match load_text(text) {
        Ok(loaded) => loaded.warnings.iter().map(|one| format!("{one}\n{one:?}\n")).collect(),
        Err(problems) => format!("{problems}\n{problems:?}"),
    }
}

#[test]
fn secrets_written_into_the_file_are_not_shown() {
    for text in [
        "secret = 'hunter2'",
        "secret = ['${SECRET}', 'hunter2']",
        "secret = [\n  '${SECRET}',\n  'hunter2',\n]",
        "secret = '''\nhunter2\n'''",
        "secret = '${NOBODY:-hunter2}'",
        "secret = { value = 'hunter2' }",
        "sercet = 'hunter2'",
        "client_secret = 'hunter2'",
        "secret = 'hunter2' 'x'",
        "secret = \"hunter2",
        "secret = hunter2",
        "secret = [\n 'a',\n hunter2",
        "[app]\nurl = 'http://me:hunter2@app'",
        "[store]\nurl = 'postgres://me:hunter2@'",
        "[store]\nurl = 'postgres://me:hun/hunter2@db/x'",
        "[store]\nurl = 'valkey://:hunter2 @db'",
        "[app]\nurl = 'http://a'\n[app.next_auth]\nversion = 'x'\nsecret = 'hunter2'",
        "[app]\nurl = 'http://a'\n[app.next_auth]\nsecret = ['hunter2', '']",
        "[app]\nurl = 'http://a'\n[app.next_auth]\nmove_in = { secret = 'hunter2' }",
        "[app]\nurl = 'http://a'\n[app.next_auth]\nsercet = 'hunter2'",
        "[app]\nurl = 'http://a'\n[app.next_auth]\nhook = { headers = { x-any = 'hunter2 {' } }",
        "[sign_in.google]\nclient_secret = 'hunter2'",
        "[[api]]\npath = '/api'\nurl = 'http://a'\ntoken = 'issued'\nissued = { algorithm = 'x', secret = 'hunter2' }",
        "[[api]]\npath = '/api'\nurl = 'http://a'\ntoken = 'issued'\nissued = { algorithm = 'HS256', secret = 'hunter2' }",
        "[[api]]\npath = '/api'\nurl = 'http://a'\ntoken = 'issued'\nissued = { algorithm = 'HS256', secret = 'hunter2-' }",
        "[[api]]\npath = '/api'\nurl = 'http://a'\ntoken = 'issued'\nclient = { id = 'a', secret = 'hunter2' }",
        "[[api]]\npath = '/api'\nurl = 'http://a'\ntoken = 'issued'\n[api.client]\nid = 'a'\nsecret = 'hunter2'",
        "[sign_in.credentials]\nlogin = { request = 'x', headers = { x-any = 'hunter2' } }",
        "[sign_in.credentials]\nlogin = { request = 'x', headers = { x-any = '{hunter2}' } }",
        "[sign_in.credentials]\nlogin = { request = 'x', body = { token = 'hunter2' } }",
        "[sign_in.credentials]\nlogin = { request = 'x', form = { api_key = 'hunter2' } }",
        "[sign_in.google]\nclient_id = ''\nclient_sercet = 'hunter2'",
        "[sign_in.google]\nclient_id = 'a'\nsecret = 'hunter2'",
        "[sign_in.google]\nclient_id = 'a'\nclient_secret = 'hunter2'\nclient_authentication = 'none'",
        "[sign_in.google]\nclient_id = 'a'\nclient_secret = ['hunter2']",
        "[sign_in.gogle]\nclient_secret = 'hunter2'",
        "sign_in = { gogle = { client_sercet = 'hunter2' } }",
        "sign_in = { google = { client_id = '', client_secret = 'hunter2' } }",
        "sign_in = { google = 'hunter2-token' }\n[api]\npath = 'hunter'",
        "[sign_in.apple]\nclient_secret = 'hunter2'\nprivate_key = 'hunter2'",
        "[sign_in.apple]\nprivate_key = \"\"\"\n-----BEGIN EC PRIVATE KEY-----\nhunter2\n\"\"\"",
        "[sign_in.my]\ntype = 'oidc'\nissuer = 'https://me:hunter2@id.example'",
        "[sign_in.my]\ntype = 'oauth2'\ntoken_endpoint = 'http://id.example?client_secret=hunter2'",
        "[sign_in.google]\nparameters = { state = 'x', api_key = 'hunter2' }",
        "[sign_in.account]\nrequest = 'x'\nbody = { token = 'hunter2' }",
        "[sign_in.account]\nrequest = 'x'\nheaders = { x-any = 'hunter2', 'a b' = '' }",
    ] {
        let messages = shown(&whole(text));
        assert!(!messages.is_empty(), "{text}");
        assert!(!messages.contains("hunter2"), "{text}\n{messages}");
    }
}

#[test]
fn values_from_the_environment_are_not_shown() {
    for text in [
        "secret = '${SHORT}'",
        "public_url = '${SHORT}'",
        "csrf = '${SHORT}'",
        "[app]\nurl = '${SHORT}'\nbase_path = '${SHORT}'\ntoken_of = '${SHORT}'",
        "[pages]\nprotected = ['${SHORT}']\nsign_in = '${SHORT}'",
        "[limits]\nhead = '${SHORT}'\nheaders = '${SHORT}'\nhead_timeout = '${SHORT}'",
        "[store]\nurl = '${SHORT}'",
        "[[api]]\npath = '${SHORT}'\nurl = '${SHORT}'\ntoken = '${SHORT}'\nheader = '${SHORT} x'\npublic = ['${SHORT}']",
        "[sign_in.credentials]\napi = '${SHORT}'\nfields = ['${SHORT} x']\nlogin = { request = '${SHORT}', user = '${SHORT}' }",
        "[sign_in.google]\nclient_id = '${SHORT}'\nclient_secret = '${SHORT}'\nclient_authentication = '${SHORT}'\n\
         scopes = ['${SHORT} x']\nhosts = ['${SHORT}/']\nallowed_parameters = ['${SHORT} ']\nuser_info = '${SHORT}'",
        "[sign_in.entra]\ntenant = '${SHORT}'\nparameters = { scope = '${SHORT}' }\nprofile = { name = '${SHORT}' }",
        "[sign_in.my]\ntype = 'oauth2'\ntoken_endpoint = '${SHORT}'\nprivate_key = '${SHORT}'\nkey_algorithm = '${SHORT}'",
        "[sign_in.my]\npreset = '${SHORT}'",
        "[sign_in.account]\napi = '${SHORT}'\nrequest = '${SHORT}'\nuser = '${SHORT}'",
        "[[api]]\npath = '/a'\nurl = 'http://a'\ntoken = 'provider'\nprovider = '${SHORT}'\nresource = '${SHORT}'",
    ] {
        let messages = shown(&whole(text));
        assert!(!messages.is_empty(), "{text}");
        assert!(!messages.contains(&environment("SHORT").unwrap()), "{text}\n{messages}");
    }
}

#[test]
fn a_line_that_only_says_where_the_secret_is_may_be_shown() {
    assert!(shown(&whole("secret = '${SHORT}'")).contains("secret = '${SHORT}'"));
}

/// Names of presets and of keys that only sound like secrets do not keep a line from being shown.
#[test]
fn lines_without_secrets_are_shown() {
    for (section, line) in [
        ("auth0", "domain = 'https://x'"),
        ("keycloak", "issuer = 'id.example'"),
        ("okta", "authorization_server = '/'"),
        ("google", "client_authentication = 'jwt'"),
        ("google", "client_id = ' '"),
        ("google", "token_endpoint = 'https://a.example'"),
        ("google", "key_algorithm = 'none'"),
    ] {
        let text = whole(&format!("[sign_in.{section}]\n{line}\n"));
        assert!(shown(&text).contains(&format!("| {line}\n")), "{}", shown(&text));
    }
}

#[test]
fn loaded_settings_do_not_show_secrets_either() {
    let text = "[[api]]\npath = '/api'\nurl = 'http://a'\ntoken = 'issued'\n\
                issued = { algorithm = 'HS256', secret = '${JWT_SECRET}' }";
    let providers = "\n[sign_in.google]\nclient_id = 'a'\nclient_secret = 'hunter2'\n[sign_in.my]\ntype = 'oidc'\n\
                     client_id = 'a'\nissuer = 'https://id.example'\nprivate_key = '${PRIVATE_KEY}'\n";
    let login = "\n[sign_in.credentials]\nlogin = { request = 'POST /l', form = { u = '{email}', p = '{password}' },\
                 basic = { username = 'shop', password = 'hunter2' }, headers = { x-key = 'hunter2 {email}' } }\n\
                 logout = { request = 'POST /o', body = { key = 'hunter2' } }\n";
    let loaded = load_text(&whole(&format!("{text}{login}{providers}"))).unwrap();
    let debug = format!("{loaded:?}");
    assert!(!debug.contains("hunter2") && !debug.contains("MIGHAgEA"), "{debug}");
    for name in ["SECRET", "JWT_SECRET"] {
        assert!(!debug.contains(&environment(name).unwrap()), "{debug}");
    }
}

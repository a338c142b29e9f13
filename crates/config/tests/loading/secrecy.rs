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
        "[store]\nurl = 'postgres://me:hunter2@db/x'",
        "[sign_in.google]\nclient_secret = 'hunter2'",
        "[[api]]\npath = '/api'\nurl = 'http://a'\ntoken = 'issued'\nissued = { algorithm = 'x', secret = 'hunter2' }",
        "[[api]]\npath = '/api'\nurl = 'http://a'\ntoken = 'issued'\nissued = { algorithm = 'HS256', secret = 'hunter2' }",
        "[[api]]\npath = '/api'\nurl = 'http://a'\ntoken = 'issued'\nissued = { algorithm = 'HS256', secret = 'hunter2-' }",
        "[sign_in.credentials]\nlogin = { request = 'x', headers = { x-any = 'hunter2' } }",
        "[sign_in.credentials]\nlogin = { request = 'x', headers = { x-any = '{hunter2}' } }",
        "[sign_in.credentials]\nlogin = { request = 'x', body = { token = 'hunter2' } }",
        "[sign_in.credentials]\nlogin = { request = 'x', form = { api_key = 'hunter2' } }",
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

#[test]
fn loaded_settings_do_not_show_secrets_either() {
    let text = "[[api]]\npath = '/api'\nurl = 'http://a'\ntoken = 'issued'\n\
                issued = { algorithm = 'HS256', secret = '${JWT_SECRET}' }";
    let loaded = load_text(&whole(text)).unwrap();
    let debug = format!("{loaded:?}");
    for name in ["SECRET", "JWT_SECRET"] {
        assert!(!debug.contains(&environment(name).unwrap()), "{debug}");
    }
}

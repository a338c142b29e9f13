//! One mistake at a time: pages and their rules.

use crate::support::{Mistake, all_refused, api};

#[test]
fn patterns() {
    all_refused(&[
        Mistake("[pages]\nprotected = ['dashboard'] #!", "pages.protected[0]", "slash", "/dashboard/**"),
        Mistake("[pages]\nprotected = ['/a*'] #!", "pages.protected[0]", "whole segment", "/a/**"),
        Mistake("[pages]\nprotected = ['/a/**/b'] #!", "pages.protected[0]", "at the end", "/users/*/posts"),
        Mistake("[pages]\nprotected = ['/a/../b'] #!", "pages.protected[0]", "canonical", "decoding"),
        Mistake("[pages]\nprotected = ['GET /a'] #!", "pages.protected[0]", "only a path", "methods"),
        Mistake("[pages]\nprotected = ['/a',\n'/a'] #!", "pages.protected[1]", "twice", "remove"),
        Mistake("[pages]\npublic = ['/a']\nprotected = ['/a'] #!", "pages.protected[0]", "both", "keep one"),
        Mistake("[pages]\nopen = ['/a']#!\nprotected = ['/a']", "pages.open[0]", "is protected", "keep one"),
        Mistake("[pages]\ndefault = 'protected'\nopen = ['/a']#!", "pages.open[0]", "`default`", "`public`"),
        Mistake("[pages]\nprotected = '/a' #!", "pages.protected", "must be a list", "brackets"),
        Mistake("[pages]\ndefault = 'closed' #!", "pages.default", "\"open\", \"protected\"", "write one of"),
    ]);
}

#[test]
fn rules() {
    let rule = |line: &str| format!("[[pages.rule]]\npath = '/admin/**'\n{line} #!\n");
    for (line, key, reason, fix) in [
        ("methods = ['GTE']", "methods[0]", "method must be", "did you mean \"GET\"?"),
        ("methods = []", "methods", "no method", "leave it out"),
        ("access = 'sesion'", "access", "must be", "did you mean \"session\"?"),
        ("access = 'open'\nrequire = { role = 'a' }", "require", "open path", "session"),
        ("require = {}", "require", "requires nothing", "role"),
        ("require = { role = [] }", "require.role", "nobody could pass", "list"),
        ("require = { 'user.' = 1 }", "require.user.", "not a claim", "role"),
        ("require = 'admin'", "require", "must be a table", "name"),
    ] {
        Mistake(&rule(line), &format!("pages.rule[0].{key}"), reason, fix).is_refused();
    }
    Mistake("[pages.rule] #!\npath = '/x'", "pages.rule", "list of tables", "[[pages.rule]]").is_refused();
}

#[test]
fn rules_that_would_protect_nothing() {
    let app = "[app]\nurl = 'http://a'\nbase_path = '/shop'\nlocales = ['en']\n";
    for (pattern, reason, fix) in [
        ("/shop/account", "app.base_path", "leave out \"/shop\""),
        ("/EN/account", "without locale", "leave out \"/EN\""),
    ] {
        let text = format!("{app}[pages]\nprotected = ['{pattern}'] #!\n");
        Mistake(&text, "pages.protected[0]", reason, fix).is_refused();
    }
    let text = format!("[pages]\nprotected = ['/api/admin/**'] #!\n{}", api("app = ['/api/revalidate']"));
    Mistake(&text, "pages.protected[0]", "an [[api]] serves this path", "[[api.rule]]").is_refused();
}

#[test]
fn own_pages() {
    all_refused(&[
        Mistake(
            "[pages]\nsign_in = 'https://x.example/login' #!",
            "pages.sign_in",
            "page of this site",
            "/login",
        ),
        Mistake("[pages]\nsign_in = '//evil.example' #!", "pages.sign_in", "page of this site", "/login"),
        Mistake("[pages]\nsign_in = '/a/../b' #!", "pages.sign_in", "dot segment", "/login"),
        Mistake(
            "[pages]\nverify_request = '/sent' #!\nprotected = ['/sent']",
            "pages.verify_request",
            "for ever",
            "remove",
        ),
        Mistake("[pages]\nerror = '/login?a b' #!", "pages.error", "query", "percent-encode"),
        Mistake("[pages]\nsign_in = '/api/auth/signin' #!", "pages.sign_in", "own endpoints", "built-in"),
        Mistake(
            "[pages]\nsign_in = '/login' #!\nprotected = ['/login']",
            "pages.sign_in",
            "for ever",
            "remove",
        ),
        Mistake(
            "[pages]\nerror = '/oops' #!\n[[pages.rule]]\npath = '/oops'",
            "pages.error",
            "pages.rule[0]",
            "has to be open",
        ),
    ]);
    let text = format!("[pages]\nsign_out = '/api/bye' #!\n{}", api(""));
    Mistake(&text, "pages.sign_out", "not the app", "`app`").is_refused();
}

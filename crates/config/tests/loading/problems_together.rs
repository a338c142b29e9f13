//! Many problems at once, texts that are no TOML, and how it all looks.

use crate::support::load_text;

const BROKEN: &str = "\
public_url = 'shop'
secret = '${NOBODY}'
colour = 'red'

[app]
url = 'localhost:3000'
timeout = 'soon'

[pages]
protected = ['dashboard', '/ok/**', '/a*']

[[api]]
path = '/api/'
url = 'http://127.0.0.1:4000'
token = 'biscuit'
public = ['FETCH /x']
issued = { lifetime = '2d' }

[sign_in.credentials]
api = '/nothing'
login = { user = 'user', success = { status = 'ok' } }

[session]
idle_timeout = '60d'
[store]
url = 'postgres:db'
";

#[test]
fn all_problems_are_reported_together_in_the_order_of_the_file() {
    let problems = load_text(BROKEN).map(|loaded| loaded.warnings).unwrap_err();
    let found: Vec<_> = problems.iter().map(|problem| (problem.line, problem.key.as_str())).collect();
    assert_eq!(
        found,
        [
            (1, "public_url"),
            (2, "secret"),
            (3, "colour"),
            (6, "app.url"),
            (7, "app.timeout"),
            (10, "pages.protected[0]"),
            (10, "pages.protected[2]"),
            (13, "api[0].path"),
            (15, "api[0].token"),
            (16, "api[0].public[0]"),
            (17, "api[0].issued.lifetime"),
            (20, "sign_in.credentials.api"),
            (21, "sign_in.credentials.login.request"),
            (21, "sign_in.credentials.login.user"),
            (21, "sign_in.credentials.login.success.status"),
            (24, "session.idle_timeout"),
            (26, "store.url"),
        ]
    );
    assert!(problems.iter().all(|problem| !problem.fix.is_empty()));
    assert!(problems.to_string().ends_with("shop.toml: 17 errors"), "{problems}");
}

#[test]
fn a_problem_shows_its_line_and_points_at_the_value() {
    let text = "public_url = 'http://localhost'\nsecret = '${SECRET}'\n[app]\n\turl = 'http://ä/x' # here\n";
    let problems = load_text(text).map(|loaded| loaded.warnings).unwrap_err();
    let shown = problems.to_string();
    let expected = "\
error: shop.toml:4: app.url: has a path, query, fragment or user information
  |
4 | \turl = 'http://ä/x' # here
  | \t      ^^^^^^^^^^^^
  = fix: write only http://host:port; requests keep their own path

shop.toml: 1 error";
    assert_eq!(shown, expected);
}

#[test]
fn warnings_come_along_with_errors() {
    let text =
        "public_url = 'http://localhost'\nsecret = 's'\n[app]\nurl = 'http://a'\n[store]\nurl = 'memory:'\n";
    let problems = load_text(text).map(|loaded| loaded.warnings).unwrap_err();
    assert!(problems.to_string().ends_with("shop.toml: 1 error, 1 warning"), "{problems}");
}

#[test]
fn what_is_no_toml_has_a_line_and_a_hint() {
    for (text, line, fix) in [
        ("a = 1\nb = abc\n", 2, "double quotes"),
        ("a = 1\na = 2\n", 2, "twice"),
        ("[app]\n[app]\n", 2, "twice"),
        ("a = \"x\nb = 1\n", 1, "double quote"),
        ("[app\nurl = 1\n", 1, "`]`"),
        ("a: 1\n", 1, "key = value"),
        ("a = True\n", 1, "true or false"),
        ("a = \"C:\\qx\"\n", 1, "backslash"),
        ("a = 'x' 'y'\n", 1, "per line"),
        ("a = { b = 1\n", 1, "bracket or brace"),
        ("a = [1,\n2\n", 2, "bracket or brace"),
    ] {
        let problems = load_text(text).map(|loaded| loaded.warnings).unwrap_err();
        let first = problems.iter().next().unwrap();
        assert_eq!((first.line, first.key.as_str()), (line, ""), "{text}\n{problems}");
        assert!(first.fix.contains(fix), "{text}\n{problems}");
        assert!(first.reason.starts_with("not valid TOML: "), "{problems}");
    }
}

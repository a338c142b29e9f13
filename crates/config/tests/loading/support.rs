//! What all these tests need.

use std::path::Path;

use crossgate_config::{ConfigSource, Loaded, Problem, Problems, Severity, load};
use crossgate_core::settings::Settings;

pub(crate) const SECRET: &str = "0123456789abcdefghijklmnopqrstuvwxyz";

pub(crate) const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMIGHAgEA\n-----END PRIVATE KEY-----\n";

pub(crate) fn environment(name: &str) -> Option<String> {
    match name {
        "SECRET" => Some(SECRET.to_owned()),
        "SHORT" => Some("zyxwvut".to_owned()),
        "JWT_SECRET" => Some("jwt-0123456789abcdefghijklmnopqrstuvwxyz".to_owned()),
        "PRIVATE_KEY" => Some(KEY.to_owned()),
        "KEY_ON_ONE_LINE" => Some(KEY.replace('\n', "\\n")),
        "EMPTY" => Some(String::new()),
        _ => None,
    }
}

pub(crate) fn load_text(text: &str) -> Result<Loaded, Problems> {
    load(&ConfigSource { name: "shop.toml", text, directory: Path::new("/etc/shop") }, &environment)
}

/// The part of a file that a test is about, with the necessary rest around it.
pub(crate) fn whole(part: &str) -> String {
    let mut text = String::new();
    for (key, line) in
        [("public_url", "public_url = 'http://localhost:8080'\n"), ("secret", "secret = '${SECRET}'\n")]
    {
        let mut top = part.lines().take_while(|line| !line.starts_with('['));
        if !top.any(|own| own.split('=').next().unwrap().trim() == key) {
            text.push_str(line);
        }
    }
    text.push_str(part);
    if !part.contains("[app]") {
        text.push_str("\n[app]\nurl = 'http://127.0.0.1:3000'\n");
    }
    text
}

pub(crate) fn settings(part: &str) -> Settings {
    load_text(&whole(part)).unwrap_or_else(|problems| panic!("{problems}")).settings
}

/// An API with `token = "issued"`, which needs no sign-in, and more keys.
pub(crate) fn api(keys: &str) -> String {
    format!("[[api]]\npath = '/api'\nurl = 'http://127.0.0.1:4000'\ntoken = 'issued'\n{keys}\n")
}

/// Sign-in with credentials and more keys, and the API that it needs.
pub(crate) fn sign_in(login: &str, keys: &str) -> String {
    let login = format!("login = {{ request = 'POST /api/login', {login} }}");
    format!("{}[sign_in.credentials]\n{keys}\n{login}\n", api(""))
}

/// A mistake: a part of a file with `#!` in the line that is to blame (or none for the file's top), and the key,
/// a part of the reason and a part of the fix that the problem must have.
pub(crate) struct Mistake<'a>(pub(crate) &'a str, pub(crate) &'a str, pub(crate) &'a str, pub(crate) &'a str);

impl Mistake<'_> {
    pub(crate) fn is_refused(&self) {
        let text = whole(self.0);
        let problems = load_text(&text).map(|loaded| loaded.settings).expect_err(&text);
        let errors: Vec<_> = problems.iter().filter(|one| one.severity == Severity::Error).collect();
        assert_eq!(errors.len(), 1, "{text}\n{problems}");
        self.assert_matches(errors[0], &text);
    }

    pub(crate) fn is_warned_about(&self) {
        let text = whole(self.0);
        let warnings = load_text(&text).unwrap_or_else(|problems| panic!("{problems}")).warnings;
        let found = warnings.iter().find(|one| one.key == self.1);
        self.assert_matches(found.unwrap_or_else(|| panic!("{text}\n{warnings:?}")), &text);
    }

    fn assert_matches(&self, problem: &Problem, text: &str) {
        let Self(_, key, reason, fix) = self;
        let line = text.lines().position(|line| line.contains("#!")).map_or(1, |index| index + 1);
        assert_eq!((problem.line, problem.key.as_str()), (line, *key), "{text}\n{problem}");
        assert!(problem.reason.contains(reason), "reason without `{reason}`:\n{problem}");
        assert!(problem.fix.contains(fix), "fix without `{fix}`:\n{problem}");
        let shown = problem.to_string();
        assert!(shown.contains(&format!("shop.toml:{line}: {key}: ")), "{shown}");
        assert!(shown.contains(&problem.reason) && shown.contains(&problem.fix), "{shown}");
    }
}

pub(crate) fn all_refused(mistakes: &[Mistake<'_>]) {
    mistakes.iter().for_each(Mistake::is_refused);
}

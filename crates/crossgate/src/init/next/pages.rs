//! Pages and route handlers, by the names of their files; and which pages ask who somebody is.

use std::collections::BTreeSet;

use super::configuration::texts;
use super::scripts_with;
use crate::init::finding::{Found, Place};
use crate::init::package::{Package, SourceFile, is_source};
use crate::init::plain::is_path_part;
use crate::init::script::Script;

/// The pages of an app.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    pub(crate) has_app_router: bool,
    pub(crate) has_pages_router: bool,
    /// Patterns of all pages.
    pub(crate) all: BTreeSet<String>,
    /// Route handlers, as patterns, next-auth's own left aside.
    pub(crate) handlers: Vec<(String, Place)>,
    /// A page on which people sign in.
    pub(crate) sign_in: Option<Found<String>>,
    /// Patterns of the middleware that asks for a session.
    pub(crate) protected: Vec<(String, Place)>,
    /// A matcher that could not be read as patterns.
    pub(crate) odd_matcher: Option<Place>,
    /// Pages whose source asks for a session.
    pub(crate) personal: Vec<(String, Place)>,
}

/// What a page says that is for people with a session.
const ASKING: [&str; 6] =
    ["getServerSession", "getSession(", "required: true", "unstable_getServerSession", "auth()", "withAuth"];
const SIGN_IN_NAMES: [&str; 8] = [
    "/login",
    "/signin",
    "/sign-in",
    "/log-in",
    "/auth/login",
    "/auth/signin",
    "/auth/sign-in",
    "/account/login",
];

/// What a file below `app/` or `pages/` is.
enum Kind {
    Page(String),
    Handler(String),
}

pub(super) fn read(package: &Package) -> Pages {
    let mut pages = Pages::default();
    for file in package.sources() {
        let path = file.path.strip_prefix("src/").unwrap_or(&file.path);
        pages.has_app_router |= path.starts_with("app/");
        pages.has_pages_router |= path.starts_with("pages/");
        let place = Place { file: package.show(&file.path), line: 1 };
        match kind(path) {
            Some(Kind::Page(pattern)) => pages.add_page(pattern, file, place),
            Some(Kind::Handler(pattern)) if !file.path.contains("[...nextauth]") => {
                pages.handlers.push((pattern, place))
            }
            _ => {}
        }
    }
    read_middleware(package, &mut pages);
    pages
}

impl Pages {
    fn add_page(&mut self, pattern: String, file: &SourceFile, place: Place) {
        let is_sign_in = SIGN_IN_NAMES.contains(&pattern.as_str());
        if is_sign_in {
            self.sign_in.get_or_insert_with(|| Found::at(pattern.clone(), place.clone()));
        } else if pattern != "/" && ASKING.iter().any(|word| file.text.contains(word)) {
            self.personal.push((pattern.clone(), place));
        }
        self.all.insert(pattern);
    }
}

fn kind(path: &str) -> Option<Kind> {
    if let Some(below) = path.strip_prefix("app/").or_else(|| (!path.contains('/')).then_some(path)) {
        let (folder, name) = below.rsplit_once('/').unwrap_or(("", below));
        let is_in_app = path.starts_with("app/");
        return match name.split('.').next() {
            Some("page") if is_in_app => pattern(folder).map(Kind::Page),
            Some("route") if is_in_app => pattern(folder).map(Kind::Handler),
            _ => None,
        };
    }
    let below = path.strip_prefix("pages/")?;
    let below = below.rsplit_once('.').map_or(below, |(below, _)| below);
    let below = below.strip_suffix("index").map_or(below, |folder| folder.trim_end_matches('/'));
    let is_special = below.starts_with('_') || ["404", "500"].contains(&below);
    match below.starts_with("api/") || below == "api" {
        true => pattern(below).map(Kind::Handler),
        false if is_special => None,
        false => pattern(below).map(Kind::Page),
    }
}

/// The path of a folder: `(groups)` and `@slots` are no part of it, `[id]` may be anything.
fn pattern(folder: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in folder.split('/').filter(|part| !part.is_empty()) {
        match part {
            part if part.starts_with("(.") || part.starts_with('_') => return None,
            part if part.starts_with(['(', '@']) => {}
            part if part.starts_with("[...") || part.starts_with("[[") => parts.push("**"),
            part if part.starts_with('[') => parts.push("*"),
            part if is_path_part(part) => parts.push(part),
            _ => return None,
        }
    }
    Some(format!("/{}", parts.join("/")))
}

/// `matcher` of a middleware, or of a proxy, that asks for a session.
fn read_middleware(package: &Package, pages: &mut Pages) {
    let is_middleware = |file: &SourceFile| {
        let path = file.path.strip_prefix("src/").unwrap_or(&file.path);
        (path.starts_with("middleware.") || path.starts_with("proxy.")) && is_source(path)
    };
    let program = scripts_with(package, &["auth", "getToken", "session"]);
    let is_it = |shown: &str| {
        package.files.iter().any(|file| is_middleware(file) && package.show(&file.path) == shown)
    };
    for (module, read) in program.each().filter(|(_, read)| is_it(&read.shown)) {
        let script = &read.script;
        let Some(at) = script.places_of(script.whole(), "matcher").find(|at| script.at(at + 1).is(":"))
        else {
            continue;
        };
        let place = program.place(module, at);
        for matcher in matchers(script, at + 2) {
            match pattern_of_matcher(&matcher) {
                Some(pattern) => pages.protected.push((pattern, place.clone())),
                None => pages.odd_matcher = Some(place.clone()),
            }
        }
    }
}

fn matchers(script: &Script<'_>, at: usize) -> Vec<String> {
    match script.at(at).string() {
        Some(text) => vec![text.to_owned()],
        None => texts(script, at).unwrap_or_else(|| vec![String::new()]),
    }
}

/// `/dashboard/:path*` as a pattern.
fn pattern_of_matcher(matcher: &str) -> Option<String> {
    let path = matcher.strip_prefix('/')?;
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part.strip_prefix(':') {
            Some(name) if name.ends_with(['*', '+']) => parts.push("**"),
            Some(name) if name.chars().all(char::is_alphanumeric) => parts.push("*"),
            None if part == "(.*)" => parts.push("**"),
            None if is_path_part(part) => parts.push(part),
            _ => return None,
        }
    }
    let is_inner = parts.iter().rev().skip(1).any(|part| *part == "**");
    (!is_inner).then(|| format!("/{}", parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str) -> String {
        match kind(path) {
            Some(Kind::Page(pattern)) => format!("page {pattern}"),
            Some(Kind::Handler(pattern)) => format!("handler {pattern}"),
            None => "-".into(),
        }
    }

    #[test]
    fn files_are_pages_by_their_names() {
        for (path, expected) in [
            ("app/page.tsx", "page /"),
            ("app/(shop)/products/[id]/page.tsx", "page /products/*"),
            ("app/docs/[[...slug]]/page.js", "page /docs/**"),
            ("app/@modal/(.)photo/page.tsx", "-"),
            ("app/api/revalidate/route.ts", "handler /api/revalidate"),
            ("app/layout.tsx", "-"),
            ("pages/index.js", "page /"),
            ("pages/account/index.tsx", "page /account"),
            ("pages/account/orders/[id].tsx", "page /account/orders/*"),
            ("pages/_app.tsx", "-"),
            ("pages/404.tsx", "-"),
            ("pages/api/hello.ts", "handler /api/hello"),
            ("pages/api/users/[...all].ts", "handler /api/users/**"),
            ("components/page.tsx", "-"),
            ("page.tsx", "-"),
        ] {
            assert_eq!(shown(path), expected, "{path}");
        }
    }

    #[test]
    fn matchers_become_patterns_where_they_are_plain() {
        for (matcher, expected) in [
            ("/dashboard/:path*", Some("/dashboard/**")),
            ("/account", Some("/account")),
            ("/orders/:id", Some("/orders/*")),
            ("/admin/(.*)", Some("/admin/**")),
            ("/((?!api|_next).*)", None),
            ("/:path*/edit", None),
            ("", None),
        ] {
            assert_eq!(pattern_of_matcher(matcher).as_deref(), expected, "{matcher}");
        }
    }
}

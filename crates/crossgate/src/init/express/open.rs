//! Which paths the API serves, and which of them it serves to everybody.

use super::guards::Guards;
use super::routers::Route;
use crate::init::finding::Place;
use crate::init::plain::{is_name, is_path, is_path_part};
use crate::init::program::Program;

/// A part of the site that is the API's.
#[derive(Debug, Clone, Default)]
pub(crate) struct Section {
    /// `/api`
    pub(crate) path: String,
    pub(crate) routes: usize,
    /// What needs no session, each with where it was read.
    pub(crate) open: Vec<(String, Place)>,
}

/// Names of requests by which people get an account, or into it again.
const FOR_STRANGERS: [&str; 10] = [
    "register",
    "signup",
    "forgotpassword",
    "resetpassword",
    "verifyemail",
    "confirmemail",
    "contact",
    "subscribe",
    "sendverificationemail",
    "passwordreset",
];
/// Paths that say nothing about where an API is.
const FOR_MACHINES: [&str; 10] =
    ["", "health", "healthz", "ready", "live", "status", "metrics", "ping", "favicon.ico", "docs"];

/// The prefixes under which the API answers, the busiest first. `others` are the requests that only Crossgate makes.
pub(crate) fn sections(program: &Program<'_>, routes: &[Route], others: &[&Route]) -> Vec<Section> {
    let is_ours =
        |route: &&Route| others.iter().any(|other| other.path == route.path && other.method == route.method);
    let mut served: Vec<&Route> = routes.iter().filter(|route| is_served(route) && !is_ours(route)).collect();
    if served.is_empty() {
        served = others.to_vec();
    }
    let mut sections: Vec<Section> = Vec::new();
    for route in &served {
        let path = prefix_of(route, &served);
        if !is_plain(&path) || sections.iter().any(|section| section.path == path) {
            continue;
        }
        let inside: Vec<&Route> =
            served.iter().copied().filter(|route| is_below(&route.path, &path)).collect();
        let open = open_routes(program, &inside);
        sections.push(Section { path, routes: inside.len(), open });
    }
    sections.sort_by_key(|section| std::cmp::Reverse(section.routes));
    sections
}

fn is_served(route: &Route) -> bool {
    let first = route.path.split('/').nth(1).unwrap_or_default();
    !FOR_MACHINES.contains(&first) && !first.starts_with([':', '*', '{'])
}

/// The first part of a path, and the version where all have the same.
fn prefix_of(route: &Route, served: &[&Route]) -> String {
    let mut parts = route.path.split('/').skip(1);
    let first = format!("/{}", parts.next().unwrap_or_default());
    let version = parts.next().filter(|part| is_version(part));
    let deeper = version.map(|version| format!("{first}/{version}"));
    let shares = |deeper: &String| {
        served.iter().filter(|other| is_below(&other.path, &first)).all(|other| is_below(&other.path, deeper))
    };
    deeper.filter(shares).unwrap_or(first)
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v')
        .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|char| char.is_ascii_digit()))
}

pub(crate) fn is_below(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a path may be the prefix of an API.
fn is_plain(path: &str) -> bool {
    is_path(path) && path != "/_next" && path != "/api/auth"
}

/// What no guard stands before. Only where others have one: an API without any is kept apart in some other way.
fn open_routes(program: &Program<'_>, routes: &[&Route]) -> Vec<(String, Place)> {
    let guards = Guards { program };
    let is_closed = |route: &&Route| {
        route.guard.is_some()
            || !route.is_placed
            || route.handler.as_ref().is_none_or(|handler| guards.is_personal(handler))
    };
    let (closed, open): (Vec<&Route>, Vec<&Route>) = routes.iter().copied().partition(is_closed);
    let mut found: Vec<(String, Place)> = Vec::new();
    for route in open.into_iter().filter(|_| closed.iter().any(|route| route.guard.is_some())) {
        let is_for_strangers = FOR_STRANGERS.contains(&route.last_part().as_str()) && route.is("POST");
        let Some(pattern) = pattern_of(&route.path).filter(|_| route.method == "GET" || is_for_strangers)
        else {
            continue;
        };
        let request = format!("{} {pattern}", route.method);
        let opens_closed = closed.iter().any(|other| other.is(&route.method) && fits(&pattern, &other.path));
        if !opens_closed && !found.iter().any(|(known, _)| *known == request) {
            found.push((request, route.place.clone()));
        }
    }
    found
}

/// `/api/products/:id` as a pattern. None where the path is more than that.
fn pattern_of(path: &str) -> Option<String> {
    let part = |part: &str| match part.strip_prefix(':') {
        Some(name) => is_name(name).then(|| "*".to_owned()),
        None => is_path_part(part).then(|| part.to_owned()),
    };
    let parts: Option<Vec<String>> = path.split('/').skip(1).map(part).collect();
    Some(format!("/{}", parts?.join("/")))
}

/// Whether a pattern fits a path of Express; a parameter there may be anything.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    let part =
        |(one, other): (&&str, &&str)| *one == "*" || one == other || other.starts_with([':', '*', '{']);
    pattern.len() == path.len() && pattern.iter().zip(&path).all(part)
}

//! Refresh and logout.

use super::answers::answers;
use super::fields::body_read;
use super::login::Login;
use super::routers::Route;
use super::tokens::TokenPlaces;
use crate::init::plain::is_name;
use crate::init::program::Program;

/// A request that Crossgate makes later.
#[derive(Debug, Clone)]
pub(crate) struct Renewal {
    pub(crate) route: Route,
    /// Under which name the body has the refresh token; none where it has none.
    pub(crate) refresh_key: Option<String>,
    /// Where the new tokens are; none where that is not known.
    pub(crate) tokens: Option<TokenPlaces>,
    /// Whether it is a grant at the place of the login.
    pub(crate) is_grant: bool,
}

pub(crate) fn find_refresh(program: &Program<'_>, login: &Login, routes: &[Route]) -> Option<Renewal> {
    if login.is_grant {
        return Some(Renewal { is_grant: true, tokens: None, ..describe(program, &login.route) });
    }
    let is_refresh = |route: &&Route| {
        let last = route.last_part();
        let is_named = last.contains("refresh") || last.contains("renew");
        is_named && route.is_askable() && !last.contains("logout") && (route.is("POST") || route.is("GET"))
    };
    routes
        .iter()
        .filter(is_refresh)
        .max_by_key(|route| alike(route, &login.route))
        .map(|route| describe(program, route))
}

pub(crate) fn find_logout(program: &Program<'_>, login: &Login, routes: &[Route]) -> Option<Renewal> {
    let named = |route: &&Route| {
        let last = route.last_part();
        let is_named =
            ["logout", "signout", "logoff"].contains(&last.as_str()) || login.is_grant && last == "revoke";
        is_named && route.is_askable()
    };
    let deleted = |route: &&Route| {
        let path = login.route.path.as_str();
        let below = route.path.strip_prefix(path);
        route.method == "DELETE"
            && below.is_some_and(|below| below.is_empty() || ["/current", "/me"].contains(&below))
    };
    let best = routes.iter().filter(named).max_by_key(|route| alike(route, &login.route));
    best.or_else(|| routes.iter().find(deleted)).map(|route| describe(program, route))
}

/// How many parts two paths have in common from their beginning. Of several the first counts, so places do too.
fn alike(route: &Route, login: &Route) -> (usize, bool) {
    let parts = route.path.split('/').zip(login.path.split('/'));
    (parts.take_while(|(one, other)| one == other).count(), route.is("POST"))
}

fn describe(program: &Program<'_>, route: &Route) -> Renewal {
    let keys = body_read(program, route).keys;
    let is_token = |key: &&String| is_name(key) && key.to_ascii_lowercase().contains("token");
    let all = route.handler.as_ref().map(|handler| answers(program, handler)).unwrap_or_default();
    let mut good =
        all.iter().filter(|answer| !answer.is_refusal()).map(|answer| TokenPlaces::read(&answer.shape));
    Renewal {
        route: route.clone(),
        refresh_key: keys.iter().find(is_token).cloned(),
        tokens: good.find(|tokens| tokens.access_token.is_some()),
        is_grant: false,
    }
}

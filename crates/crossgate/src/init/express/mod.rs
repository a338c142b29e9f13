//! What the source of an Express API says.

mod answers;
mod collect;
mod fields;
mod guards;
mod login;
mod login_answer;
mod mounts;
mod open;
mod port;
mod reading;
mod renew;
mod routers;
mod second_step;
mod tokens;

use std::cmp::Reverse;

use super::finding::{Found, Place};
use super::package::Package;
use super::program::Program;
use collect::Collected;
pub(crate) use login::{Login, Sending, is_secret};
pub(crate) use login_answer::LoginAnswer;
pub(crate) use open::{Section, is_below};
pub(crate) use reading::Reading;
pub(crate) use renew::Renewal;
use routers::Route;
pub(crate) use second_step::SecondStep;
pub(crate) use tokens::TokenPlaces;

/// What an API needs to know who is asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// The token of its own login.
    Api,
    /// The cookies that it sets.
    Cookie,
    /// A token that Crossgate signs.
    Issued,
    /// It could not be told.
    Unknown,
}

/// A request that is made before the login, for a token against forged requests.
#[derive(Debug, Clone)]
pub(crate) struct Preparation {
    pub(crate) request: Found<String>,
    /// Where in its answer the token is.
    pub(crate) value: String,
}

/// The API.
#[derive(Debug)]
pub(crate) struct Api {
    /// Its folder, as it is shown.
    pub(crate) shown: String,
    pub(crate) version: Option<String>,
    /// The script of its package that starts it.
    pub(crate) start: Option<&'static str>,
    /// The example of a `.env` that is not there yet.
    pub(crate) environment_example: Option<String>,
    pub(crate) port: Found<u16>,
    pub(crate) route_count: usize,
    pub(crate) unplaced: Vec<Place>,
    pub(crate) sections: Vec<Section>,
    pub(crate) token: TokenKind,
    pub(crate) reading: Reading,
    pub(crate) login: Option<Login>,
    pub(crate) second_step: Option<SecondStep>,
    pub(crate) refresh: Option<Renewal>,
    pub(crate) logout: Option<Renewal>,
    /// Which request says who somebody is, and where in its answer.
    pub(crate) profile: Option<(Found<String>, String)>,
    pub(crate) preparation: Option<Preparation>,
    /// Where GraphQL is served.
    pub(crate) graphql: Option<String>,
    pub(crate) is_cut: bool,
}

/// Reads an API.
pub(crate) fn read(package: &Package) -> Api {
    let program = Program::read(package, |_| true);
    let reading = reading::read(&program);
    let collected = Collected::read(&program);
    let routes = routers::routes(&program, &collected);
    let calls = Calls::read(&program, &reading, &routes);
    let graphql = reading.graphql_package.and_then(|_| graphql_path(&program, &collected));
    Api {
        shown: package.shown.clone(),
        version: version(package, &program),
        start: ["dev", "start:dev", "start"].into_iter().find(|name| package.manifest.script(name).is_some()),
        environment_example: package.lone_environment_example().map(str::to_owned),
        port: port::find(package, &program),
        route_count: routes.len(),
        unplaced: unplaced(&routes),
        sections: calls.sections(&program, &routes, graphql.as_ref()),
        token: token_kind(&reading, calls.login.as_ref()),
        reading,
        login: calls.login,
        second_step: calls.second_step,
        refresh: calls.refresh,
        logout: calls.logout,
        profile: calls.profile,
        preparation: calls.preparation,
        graphql,
        is_cut: package.is_cut,
    }
}

/// The requests that Crossgate makes itself.
struct Calls {
    login: Option<Login>,
    second_step: Option<SecondStep>,
    refresh: Option<Renewal>,
    logout: Option<Renewal>,
    profile: Option<(Found<String>, String)>,
    preparation: Option<Preparation>,
}

impl Calls {
    fn read(program: &Program<'_>, reading: &Reading, routes: &[Route]) -> Self {
        let login = login::find(program, routes);
        let known = login.as_ref();
        Self {
            second_step: known.and_then(|login| second_step::find(program, login, routes)),
            refresh: known.and_then(|login| renew::find_refresh(program, login, routes)),
            logout: known.and_then(|login| renew::find_logout(program, login, routes)),
            profile: known.and_then(|login| profile(program, login, routes)),
            preparation: preparation(program, reading, routes),
            login,
        }
    }

    /// What the API serves beside them. Where the login is comes first: its API is the one that is asked.
    fn sections(&self, program: &Program<'_>, routes: &[Route], graphql: Option<&String>) -> Vec<Section> {
        let login = self.login.as_ref().map(|login| &login.route);
        let renewals = [&self.refresh, &self.logout].into_iter().flatten().map(|renewal| &renewal.route);
        let step = self.second_step.iter().map(|step| &step.route);
        let prepares = |route: &&Route| {
            self.preparation.as_ref().is_some_and(|preparation| preparation.request.value == route.request())
        };
        let ours = login.into_iter().chain(step).chain(renewals).chain(routes.iter().filter(prepares));
        let mut sections = open::sections(program, routes, &ours.collect::<Vec<_>>());
        let has_login = |section: &Section| login.is_some_and(|login| is_below(&login.path, &section.path));
        sections.sort_by_key(|section| !has_login(section));
        let alone = graphql.filter(|_| sections.is_empty()).cloned();
        sections.extend(alone.map(|path| Section { path, ..Section::default() }));
        sections
    }
}

/// The version of the Express that is imported, under whatever name.
fn version(package: &Package, program: &Program<'_>) -> Option<String> {
    let names = program.modules.iter().flat_map(|module| &module.imports).map(|import| import.from.as_str());
    let mut names = names.filter(|name| name.starts_with("express") && !name.contains(['-', '/']));
    let version = package.manifest.version_of(names.next().unwrap_or("express"))?;
    Some(version.rsplit('@').next().unwrap_or(version).to_owned())
}

/// Routes of routers of which nobody can see where they are mounted.
fn unplaced(routes: &[Route]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for route in routes.iter().filter(|route| !route.is_placed) {
        if !places.iter().any(|place| place.file == route.place.file) {
            places.push(route.place.clone());
        }
    }
    places
}

fn token_kind(reading: &Reading, login: Option<&Login>) -> TokenKind {
    let answer = login.and_then(|login| login.answer.as_ref());
    let has_token = answer.is_some_and(|answer| answer.tokens.access_token.is_some());
    let reads_header = reading.reads_authorization || reading.header.is_some();
    let has_cookie = reading.session_package.is_some() || reading.cookie.is_some();
    match () {
        () if login.is_none() => TokenKind::Unknown,
        () if has_token && (reads_header || !has_cookie) => TokenKind::Api,
        () if reading.issuer_package.is_some() && !has_token => TokenKind::Issued,
        () if has_cookie => TokenKind::Cookie,
        () => TokenKind::Unknown,
    }
}

/// `GET /api/me`, where the answer to the login does not say who somebody is.
fn profile(program: &Program<'_>, login: &Login, routes: &[Route]) -> Option<(Found<String>, String)> {
    if login.answer.as_ref().is_some_and(|answer| answer.user.is_some()) {
        return None;
    }
    const NAMES: [&str; 7] = ["me", "profile", "whoami", "currentuser", "userinfo", "self", "current"];
    let is_named =
        |route: &&Route| route.is("GET") && route.is_askable() && NAMES.contains(&route.last_part().as_str());
    let route = routes.iter().filter(is_named).min_by_key(|route| {
        (NAMES.iter().position(|name| *name == route.last_part()), Reverse(route.path.matches('/').count()))
    })?;
    let answers =
        route.handler.as_ref().map(|handler| answers::answers(program, handler)).unwrap_or_default();
    let good = answers.iter().rev().find(|answer| !answer.is_refusal());
    let user =
        good.and_then(|answer| tokens::user_place(&answer.shape)).map_or(String::new(), |(place, _)| place);
    Some((Found::at(route.request(), route.place.clone()), user))
}

fn preparation(program: &Program<'_>, reading: &Reading, routes: &[Route]) -> Option<Preparation> {
    reading.csrf_package?;
    let route = routes
        .iter()
        .find(|route| route.is("GET") && route.is_askable() && route.last_part().contains("csrf"))?;
    let answers =
        route.handler.as_ref().map(|handler| answers::answers(program, handler)).unwrap_or_default();
    let value = answers.iter().find_map(|answer| {
        let name = answer.shape.keys().find(|key| key.to_ascii_lowercase().contains("token"))?;
        Some(format!("/{name}"))
    })?;
    Some(Preparation { request: Found::at(route.request(), route.place.clone()), value })
}

fn graphql_path(program: &Program<'_>, collected: &Collected) -> Option<String> {
    let paths = collected.uses.iter().filter_map(|mount| mount.prefix.clone());
    let graphql = paths
        .chain(collected.routes.iter().map(|route| route.path.clone()))
        .find(|path| path.contains("graphql"));
    graphql.or_else(|| program.imports("apollo-server-express").then(|| "/graphql".to_owned()))
}

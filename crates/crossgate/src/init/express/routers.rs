//! Routers, what is mounted on them, and so the whole paths of the routes.

use super::collect::{Collected, RawUse, RouterName};
use super::guards::Guards;
use crate::init::finding::Place;
use crate::init::plain::is_path_with_parameters;
use crate::init::program::{Located, Program};
use crate::init::script::Span;

/// How deep routers are mounted in routers.
const DEEPEST: usize = 6;

/// A route with its whole path.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) place: Place,
    pub(crate) module: usize,
    /// What stands before the handler.
    pub(crate) before: Vec<Span>,
    pub(crate) handler: Option<Located>,
    /// What lets only some people through.
    pub(crate) guard: Option<Place>,
    /// Whether it is known where its router is mounted.
    pub(crate) is_placed: bool,
}

impl Route {
    /// `POST /api/login`
    pub(crate) fn request(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether Crossgate could ask it: the path is plain but for parameters.
    pub(crate) fn is_askable(&self) -> bool {
        is_path_with_parameters(&self.path)
    }

    /// The last part of the path that is no parameter.
    pub(crate) fn last_part(&self) -> String {
        let mut parts = self.path.rsplit('/').filter(|part| !part.is_empty() && !part.starts_with(':'));
        parts.next().unwrap_or_default().to_ascii_lowercase().replace(['-', '_'], "")
    }

    pub(crate) fn is(&self, method: &str) -> bool {
        self.method == method || self.method == "ALL"
    }
}

/// Where a router is.
#[derive(Debug, Clone)]
struct Prefix {
    path: String,
    guard: Option<Place>,
    is_placed: bool,
}

struct Routers<'p, 't> {
    program: &'p Program<'t>,
    collected: &'p Collected,
    guards: &'p Guards<'p, 't>,
}

/// All routes of a program.
pub(crate) fn routes(program: &Program<'_>, collected: &Collected) -> Vec<Route> {
    let routers = Routers { program, collected, guards: &Guards { program } };
    let mut routes = Vec::new();
    for raw in &collected.routes {
        for prefix in routers.prefixes(&raw.router, DEEPEST) {
            let (handler, before) =
                raw.arguments.split_last().map_or((None, &[][..]), |(last, before)| (Some(*last), before));
            let own = before.iter().find(|span| routers.guards.is_guard(raw.router.module, **span));
            let place = |index| program.place(raw.router.module, index);
            let earlier = || routers.guard_before(&raw.router, raw.at, &raw.path);
            routes.push(Route {
                method: raw.method.clone(),
                path: join(&prefix.path, &raw.path),
                place: place(raw.at),
                module: raw.router.module,
                before: before.to_vec(),
                handler: handler.and_then(|span| program.function_of(raw.router.module, span)),
                guard: own.map(|span| place(span.from)).or_else(earlier).or(prefix.guard),
                is_placed: prefix.is_placed,
            });
        }
    }
    routes
}

impl Routers<'_, '_> {
    /// Every place where a router is mounted.
    fn prefixes(&self, router: &RouterName, depth: usize) -> Vec<Prefix> {
        let mounts: Vec<_> =
            self.collected.uses.iter().filter(|mount| mount.targets.contains(router)).collect();
        if mounts.is_empty() || depth == 0 {
            let is_placed = self.collected.is_root(router) || !self.collected.has_mounts();
            return vec![Prefix { path: String::new(), guard: None, is_placed }];
        }
        mounts.into_iter().flat_map(|mount| self.mounted(mount, depth)).collect()
    }

    fn mounted(&self, mount: &RawUse, depth: usize) -> Vec<Prefix> {
        let module = mount.router.module;
        let own = mount.arguments.iter().find(|span| self.guards.is_guard(module, **span));
        let own = own.map(|span| self.program.place(module, span.from));
        let path = mount.prefix.clone().unwrap_or_default();
        let own = own.or_else(|| self.guard_before(&mount.router, mount.at, &path));
        let above = self.prefixes(&mount.router, depth - 1).into_iter();
        let below = above.map(|above| Prefix {
            path: join(&above.path, &path),
            guard: above.guard.or_else(|| own.clone()),
            is_placed: above.is_placed && mount.prefix.is_some(),
        });
        below.collect()
    }

    /// A guard for everything that comes after it in the same router.
    fn guard_before(&self, router: &RouterName, at: usize, path: &str) -> Option<Place> {
        let is_earlier = |earlier: &&RawUse| {
            let prefix = earlier.prefix.as_deref().unwrap_or_default().trim_end_matches('/');
            earlier.router == *router
                && earlier.at < at
                && earlier.targets.is_empty()
                && path.starts_with(prefix)
        };
        let mut uses = self.collected.uses.iter().filter(is_earlier);
        uses.find_map(|earlier| {
            let guard = earlier.arguments.iter().find(|span| self.guards.is_guard(router.module, **span))?;
            Some(self.program.place(router.module, guard.from))
        })
    }
}

fn join(prefix: &str, path: &str) -> String {
    let joined = format!("{}/{}", prefix.trim_end_matches('/'), path.trim_start_matches('/'));
    match joined.trim_end_matches('/') {
        "" => "/".to_owned(),
        joined => joined.to_owned(),
    }
}

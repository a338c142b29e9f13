//! What the table says about many paths at once: all that a route of the app stands for.

use http::Method;

use super::decision::{RouteDecision, RouteRefusal, RouteTarget};
use super::rule::{Access, RouteRule};
use super::table::{API_IS_CLOSED, ApiRoutes, NEEDS_SESSION, PageRoutes, RouteTable};
use crate::pattern::PathPattern;
use crate::settings::ApiIndex;
use crate::shape::{LetterCase, PathShape};

/// One of the things that become of the paths of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Possible<'t> {
    /// One of our own endpoints answers.
    Endpoint,
    /// Nobody gets it.
    Refused(RouteRefusal),
    /// An API gets it, not the app.
    Api(ApiIndex, Ruling<'t>),
    /// The app gets it.
    App(Ruling<'t>),
}

/// What a rule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling<'t> {
    /// What it takes.
    pub access: &'t Access,
    /// Which rule decided, for people.
    pub rule: &'t str,
    /// Whether somebody has thought of it.
    pub named: Named,
}

/// Whether somebody has thought of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A rule names it.
    ByRule,
    /// It is open without a rule, and the configuration says that this is meant.
    OnPurpose,
    /// No line names it.
    ByNobody,
}

/// Our own endpoints below the prefix, as [`RouteTable::decide`] knows them.
const ENDPOINTS: [&str; 17] = [
    "/session",
    "/csrf",
    "/providers",
    "/signin",
    "/signin/*",
    "/callback/*",
    "/signout",
    "/error",
    "/verify-request",
    "/_log",
    "/signedout",
    "/link/*",
    "/backchannel-logout/*",
    "/introspect",
    "/revoke",
    "/sessions",
    "/sessions/*",
];

/// What has been found so far, each once.
struct Found<'t, 'q> {
    possibles: Vec<Possible<'t>>,
    method: &'q Method,
    elsewhere: &'q [PathShape],
}

/// Whether there are paths left that something else decides about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
    Nothing,
    Perhaps,
}

impl RouteTable {
    /// All that may become of a page's paths, given without base path and locale, in the order in which they are decided
    /// on. Where a line is about some of them only, so that it cannot be told whether others remain, those are told too.
    /// What a rule says of nothing but paths `elsewhere`, which are other pages, is not told.
    #[must_use]
    pub fn survey(&self, method: &Method, page: &PathShape, elsewhere: &[PathShape]) -> Vec<Possible<'_>> {
        let base = PathShape::of_path(&self.pages.naming.base_path, false);
        let paths = page.below(&base);
        if let Some(path) = paths.only_path() {
            return vec![self.possible_of(method, &path)];
        }
        let mut found = Found { possibles: Vec::new(), method, elsewhere };
        if self.survey_before_pages(&paths, &base, &mut found) == Rest::Perhaps {
            self.pages.survey(page, &mut found);
        }
        found.possibles
    }

    /// Whether the configuration says of a page that it is open on purpose, and which line does.
    #[must_use]
    pub fn opened_on_purpose(&self, method: &Method, path: &str) -> Option<&str> {
        match self.possible_of(method, path) {
            Possible::App(Ruling { named: Named::OnPurpose, rule, .. }) => Some(rule),
            _ => None,
        }
    }

    fn possible_of(&self, method: &Method, path: &str) -> Possible<'_> {
        match self.decide(method, path) {
            RouteDecision::Endpoint(_) => Possible::Endpoint,
            RouteDecision::Refuse(refusal) => Possible::Refused(refusal),
            RouteDecision::Forward(forward) => match forward.target {
                RouteTarget::Api(index) => {
                    let ruling = Ruling { access: forward.access, rule: forward.rule, named: Named::ByRule };
                    Possible::Api(index, ruling)
                }
                RouteTarget::App(_) => {
                    Possible::App(self.pages.ruling_about(method, &self.page_of(path).page))
                }
            },
        }
    }

    fn survey_before_pages<'t>(
        &'t self,
        paths: &PathShape,
        base: &PathShape,
        found: &mut Found<'t, '_>,
    ) -> Rest {
        for endpoint in self.endpoint_shapes() {
            if paths.intersection(&endpoint, LetterCase::Told).is_some() {
                found.add(Possible::Endpoint);
            }
            if endpoint.contains(paths, LetterCase::Told) {
                return Rest::Nothing;
            }
        }
        let mut apis: Vec<(usize, &ApiRoutes)> = self.apis.iter().enumerate().collect();
        apis.sort_by_key(|(_, api)| std::cmp::Reverse(api.path.len()));
        for (index, api) in apis {
            let prefix = PathShape::of_path(&api.path, true);
            let Some(below) = paths.intersection(&prefix, LetterCase::Told) else { continue };
            self.survey_app_paths(api, &below, base, found);
            api.survey(ApiIndex(index), &below, found);
            if prefix.contains(paths, LetterCase::Told) {
                return Rest::Nothing;
            }
        }
        Rest::Perhaps
    }

    /// What belongs to the app though it lies below the prefix of an API.
    fn survey_app_paths<'t>(
        &'t self,
        api: &'t ApiRoutes,
        below: &PathShape,
        base: &PathShape,
        found: &mut Found<'t, '_>,
    ) {
        for pattern in &api.app {
            if let Some(shared) = below.intersection(&pattern.into(), LetterCase::Told) {
                self.pages.survey(&shared.without_first(base.depth()), found);
            }
        }
    }

    fn endpoint_shapes(&self) -> Vec<PathShape> {
        let base = PathShape::of_path(&self.endpoints, false);
        let below = ENDPOINTS.iter().filter_map(|text| PathPattern::parse(text).ok());
        let mut shapes: Vec<PathShape> =
            below.map(|pattern| PathShape::from(&pattern).below(&base)).collect();
        let fixed = ["/.well-known/jwks.json", "/.well-known/crossgate/style.css"];
        shapes.extend(fixed.map(|path| PathShape::of_path(path, false)));
        shapes
    }
}

impl ApiRoutes {
    /// All but what belongs to the app.
    fn survey<'t>(&'t self, index: ApiIndex, paths: &PathShape, found: &mut Found<'t, '_>) {
        let method = found.method;
        for ours in self.ours_alone.iter().filter(|ours| ours.methods.contains(method)) {
            if paths.intersection(&(&ours.pattern).into(), LetterCase::Ignored).is_some() {
                found.add(Possible::Refused(RouteRefusal::OursAlone));
            }
        }
        let is_of_app = |pattern: &PathPattern| PathShape::from(pattern).contains(paths, LetterCase::Told);
        if self.app.iter().any(is_of_app) {
            return;
        }
        let rest = found.rule_on(&self.rules, paths, |ruling| Possible::Api(index, ruling));
        if rest == Rest::Perhaps {
            let ruling = Ruling { access: &NEEDS_SESSION, rule: API_IS_CLOSED, named: Named::ByRule };
            found.add(Possible::Api(index, ruling));
        }
    }
}

impl PageRoutes {
    fn survey<'t>(&'t self, pages: &PathShape, found: &mut Found<'t, '_>) {
        if pages.is_intercepting() {
            return found.add(Possible::Refused(RouteRefusal::UnknownTransport));
        }
        if found.rule_on(&self.rules, pages, Possible::App) == Rest::Nothing {
            return;
        }
        let (access, rule) = self.default_access();
        if *access == Access::Open {
            let on_purpose = |ruling| Possible::App(Ruling { named: Named::OnPurpose, ..ruling });
            if found.rule_on(&self.open, pages, on_purpose) == Rest::Nothing {
                return;
            }
        }
        found.add(Possible::App(Ruling { access, rule, named: self.name_of_default() }));
    }

    fn ruling_about(&self, method: &Method, page: &str) -> Ruling<'_> {
        if let Some(rule) = self.rules.iter().find(|rule| rule.applies(method, page)) {
            return Ruling { access: &rule.access, rule: &rule.name, named: Named::ByRule };
        }
        let (access, rule) = self.default_access();
        let meant = self.open.iter().find(|rule| rule.applies(method, page));
        match meant.filter(|_| *access == Access::Open) {
            Some(meant) => Ruling { access, rule: &meant.name, named: Named::OnPurpose },
            None => Ruling { access, rule, named: self.name_of_default() },
        }
    }

    /// A default that closes is a line that somebody wrote.
    fn name_of_default(&self) -> Named {
        if *self.default_access().0 == Access::Open { Named::ByNobody } else { Named::ByRule }
    }
}

impl<'t> Found<'t, '_> {
    fn add(&mut self, possible: Possible<'t>) {
        if !self.possibles.contains(&possible) {
            self.possibles.push(possible);
        }
    }

    /// The first rule that applies decides; one that applies to all of them leaves nothing.
    fn rule_on(
        &mut self,
        rules: &'t [RouteRule],
        paths: &PathShape,
        possible: impl Fn(Ruling<'t>) -> Possible<'t>,
    ) -> Rest {
        let mut decided: Vec<(PathShape, LetterCase)> = Vec::new();
        let method = self.method;
        for rule in rules.iter().filter(|rule| rule.methods.contains(method)) {
            let (shape, letter_case) = (PathShape::from(&rule.pattern), rule.letter_case());
            let Some(shared) = paths.intersection(&shape, letter_case) else { continue };
            let is_decided = decided.iter().any(|(earlier, told)| earlier.contains(&shared, *told));
            if !is_decided && !self.elsewhere.iter().any(|other| other.contains(&shared, LetterCase::Told)) {
                self.add(possible(Ruling { access: &rule.access, rule: &rule.name, named: Named::ByRule }));
            }
            if shape.contains(paths, letter_case) {
                return Rest::Nothing;
            }
            decided.push((shape, letter_case));
        }
        Rest::Perhaps
    }
}

#[cfg(test)]
#[path = "survey_tests.rs"]
mod tests;

//! The route table, compiled once from the configuration.

use http::Method;

use super::decision::{Endpoint, Forward, PageBefore, RouteDecision, RouteRefusal, RouteTarget};
use super::question::{NextUrl, RouteQuestion};
use super::rule::{Access, MethodSet, RouteRule};
use crate::page::{PageNaming, PageRequest, Transport, is_intercepting, without_ending};
use crate::pattern::PathPattern;
use crate::settings::ApiIndex;
use crate::target::CanonicalTarget;

/// All rules, in the order in which they are asked.
#[derive(Debug, Clone)]
pub struct RouteTable {
    /// Where our own endpoints live.
    pub(super) endpoints: String,
    pub(super) pages: PageRoutes,
    pub(super) apis: Vec<ApiRoutes>,
}

/// Rules about pages.
#[derive(Debug, Clone)]
pub struct PageRoutes {
    /// How pages are named.
    pub naming: PageNaming,
    /// Rules, the first that applies decides. Patterns are about pages, without base path and locale.
    pub rules: Vec<RouteRule>,
    /// What holds where no rule applies.
    pub default: PageDefault,
    /// What is open on purpose where `default` opens it. It changes no decision: [`RouteTable::survey`] tells it apart
    /// from what nobody has thought of.
    pub open: Vec<RouteRule>,
    /// Who may call Server Actions.
    pub actions: ActionPolicy,
}

/// Who may call Server Actions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ActionPolicy {
    /// Whoever may see the page that they are called at.
    #[default]
    AsPage,
    /// People with a session, except at pages that a rule with methods opens to `POST`.
    Session,
}

/// What holds for pages that no rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageDefault {
    /// Anybody may see them.
    Open,
    /// They need a session.
    Protected,
}

/// Rules below one API's prefix.
#[derive(Debug, Clone)]
pub struct ApiRoutes {
    /// The prefix, without a trailing slash.
    pub path: String,
    /// Rules, the first that applies decides; without one a session is needed.
    pub rules: Vec<RouteRule>,
    /// What belongs to the app all the same (Next.js's own routes below this prefix).
    pub app: Vec<PathPattern>,
    /// What Crossgate alone asks, such as the account hook: to everybody else there is nothing.
    pub ours_alone: Vec<OursAlone>,
    /// Where a caller's own `Authorization` may stand in for a session.
    pub accept_bearer: Vec<PathPattern>,
}

pub(super) static NEEDS_SESSION: Access = Access::Session(Vec::new());
static IS_OPEN: Access = Access::Open;
pub(super) const API_IS_CLOSED: &str = "[[api]] paths are closed unless a line opens them";

impl RouteTable {
    /// The table. Our own endpoints are below `endpoints`. Of several APIs the one with the longest matching prefix is
    /// asked.
    #[must_use]
    pub const fn new(endpoints: String, pages: PageRoutes, apis: Vec<ApiRoutes>) -> Self {
        Self { endpoints, pages, apis }
    }

    /// Which page of the app a canonical path asks for.
    #[must_use]
    pub fn page_of<'a>(&self, path: &'a str) -> PageRequest<'a> {
        self.pages.naming.page_of(path)
    }

    /// How pages are named.
    #[must_use]
    pub const fn naming(&self) -> &PageNaming {
        &self.pages.naming
    }

    /// Who may call Server Actions.
    #[must_use]
    pub const fn actions(&self) -> ActionPolicy {
        self.pages.actions
    }

    /// Decides about a request with a canonical path.
    #[must_use]
    pub fn decide<'t>(&'t self, method: &Method, path: &str) -> RouteDecision<'t> {
        if let Some(endpoint) = endpoint_of(path, &self.endpoints) {
            return RouteDecision::Endpoint(endpoint);
        }
        match self.api_of(path) {
            Some((_, api)) if api.is_ours_alone(method, path) => {
                RouteDecision::Refuse(RouteRefusal::OursAlone)
            }
            Some((index, api)) if !api.app.iter().any(|pattern| pattern.matches(path)) => {
                RouteDecision::Forward(api.decide(index, method, path))
            }
            _ => self.pages.decide(method, path),
        }
    }

    /// As [`decide`](Self::decide), with all that a request says. An image needs what its source needs; of the page
    /// before is said what it takes to see it.
    #[must_use]
    pub fn decide_request<'t>(&'t self, question: &RouteQuestion<'_>) -> RouteDecision<'t> {
        match self.decide(question.method, question.path) {
            RouteDecision::Forward(forward) => match forward.target {
                RouteTarget::App(_) if question.has_reserved_query() => {
                    RouteDecision::Refuse(RouteRefusal::ReservedQuery)
                }
                RouteTarget::App(Transport::Asset) => self.decide_image(question, forward),
                RouteTarget::App(_) => RouteDecision::Forward(self.pages.decide_more(question, forward)),
                RouteTarget::Api(_) => RouteDecision::Forward(forward),
            },
            decision => decision,
        }
    }

    /// An image needs what its source needs.
    fn decide_image<'t>(&'t self, question: &RouteQuestion<'_>, forward: Forward<'t>) -> RouteDecision<'t> {
        if !self.is_image_optimizer(question.path) {
            return RouteDecision::Forward(forward);
        }
        for source in question.local_image_sources() {
            let Ok(target) = CanonicalTarget::parse(&source) else {
                return RouteDecision::Refuse(RouteRefusal::UnknownTransport);
            };
            match self.decide(&Method::GET, &target.path) {
                // An image of an image would have a source that is not looked at here.
                RouteDecision::Forward(_) if self.is_image_optimizer(&target.path) => {
                    return RouteDecision::Refuse(RouteRefusal::UnknownTransport);
                }
                RouteDecision::Forward(source) if *source.access == Access::Open => {}
                RouteDecision::Forward(source) => {
                    let target = RouteTarget::App(Transport::Image);
                    return RouteDecision::Forward(Forward { target, accept_bearer: false, ..source });
                }
                RouteDecision::Refuse(refusal) => return RouteDecision::Refuse(refusal),
                RouteDecision::Endpoint(_) => return RouteDecision::Refuse(RouteRefusal::UnknownTransport),
            }
        }
        RouteDecision::Forward(forward)
    }

    fn is_image_optimizer(&self, path: &str) -> bool {
        let PageRequest { page, transport } = self.page_of(path);
        transport == Transport::Asset && page.trim_end_matches('/') == "image"
    }

    fn api_of(&self, path: &str) -> Option<(ApiIndex, &ApiRoutes)> {
        let below = |api: &ApiRoutes| {
            path.strip_prefix(api.path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let matching = self.apis.iter().enumerate().filter(|(_, api)| below(api));
        matching.max_by_key(|(_, api)| api.path.len()).map(|(index, api)| (ApiIndex(index), api))
    }
}

/// Requests that Crossgate alone makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OursAlone {
    /// With these methods.
    pub methods: MethodSet,
    /// For these paths.
    pub pattern: PathPattern,
}

impl ApiRoutes {
    /// In every case of letters, and with every ending: some frameworks take `/hook.json` for `/hook`.
    fn is_ours_alone(&self, method: &Method, path: &str) -> bool {
        let stem = || without_ending(path).unwrap_or(path);
        let matches = |OursAlone { methods, pattern }: &OursAlone| {
            methods.contains(method)
                && (pattern.matches_ignoring_case(path) || pattern.matches_ignoring_case(stem()))
        };
        self.ours_alone.iter().any(matches)
    }

    fn decide<'t>(&'t self, index: ApiIndex, method: &Method, path: &str) -> Forward<'t> {
        let rule = self.rules.iter().find(|rule| rule.applies(method, path));
        let (access, rule) = match rule {
            Some(rule) => (&rule.access, rule.name.as_str()),
            None => (&NEEDS_SESSION, API_IS_CLOSED),
        };
        let accept_bearer = self.accept_bearer.iter().any(|pattern| pattern.matches(path));
        let target = RouteTarget::Api(index);
        Forward { target, access, rule, accept_bearer, before: PageBefore::Open }
    }
}

impl PageRoutes {
    fn decide<'t>(&'t self, method: &Method, path: &str) -> RouteDecision<'t> {
        let PageRequest { page, transport } = self.naming.page_of(path);
        let forward = |(access, rule)| {
            let target = RouteTarget::App(transport);
            let before = PageBefore::Open;
            RouteDecision::Forward(Forward { target, access, rule, accept_bearer: false, before })
        };
        if transport == Transport::Asset {
            // To Next.js any path without a file is its page for "not found", where Server Actions run as anywhere.
            return match *method {
                Method::GET | Method::HEAD | Method::OPTIONS => {
                    forward((&IS_OPEN, "build output of the app is open"))
                }
                _ => RouteDecision::Refuse(RouteRefusal::UnknownTransport),
            };
        }
        // No link leads there: a browser has it by the path of the page that it stands for.
        if is_intercepting(&page) {
            return RouteDecision::Refuse(RouteRefusal::UnknownTransport);
        }
        let other = self.naming.other_page_of_data(path).filter(|_| transport == Transport::Data);
        let Some((access, rule)) = self.access_to_both(method, &page, other) else {
            return RouteDecision::Refuse(RouteRefusal::UnknownTransport);
        };
        if transport == Transport::Unknown && *access != Access::Open {
            return RouteDecision::Refuse(RouteRefusal::UnknownTransport);
        }
        if *access == Access::Open && self.hides_a_protected_page(method, &page) {
            return RouteDecision::Refuse(RouteRefusal::UnknownTransport);
        }
        forward((access, rule))
    }

    /// What is not in the path: the page before, and Server Actions of other pages.
    fn decide_more<'t>(&'t self, question: &RouteQuestion<'_>, forward: Forward<'t>) -> Forward<'t> {
        let forward = Forward { before: self.decide_before(question), ..forward };
        let is_unnamed_action = *forward.access == Access::Open
            && self.actions == ActionPolicy::Session
            && question.may_run_action()
            && !self.opens_actions(question);
        match is_unnamed_action {
            true => Forward { access: &NEEDS_SESSION, rule: "pages.server_actions = \"session\"", ..forward },
            false => forward,
        }
    }

    fn decide_before(&self, question: &RouteQuestion<'_>) -> PageBefore<'_> {
        match question.page_before() {
            NextUrl::Absent => PageBefore::Open,
            NextUrl::Unreadable => PageBefore::Unreadable,
            NextUrl::Path(path) => match self.access_to(&Method::GET, &self.naming.page_of(&path).page).0 {
                Access::Open => PageBefore::Open,
                access @ Access::Session(_) => PageBefore::Needs(access),
            },
        }
    }

    fn opens_actions(&self, question: &RouteQuestion<'_>) -> bool {
        let page = self.naming.page_of(question.path).page;
        let rule = self.rules.iter().find(|rule| rule.applies(question.method, &page));
        rule.is_some_and(|rule| rule.access == Access::Open && matches!(rule.methods, MethodSet::Only(_)))
    }

    pub(super) fn access_to(&self, method: &Method, page: &str) -> (&Access, &str) {
        match self.rules.iter().find(|rule| rule.applies(method, page)) {
            Some(rule) => (&rule.access, &rule.name),
            None => self.default_access(),
        }
    }

    /// What it takes to see either of two pages. `None` where each takes something else.
    fn access_to_both(&self, method: &Method, page: &str, other: Option<&str>) -> Option<(&Access, &str)> {
        let one = self.access_to(method, page);
        let Some(other) = other.map(|other| self.access_to(method, other)) else { return Some(one) };
        match (one.0, other.0) {
            (one_access, other_access) if one_access == other_access => Some(one),
            (Access::Open, _) => Some(other),
            (_, Access::Open) => Some(one),
            _ => None,
        }
    }

    /// What holds where no rule applies.
    pub(super) fn default_access(&self) -> (&'static Access, &'static str) {
        match self.default {
            PageDefault::Open => (&IS_OPEN, "pages are open unless a line protects them"),
            PageDefault::Protected => (&NEEDS_SESSION, "pages.default = \"protected\""),
        }
    }

    /// `/profile.anything` is open by the letter; where `/profile` is protected by a rule and no rule names the
    /// longer path, it might be one more way to ask for the page that we have not heard of.
    fn hides_a_protected_page(&self, method: &Method, page: &str) -> bool {
        let named = self.rules.iter().any(|rule| rule.applies(method, page));
        !named && without_ending(page).is_some_and(|stem| *self.access_to(method, stem).0 != Access::Open)
    }
}

/// Our own endpoints are an exact set; everything else below the same prefix belongs to the API or the app.
fn endpoint_of(path: &str, base: &str) -> Option<Endpoint> {
    match path {
        "/.well-known/jwks.json" => return Some(Endpoint::KeySet),
        "/.well-known/crossgate/style.css" => return Some(Endpoint::StyleSheet),
        _ => {}
    }
    let rest = path.strip_prefix(base)?.strip_prefix('/')?;
    let mut parts = rest.strip_suffix('/').unwrap_or(rest).split('/');
    let endpoint = match (parts.next()?, parts.next()) {
        ("session", None) => Endpoint::Session,
        ("csrf", None) => Endpoint::Csrf,
        ("providers", None) => Endpoint::Providers,
        ("signin", provider) => Endpoint::SignIn(provider.map(str::to_owned)),
        ("callback", Some(provider)) => Endpoint::Callback(provider.to_owned()),
        ("signout", None) => Endpoint::SignOut,
        ("error", None) => Endpoint::Error,
        ("verify-request", None) => Endpoint::VerifyRequest,
        ("_log", None) => Endpoint::Log,
        ("signedout", None) => Endpoint::SignedOut,
        ("link", Some(provider)) => Endpoint::Link(provider.to_owned()),
        ("backchannel-logout", Some(provider)) => Endpoint::BackchannelLogout(provider.to_owned()),
        ("introspect", None) => Endpoint::Introspect,
        ("revoke", None) => Endpoint::Revoke,
        ("sessions", None) => Endpoint::Sessions,
        ("sessions", Some(handle)) => Endpoint::SessionOf(handle.to_owned()),
        _ => return None,
    };
    parts.next().is_none().then_some(endpoint)
}

#[cfg(test)]
#[path = "question_tests.rs"]
mod question_tests;
#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;

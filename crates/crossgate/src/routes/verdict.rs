//! What the configuration says about each route of a build.

use crossgate_core::route::{Access, ActionPolicy, Named, Possible, RouteRefusal};
use crossgate_core::settings::Settings;
use crossgate_core::shape::{LetterCase, PathShape};
use http::Method;

use super::build::{Build, Route, RouteKind};
use super::rewrite::Rewrite;

/// A route and all that may become of its paths.
pub(super) struct Verdict<'b, 's> {
    pub(super) route: &'b Route,
    pub(super) outcomes: Vec<Outcome<'s>>,
}

/// A rewrite, and all that may become of what it is asked by and of what it serves.
pub(super) struct RewriteVerdict<'b, 's> {
    pub(super) rewrite: &'b Rewrite,
    pub(super) outcomes: Vec<Outcome<'s>>,
    /// `None` where it leads out of the app.
    pub(super) serves: Option<Vec<Outcome<'s>>>,
}

/// One of the things that may become of a request.
pub(super) struct Outcome<'s> {
    pub(super) possible: Possible<'s>,
    /// With these methods. Empty for all.
    pub(super) methods: Vec<Method>,
}

/// Everything there is to say.
pub(super) struct Survey<'b, 's> {
    pub(super) build: &'b Build,
    pub(super) verdicts: Vec<Verdict<'b, 's>>,
    pub(super) rewrites: Vec<RewriteVerdict<'b, 's>>,
    pub(super) settings: &'s Settings,
}

/// Methods that rules tell apart.
const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

impl<'b, 's> Survey<'b, 's> {
    pub(super) fn of(build: &'b Build, settings: &'s Settings) -> Self {
        let shapes: Vec<Option<PathShape>> =
            build.routes.iter().map(|route| PathShape::of_next_route(&route.path).ok()).collect();
        let verdict = |(route, shape): (&'b Route, &Option<PathShape>)| {
            let outcomes = match shape {
                Some(shape) => outcomes(settings, shape, &elsewhere(shape, &shapes)),
                // Such as a name with a semicolon: the gateway refuses every request for it.
                None => vec![Outcome::always(Possible::Refused(RouteRefusal::UnknownTransport))],
            };
            Verdict { route, outcomes }
        };
        let verdicts = build.routes.iter().zip(&shapes).map(verdict).collect();
        let rewrites = build.rewrites.iter().map(|rewrite| judge(settings, rewrite)).collect();
        Self { build, verdicts, rewrites, settings }
    }

    /// Pages and handlers that are open because no line names them.
    pub(super) fn unclassified(&self) -> impl Iterator<Item = &Verdict<'b, 's>> {
        self.verdicts.iter().filter(|verdict| verdict.is_unclassified())
    }

    /// Whether there are Server Actions of which all pages are closed, and strangers may call them at other pages.
    pub(super) fn has_open_actions(&self) -> bool {
        let some_page_is_open = self.verdicts.iter().any(|verdict| !verdict.is_closed());
        let calls = |verdict: &Verdict<'_, '_>| verdict.route.actions > 0 && verdict.is_closed();
        let may_be_called = self.settings.routes.actions() == ActionPolicy::AsPage && some_page_is_open;
        may_be_called && self.verdicts.iter().any(calls)
    }
}

impl Verdict<'_, '_> {
    /// Whether strangers may see some of it because no line names it.
    pub(super) fn is_unclassified(&self) -> bool {
        self.route.kind != RouteKind::File && self.outcomes.iter().any(Outcome::is_unnamed)
    }

    fn is_closed(&self) -> bool {
        !self.outcomes.iter().any(Outcome::is_open)
    }
}

impl RewriteVerdict<'_, '_> {
    /// Whether strangers may come by it to what a rule closes: no line is about what it is asked by.
    pub(super) fn opens_a_page(&self) -> bool {
        let is_unnamed = self.outcomes.iter().all(Outcome::is_unnamed);
        is_unnamed && self.serves.as_ref().is_some_and(|serves| serves.iter().any(Outcome::is_closed))
    }
}

impl<'s> Outcome<'s> {
    const fn always(possible: Possible<'s>) -> Self {
        Self { possible, methods: Vec::new() }
    }

    pub(super) fn is_unnamed(&self) -> bool {
        matches!(&self.possible, Possible::App(ruling)
            if *ruling.access == Access::Open && ruling.named == Named::ByNobody)
    }

    fn is_open(&self) -> bool {
        matches!(&self.possible, Possible::App(ruling) if *ruling.access == Access::Open)
    }

    fn is_closed(&self) -> bool {
        matches!(&self.possible, Possible::App(ruling) if *ruling.access != Access::Open)
    }
}

fn judge<'b, 's>(settings: &'s Settings, rewrite: &'b Rewrite) -> RewriteVerdict<'b, 's> {
    let serves = rewrite.destination_shape().map(|shape| outcomes(settings, &shape, &[]));
    RewriteVerdict { rewrite, outcomes: outcomes(settings, &rewrite.source_shape(), &[]), serves }
}

/// Next.js prefers routes that say more: those answer what lies in both.
fn elsewhere(shape: &PathShape, shapes: &[Option<PathShape>]) -> Vec<PathShape> {
    let says_more = |other: &&PathShape| *other != shape && shape.contains(other, LetterCase::Told);
    shapes.iter().flatten().filter(says_more).cloned().collect()
}

fn outcomes<'s>(settings: &'s Settings, shape: &PathShape, elsewhere: &[PathShape]) -> Vec<Outcome<'s>> {
    let mut found: Vec<Outcome<'s>> = Vec::new();
    for method in METHODS {
        for possible in settings.routes.survey(&method, shape, elsewhere) {
            match found.iter_mut().find(|outcome| outcome.possible == possible) {
                Some(outcome) => outcome.methods.push(method.clone()),
                None => found.push(Outcome { possible, methods: vec![method.clone()] }),
            }
        }
    }
    for outcome in found.iter_mut().filter(|outcome| outcome.methods.len() == METHODS.len()) {
        outcome.methods.clear();
    }
    found
}

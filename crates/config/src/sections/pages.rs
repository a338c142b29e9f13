//! `[pages]`

use crossgate_core::page::PageNaming;
use crossgate_core::pattern::PathPattern;
use crossgate_core::route::{Access, ActionPolicy, MethodSet, PageDefault, PageRoutes, RouteRule};
use crossgate_core::settings::OwnPages;

use super::rules::{PlacedRule, read_pattern_rules, read_rules};
use crate::reader::Table;
use crate::report::{Complaint, Place};
use crate::values::{choice, local_page};

/// What `[pages]` says.
pub(crate) struct PagesDraft<'r> {
    pub(crate) naming: PageNaming,
    /// The operator's rules, in the order in which they are asked.
    pub(crate) rules: Vec<PlacedRule<'r>>,
    /// What is open on purpose where the default opens it.
    pub(crate) open: Vec<PlacedRule<'r>>,
    /// Where the app's own pages are configured, and their paths.
    pub(crate) own_places: Vec<(Place<'r>, String)>,
    pub(crate) own: OwnPages,
    pub(crate) default: PageDefault,
    actions: ActionPolicy,
    /// Rules that keep the pages open that people see before they are signed in.
    implied: Vec<RouteRule>,
}

pub(crate) fn read_pages<'r>(table: &Table<'r>, naming: PageNaming) -> PagesDraft<'r> {
    let words = [("open", PageDefault::Open), ("protected", PageDefault::Protected)];
    let default = table.read_or("default", PageDefault::Open, choice(&words));
    let words = [("page", ActionPolicy::AsPage), ("session", ActionPolicy::Session)];
    let actions = table.read_or("server_actions", ActionPolicy::AsPage, choice(&words));
    let mut rules = read_rules(table);
    let public = read_pattern_rules(table, "public", &Access::Open);
    let protected = read_pattern_rules(table, "protected", &Access::Session(Vec::new()));
    refuse_contradictions(&public, &protected);
    let open = read_open(table, default, &protected);
    rules.extend(public.into_iter().chain(protected));
    let mut draft = PagesDraft {
        naming,
        rules,
        open,
        own_places: Vec::new(),
        own: OwnPages::default(),
        default,
        actions,
        implied: Vec::new(),
    };
    draft.own = OwnPages {
        sign_in: draft.read_own(table, "sign_in", true),
        sign_out: draft.read_own(table, "sign_out", false),
        error: draft.read_own(table, "error", true),
        verify_request: draft.read_own(table, "verify_request", true),
    };
    draft
}

/// Decides nothing, so it can neither open what is protected nor close anything.
fn read_open<'r>(
    table: &Table<'r>,
    default: PageDefault,
    protected: &[PlacedRule<'_>],
) -> Vec<PlacedRule<'r>> {
    let open = read_pattern_rules(table, "open", &Access::Open);
    for rule in &open {
        if default == PageDefault::Protected {
            let reason = "names what `default` opens, and `default` is \"protected\"";
            rule.place.complain(Complaint::new(reason, "write it as `public`, which opens pages"));
        } else if protected.iter().any(|closed| closed.rule.pattern == rule.rule.pattern) {
            let reason = "is protected, so it is not open";
            rule.place.complain(Complaint::new(reason, "keep one of the two lines"));
        }
    }
    open
}

fn refuse_contradictions(public: &[PlacedRule<'_>], protected: &[PlacedRule<'_>]) {
    for rule in protected {
        if public.iter().any(|public| public.rule.pattern == rule.rule.pattern) {
            let reason = "is both public and protected; `public` is asked first, so this line does nothing";
            rule.place.complain(Complaint::new(reason, "keep one of the two lines"));
        }
    }
}

impl<'r> PagesDraft<'r> {
    /// Reads one of the app's own pages. Written like all paths of `[pages]`, without the base path; browsers are
    /// sent there with it.
    fn read_own(&mut self, table: &Table<'r>, key: &'static str, stays_open: bool) -> Option<String> {
        let (path, text) = table.read(key, local_page)?;
        let place = table.place_of(key);
        if stays_open {
            self.keep_open(&place, &path);
        }
        self.own_places.push((place, path));
        Some(format!("{}{text}", self.naming.base_path))
    }

    /// Whoever is not signed in must be able to see this page, or the browser would be sent there for ever.
    fn keep_open(&mut self, place: &Place<'r>, path: &str) {
        let method = http::Method::GET;
        let decisive = self.rules.iter().find(|placed| placed.rule.applies(&method, path));
        let names_it = |placed: &&PlacedRule<'r>| {
            placed.rule.access != Access::Open && !placed.rule.pattern.as_str().contains('*')
        };
        if let Some(contradiction) = decisive.filter(names_it) {
            let reason =
                format!("is protected by {}: browsers would be sent here for ever", contradiction.rule.name);
            place.complain(Complaint::new(reason, "remove that rule; this page has to be open"));
        }
        // The path is canonical, so it is a pattern of itself.
        if let Ok(pattern) = PathPattern::parse(path) {
            let name = format!("{} = \"{path}\"", place.key);
            let access = Access::Open;
            self.implied.push(RouteRule { methods: MethodSet::Any, pattern, access, name });
        }
    }

    /// Whether some page is for people with a session only.
    pub(crate) fn needs_sessions(&self) -> bool {
        self.default == PageDefault::Protected
            || self.rules.iter().any(|placed| placed.rule.access != Access::Open)
    }

    pub(crate) fn into_routes(self) -> PageRoutes {
        let written = self.rules.into_iter().map(|placed| placed.rule);
        let rules = self.implied.into_iter().chain(written).collect();
        let open = self.open.into_iter().map(|placed| placed.rule).collect();
        PageRoutes { naming: self.naming, rules, default: self.default, open, actions: self.actions }
    }
}

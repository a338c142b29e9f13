//! What somebody should look at.

use super::build::Route;
use super::verdict::Survey;

/// Something that is not as it should be, and what to do.
pub(super) struct Finding {
    pub(super) kind: FindingKind,
    pub(super) text: String,
    pub(super) fix: String,
}

/// What it is about. The words are part of what `--json` promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FindingKind {
    /// Base path of the build and of `[app]` differ.
    BasePath,
    /// So do the locales.
    Locales,
    /// Pages are open because no line names them.
    Unclassified,
    /// A rewrite leads strangers to a protected page.
    Rewrite,
    /// Actions of protected pages can be called at open ones.
    Actions,
    /// There is a middleware.
    Middleware,
}

impl FindingKind {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::BasePath => "base_path",
            Self::Locales => "locales",
            Self::Unclassified => "unclassified",
            Self::Rewrite => "rewrite",
            Self::Actions => "server_actions",
            Self::Middleware => "middleware",
        }
    }

    /// Whether `--strict` fails for it. The others may be meant.
    pub(super) const fn fails(self) -> bool {
        !matches!(self, Self::Actions | Self::Middleware)
    }
}

/// Everything that is found.
pub(super) fn findings(survey: &Survey<'_, '_>) -> Vec<Finding> {
    let whole = [naming(survey), unclassified(survey), actions(survey), middleware(survey)];
    let rewrites = survey.rewrites.iter().filter(|verdict| verdict.opens_a_page()).map(|verdict| {
        let (source, destination) = (&verdict.rewrite.source, &verdict.rewrite.destination);
        Finding {
            kind: FindingKind::Rewrite,
            text: format!("the rewrite {source} → {destination} leads everybody to what a rule protects"),
            fix: format!("protect paths of {source} too, or name it in [pages] open where it is meant"),
        }
    });
    whole.into_iter().flatten().chain(rewrites).collect()
}

fn naming(survey: &Survey<'_, '_>) -> Vec<Finding> {
    let (build, app) = (survey.build, survey.settings.routes.naming());
    let mut found = Vec::new();
    if build.base_path != app.base_path {
        found.push(Finding {
            kind: FindingKind::BasePath,
            text: "the build has another base path than [app]: rules about pages mean others".to_owned(),
            fix: format!("[app] base_path = {:?}", build.base_path),
        });
    }
    let sorted = |locales: &[String]| {
        let mut sorted = locales.to_vec();
        sorted.sort();
        sorted
    };
    if sorted(&build.locales) != sorted(&app.locales) {
        found.push(Finding {
            kind: FindingKind::Locales,
            text: "the build has other locales than [app]: rules do not hold in all languages".to_owned(),
            fix: format!("[app] locales = {:?}", build.locales),
        });
    }
    found
}

fn unclassified(survey: &Survey<'_, '_>) -> Vec<Finding> {
    let patterns: Vec<String> = survey.unclassified().map(|verdict| pattern(verdict.route)).collect();
    let text = match patterns.len() {
        0 => return Vec::new(),
        1 => "1 route is open because no line names it".to_owned(),
        many => format!("{many} routes are open because no line names them"),
    };
    let fix =
        format!("protect what is not for everybody, and for the others write [pages] open = {patterns:?}");
    vec![Finding { kind: FindingKind::Unclassified, text, fix }]
}

/// The pattern that is about all paths of a route. `open` never opens what a rule closes, so it may say too much.
fn pattern(route: &Route) -> String {
    let parts = route.path.split('/').filter(|part| !part.is_empty()).map(|part| match part {
        part if part.starts_with("[[...") || part.starts_with("[...") => "/**".to_owned(),
        part if part.starts_with('[') => "/*".to_owned(),
        part => format!("/{}", escaped(part)),
    });
    let pattern: String = parts.collect();
    if pattern.is_empty() { "/".to_owned() } else { pattern }
}

/// As it stands in a path. Names that are in no path are left as they are: `crossgate check` says so.
fn escaped(part: &str) -> String {
    let url = url::Url::parse("http://localhost/").and_then(|base| base.join(&format!("./{part}")));
    url.map_or_else(|_| part.to_owned(), |url| url.path().trim_start_matches('/').to_owned())
}

fn actions(survey: &Survey<'_, '_>) -> Vec<Finding> {
    if !survey.has_open_actions() {
        return Vec::new();
    }
    vec![Finding {
        kind: FindingKind::Actions,
        text: "Server Actions of protected pages can be called at every open page: Next.js runs each of them anywhere"
            .to_owned(),
        fix: "[pages] server_actions = \"session\", or a check in each action".to_owned(),
    }]
}

fn middleware(survey: &Survey<'_, '_>) -> Vec<Finding> {
    if !survey.build.has_middleware {
        return Vec::new();
    }
    vec![Finding {
        kind: FindingKind::Middleware,
        text: "the app has a middleware: what it rewrites is not known here".to_owned(),
        fix: "see that it serves no protected page under a name that no rule protects".to_owned(),
    }]
}

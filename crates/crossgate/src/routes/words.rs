//! Outcomes in words, for people and for programs.

use crossgate_core::page::is_intercepting;
use crossgate_core::route::{Access, ClaimRequirement, Named, Possible, RouteRefusal, Ruling};
use crossgate_core::settings::Settings;
use serde_json::Value;

use super::build::{RouteKind, Router};
use super::verdict::Outcome;

/// Who gets an answer. The words are part of what `--json` promises.
pub(super) fn who_word(possible: &Possible<'_>) -> &'static str {
    let of = |ruling: &Ruling<'_>| match ruling.access {
        Access::Open => "everybody",
        Access::Session(claims) if claims.is_empty() => "session",
        Access::Session(_) => "claims",
    };
    match possible {
        Possible::Endpoint => "crossgate",
        Possible::Refused(_) => "nobody",
        Possible::Api(_, ruling) | Possible::App(ruling) => of(ruling),
    }
}

/// The same for people.
pub(super) fn who(possible: &Possible<'_>, settings: &Settings) -> String {
    match possible {
        Possible::Endpoint => "Crossgate answers".to_owned(),
        Possible::Refused(_) => "nobody".to_owned(),
        Possible::App(ruling) => visitors(ruling.access),
        Possible::Api(index, ruling) => {
            let path = settings.apis.get(index.0).map_or("", |api| api.path.as_str());
            format!("the API {path}: {}", visitors(ruling.access))
        }
    }
}

fn visitors(access: &Access) -> String {
    match access {
        Access::Open => "everybody".to_owned(),
        Access::Session(claims) if claims.is_empty() => "a session".to_owned(),
        Access::Session(claims) => {
            let claims: Vec<String> = claims.iter().map(claim).collect();
            format!("a session with {}", claims.join(", "))
        }
    }
}

fn claim(requirement: &ClaimRequirement) -> String {
    let values: Vec<String> = requirement.values.iter().map(Value::to_string).collect();
    format!("{} {}", requirement.claim.trim_start_matches('/'), values.join(" or "))
}

/// Who answers once that is fulfilled. The words are part of what `--json` promises.
pub(super) const fn upstream(possible: &Possible<'_>) -> Option<&'static str> {
    match possible {
        Possible::Endpoint | Possible::Refused(_) => None,
        Possible::Api(..) => Some("api"),
        Possible::App(_) => Some("app"),
    }
}

/// Which line decides.
pub(super) fn rule<'w>(possible: &Possible<'w>, path: &str) -> &'w str {
    match possible {
        Possible::Endpoint => "one of our own endpoints",
        Possible::Refused(RouteRefusal::UnknownTransport) if is_intercepting(path) => {
            "an intercepting route: only shown in place of another page"
        }
        Possible::Refused(RouteRefusal::UnknownTransport) => "it might be one more way to a protected page",
        Possible::Refused(RouteRefusal::ReservedQuery) => "a query that Next.js keeps for itself",
        Possible::Refused(RouteRefusal::OursAlone) => "only Crossgate itself asks for it",
        Possible::App(ruling) if is_unnamed(ruling) => "no line names it",
        Possible::Api(_, ruling) | Possible::App(ruling) => ruling.rule,
    }
}

/// Who thought of it. The words are part of what `--json` promises.
pub(super) fn named(possible: &Possible<'_>) -> &'static str {
    match possible {
        Possible::Endpoint | Possible::Refused(_) => "rule",
        Possible::Api(_, ruling) | Possible::App(ruling) => match ruling.named {
            Named::ByRule => "rule",
            Named::OnPurpose => "on_purpose",
            Named::ByNobody => "nobody",
        },
    }
}

fn is_unnamed(ruling: &Ruling<'_>) -> bool {
    ruling.named == Named::ByNobody && *ruling.access == Access::Open
}

/// The methods of an outcome, where it is not about all.
pub(super) fn methods(outcome: &Outcome<'_>) -> String {
    outcome.methods.iter().map(http::Method::as_str).collect::<Vec<_>>().join(" ")
}

pub(super) const fn kind(kind: RouteKind) -> &'static str {
    match kind {
        RouteKind::Page => "page",
        RouteKind::Handler => "handler",
        RouteKind::Metadata => "metadata",
        RouteKind::File => "file",
    }
}

pub(super) const fn router(router: Router) -> &'static str {
    match router {
        Router::App => "app",
        Router::Pages => "pages",
        Router::Public => "public",
    }
}

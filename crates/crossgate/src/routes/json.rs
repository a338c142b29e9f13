//! The list for programs. The shape only grows: members are added, and `version` counts what is not.

use serde_json::{Value, json};

use super::findings::Finding;
use super::verdict::{Outcome, Survey};
use super::words;

/// The whole list.
pub(super) fn json(survey: &Survey<'_, '_>, findings: &[Finding]) -> Value {
    let routes = survey.verdicts.iter().map(|verdict| {
        let route = verdict.route;
        json!({
            "path": route.path,
            "kind": words::kind(route.kind),
            "router": words::router(route.router),
            "server_actions": route.actions,
            "unclassified": verdict.is_unclassified(),
            "outcomes": outcomes(&route.path, &verdict.outcomes),
        })
    });
    let rewrites = survey.rewrites.iter().map(|verdict| {
        let serves = verdict.serves.as_ref();
        json!({
            "source": verdict.rewrite.source,
            "destination": verdict.rewrite.destination,
            "outcomes": outcomes(&verdict.rewrite.source, &verdict.outcomes),
            "serves": serves.map(|serves| outcomes(&verdict.rewrite.destination, serves)),
        })
    });
    let findings = findings.iter().map(|finding| {
        let Finding { kind, text, fix } = finding;
        json!({ "kind": kind.word(), "fails": kind.fails(), "text": text, "fix": fix })
    });
    json!({
        "version": 1,
        "base_path": survey.build.base_path,
        "locales": survey.build.locales,
        "routes": routes.collect::<Value>(),
        "rewrites": rewrites.collect::<Value>(),
        "findings": findings.collect::<Value>(),
    })
}

fn outcomes(path: &str, outcomes: &[Outcome<'_>]) -> Value {
    let one = |outcome: &Outcome<'_>| {
        let possible = &outcome.possible;
        let methods: Vec<&str> = outcome.methods.iter().map(http::Method::as_str).collect();
        json!({
            "who": words::who_word(possible),
            "upstream": words::upstream(possible),
            "rule": words::rule(possible, path),
            "named": words::named(possible),
            "methods": methods,
        })
    };
    outcomes.iter().map(one).collect()
}

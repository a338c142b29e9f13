//! Requests that Crossgate alone makes are closed to browsers: the answers to a login and to a refresh have tokens in
//! them, and whoever could ask for a login here would guess passwords without being counted.

use crossgate_core::credentials::{BodyTemplate, CallTemplate, CredentialsSettings};
use crossgate_core::pattern::PathPattern;
use crossgate_core::route::{Access, MethodSet, OursAlone};
use crossgate_core::target::CanonicalTarget;
use crossgate_core::template::JsonTemplate;
use serde_json::Value as Json;

use super::api::ApiDraft;
use crate::report::{Complaint, Place};

/// Stands for the value of a variable while a path is looked at.
const SAMPLE: &str = "crossgate-variable";

/// Closes login, refresh and second step, but for what a line opens.
pub(super) fn close_calls(settings: &CredentialsSettings, apis: &mut [ApiDraft<'_>]) {
    let step = settings.second_step.as_ref().map(|step| &step.login.call);
    let refresh = settings.refresh.as_ref().map(|refresh| &refresh.call);
    let with_tokens = [Some(&settings.login.call), step, refresh].into_iter().flatten();
    for call in with_tokens.filter(|call| !is_shared(call, settings)) {
        let (Some(path), Some(pattern)) = (sample_path(call), pattern_of(call)) else { continue };
        for api in apis.iter_mut().filter(|api| !opens(api, call, &path)) {
            let methods = MethodSet::Only(vec![call.method.clone()]);
            api.ours_alone.push(OursAlone { methods, pattern: pattern.clone() });
        }
    }
}

/// Closes the path of a hook to everybody else, whichever API a request for it would go to: two addresses may be one
/// server.
pub(super) fn close_hook(place: &Place<'_>, call: &CallTemplate, apis: &mut [ApiDraft<'_>]) {
    let Some(pattern) = pattern_of(call) else {
        let fix = "write a path whose variables stand for whole segments, such as /api/accounts/{provider}";
        place.complain(Complaint::new("the path of `request` cannot be closed to others", fix));
        return;
    };
    let ours = OursAlone { methods: MethodSet::Any, pattern };
    apis.iter_mut().for_each(|api| api.ours_alone.push(ours.clone()));
}

/// Whether everything goes to this address, as with GraphQL: then the address says nothing.
fn is_shared(call: &CallTemplate, settings: &CredentialsSettings) -> bool {
    let profile = settings.profile.as_ref().map(|profile| &profile.call);
    let others = [profile, settings.logout.as_ref()].into_iter().flatten();
    let is_same = |other: &CallTemplate| other.method == call.method && other.path == call.path;
    let is_graphql = match &call.body {
        BodyTemplate::Json(JsonTemplate::Object(members)) => members.iter().any(|(name, _)| name == "query"),
        _ => false,
    };
    is_graphql || others.into_iter().any(is_same)
}

/// Whether a line opens it, or gives it to the app.
fn opens(api: &ApiDraft<'_>, call: &CallTemplate, path: &str) -> bool {
    let rules = api.rules.iter().map(|placed| &placed.rule);
    let mut open = rules.filter(|rule| rule.access == Access::Open);
    open.any(|rule| rule.applies(&call.method, path))
        || api.app.iter().any(|(_, pattern)| pattern.matches(path))
}

fn sample_path(call: &CallTemplate) -> Option<String> {
    let sample = call.path.render(&|_| Some(Json::from(SAMPLE))).ok()?;
    Some(CanonicalTarget::parse(&sample).ok()?.path.to_string())
}

/// All paths that a call can have: a segment with a variable may be anything.
fn pattern_of(call: &CallTemplate) -> Option<PathPattern> {
    let path = sample_path(call)?;
    let segments = path.split('/').map(|part| if part.contains(SAMPLE) { "*" } else { part });
    PathPattern::parse(&segments.collect::<Vec<_>>().join("/")).ok()
}

//! Paths compared with each other: a rule that is never asked protects nothing.

use crossgate_core::pattern::PathPattern;
use crossgate_core::route::Access;

use crate::report::{Complaint, Place};
use crate::sections::{ApiDraft, Draft, PlacedRule};
use crate::values::{fixed_part, is_below};

pub(super) fn check(draft: &Draft<'_>) {
    check_repeated_prefixes(&draft.apis);
    draft.apis.iter().for_each(|api| check_prefix(api, draft.endpoints()));
    draft.apis.iter().for_each(|api| check_api_patterns(api, &draft.apis));
    for rule in draft.pages.rules.iter().chain(&draft.pages.open) {
        check_page_rule(rule, draft);
    }
    for (place, path) in &draft.pages.own_places {
        check_own_page(place, path, draft);
    }
}

fn check_repeated_prefixes(apis: &[ApiDraft<'_>]) {
    for (index, later) in apis.iter().enumerate() {
        let same = |earlier: &ApiDraft<'_>| earlier.path.is_some() && earlier.path == later.path;
        if apis.iter().take(index).any(same) {
            let reason = "another [[api]] has the same path, and would get all its requests";
            later.path_place.complain(Complaint::new(reason, "give each [[api]] a path of its own"));
        }
    }
}

/// Our own endpoints come first.
fn check_prefix(api: &ApiDraft<'_>, endpoints: &str) {
    if api.path.as_deref().is_some_and(|path| is_below(path, endpoints)) {
        let reason = format!("Crossgate's own endpoints live below {endpoints}");
        let fix = "write a prefix above or beside it, such as \"/api\": what is no endpoint reaches the API all the same";
        api.path_place.complain(Complaint::new(reason, fix));
    }
}

/// The API that is asked about this path: the one with the longest prefix.
fn owner_of<'d, 'r>(path: &str, apis: &'d [ApiDraft<'r>]) -> Option<&'d ApiDraft<'r>> {
    let prefix = |api: &&ApiDraft<'_>| api.path.as_deref().is_some_and(|prefix| is_below(path, prefix));
    apis.iter().filter(prefix).max_by_key(|api| api.path.as_ref().map(String::len))
}

fn check_api_patterns(api: &ApiDraft<'_>, apis: &[ApiDraft<'_>]) {
    let Some(prefix) = api.path.as_deref() else { return };
    let rules = api.rules.iter().map(|placed| (&placed.place, &placed.rule.pattern));
    let lists = api.app.iter().chain(&api.accept_bearer).map(|(place, pattern)| (place, pattern));
    for (place, pattern) in rules.chain(lists) {
        let fixed = fixed_part(pattern.as_str());
        if !is_below(fixed, prefix) {
            let reason = format!("is not below \"{prefix}\", the path of this [[api]]");
            place.complain(Complaint::new(reason, format!("write the whole path: \"{prefix}/…\"")));
        } else if owner_of(fixed, apis).is_some_and(|owner| owner.path != api.path) {
            let reason = "another [[api]] with a longer path serves this";
            place.complain(Complaint::new(reason, "move the line to that [[api]]"));
        }
    }
}

/// A path where a pattern applies, as far as one can be named: stars stand for themselves.
fn sample(pattern: &PathPattern) -> &str {
    let text = pattern.as_str();
    match text.strip_suffix("/**") {
        Some("") => "/",
        Some(path) => path,
        None => text,
    }
}

fn api_that_serves<'d, 'r>(path: &str, apis: &'d [ApiDraft<'r>]) -> Option<&'d ApiDraft<'r>> {
    let gives_to_app = |api: &&ApiDraft<'_>| api.app.iter().any(|(_, pattern)| pattern.matches(path));
    owner_of(path, apis).filter(|api| !gives_to_app(api))
}

fn check_page_rule(placed: &PlacedRule<'_>, draft: &Draft<'_>) {
    let path = sample(&placed.rule.pattern);
    if api_that_serves(path, &draft.apis).is_some() {
        let reason = "an [[api]] serves this path, so rules about pages are never asked";
        let fix = "write it as `public` or [[api.rule]] of that [[api]], or list it in its `app`";
        placed.place.complain(Complaint::new(reason, fix));
    }
    if placed.rule.access != Access::Open {
        check_naming(&placed.place, path, draft);
    }
}

/// A rule about `/en/account` protects nothing where `en` is a locale.
fn check_naming(place: &Place<'_>, path: &str, draft: &Draft<'_>) {
    let naming = &draft.pages.naming;
    let base_path = naming.base_path.as_str();
    if !base_path.is_empty() && is_below(path, base_path) {
        let reason = "paths of pages are written without `app.base_path`, so this one means another page";
        place.complain(Complaint::new(reason, format!("leave out \"{base_path}\"")));
    }
    let first = path.split('/').nth(1).unwrap_or_default();
    if naming.locales.iter().any(|locale| locale.eq_ignore_ascii_case(first)) {
        let reason = "paths of pages are written without locale, so this one means no page";
        place
            .complain(Complaint::new(reason, format!("leave out \"/{first}\"; a rule is about all locales")));
    }
}

fn check_own_page(place: &Place<'_>, path: &str, draft: &Draft<'_>) {
    check_naming(place, path, draft);
    if is_below(&format!("{}{path}", draft.pages.naming.base_path), draft.endpoints()) {
        let reason = "is below Crossgate's own endpoints";
        let fix = "leave the key out for the built-in page, or name a page of the app";
        place.complain(Complaint::new(reason, fix));
    } else if api_that_serves(path, &draft.apis).is_some() {
        let fix = "name a page of the app, or list the path in the `app` of that [[api]]";
        place.complain(Complaint::new("an [[api]] serves this path, not the app", fix));
    }
}

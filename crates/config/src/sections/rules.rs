//! `[[pages.rule]]`, `[[api.rule]]` and the short forms of rules.

use crossgate_core::pattern::PathPattern;
use crossgate_core::route::{Access, ClaimRequirement, MethodSet, RouteRule};
use serde_json::Value as Json;

use crate::reader::{Entry, Table};
use crate::report::{Complaint, Place};
use crate::values::{check_pointer, choice, claim_name, json_value, methods, pattern, request_pattern};

/// A rule and where it stands.
pub(crate) struct PlacedRule<'r> {
    pub(crate) place: Place<'r>,
    pub(crate) rule: RouteRule,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum AccessWord {
    Session,
    Open,
}

/// The tables of `rule`.
pub(super) fn read_rules<'r>(table: &Table<'r>) -> Vec<PlacedRule<'r>> {
    table.tables("rule", read_rule).into_iter().flatten().collect()
}

fn read_rule<'r>(table: &Table<'r>) -> Option<PlacedRule<'r>> {
    let access = read_access(table);
    let methods = read_methods(table);
    let pattern = table.require("path", "path = \"/admin/**\"", pattern)?;
    let name = format!("{} = \"{}\"", table.place.key, pattern.as_str());
    let rule = RouteRule { methods, pattern, access, name };
    Some(PlacedRule { place: table.place_of("path"), rule })
}

fn read_methods(table: &Table<'_>) -> MethodSet {
    let Some(entry) = table.entry("methods") else { return MethodSet::Any };
    if entry.is_empty() {
        let fix = "leave it out for all methods";
        entry.place.complain(Complaint::new("a rule for no method is no rule", fix));
    }
    MethodSet::Only(table.list("methods", methods))
}

fn read_access(table: &Table<'_>) -> Access {
    let words = [("session", AccessWord::Session), ("open", AccessWord::Open)];
    let word = table.read_or("access", AccessWord::Session, choice(&words));
    let requirements = table.entry("require").map(|entry| read_requirements(&entry));
    match (word, requirements) {
        (AccessWord::Session, requirements) => Access::Session(requirements.unwrap_or_default()),
        (AccessWord::Open, None) => Access::Open,
        (AccessWord::Open, Some(_)) => {
            let reason = "an open path has no session that could have claims";
            table.place_of("require").complain(Complaint::new(reason, "write access = \"session\""));
            Access::Open
        }
    }
}

fn read_requirements(entry: &Entry<'_>) -> Vec<ClaimRequirement> {
    let members = entry.accept(entry.members()).unwrap_or_default();
    if entry.is_empty() {
        entry.place.complain(Complaint::new("requires nothing", "write { role = \"admin\" }, or remove it"));
    }
    members.into_iter().flat_map(|(name, entry)| read_requirement(name.to_owned(), &entry)).collect()
}

/// `user.role = "admin"` in TOML is a table in a table.
fn read_requirement(name: String, entry: &Entry<'_>) -> Vec<ClaimRequirement> {
    if entry.is_table() {
        let members = entry.accept(entry.members()).unwrap_or_default();
        let inner = |(member, entry): (&str, Entry<'_>)| read_requirement(format!("{name}.{member}"), &entry);
        return members.into_iter().flat_map(inner).collect();
    }
    let values = entry.accept(accepted_values(entry)).unwrap_or_default();
    entry.accept(required_claim(&name)).map(|claim| ClaimRequirement { claim, values }).into_iter().collect()
}

fn accepted_values(entry: &Entry<'_>) -> Result<Vec<Json>, Complaint> {
    if entry.is_empty() {
        return Err(Complaint::new("nobody could pass: no value is accepted", "list the accepted values"));
    }
    match json_value(entry)? {
        Json::Array(values) => Ok(values),
        value => Ok(vec![value]),
    }
}

/// Members of the user object may be named plainly (`role`), dotted (`user.role`) or by JSON Pointer (`/role`).
fn required_claim(name: &str) -> Result<String, Complaint> {
    if name.starts_with('/') {
        return check_pointer(name);
    }
    let dotted = if name.starts_with("user.") { name.to_owned() } else { format!("user.{name}") };
    let is_own = matches!(name, "sub" | "name" | "email" | "image");
    claim_name(if is_own { name } else { &dotted })
        .map_err(|_| Complaint::new("not a claim", "write `role`, `user.address.country`, or a JSON Pointer"))
}

/// A list of page patterns.
pub(super) fn read_patterns<'r>(table: &Table<'r>, key: &'static str) -> Vec<(Place<'r>, PathPattern)> {
    table.list(key, |entry| Ok((entry.place.clone(), pattern(entry)?)))
}

/// A list of patterns as rules of one access.
pub(super) fn read_pattern_rules<'r>(
    table: &Table<'r>,
    key: &'static str,
    access: &Access,
) -> Vec<PlacedRule<'r>> {
    let rule = |(place, pattern): (Place<'r>, PathPattern)| {
        let name = short_name(table, key, pattern.as_str());
        let rule = RouteRule { methods: MethodSet::Any, pattern, access: access.clone(), name };
        PlacedRule { place, rule }
    };
    refuse_repetitions(read_patterns(table, key).into_iter().map(rule).collect())
}

/// A list of `GET /path` patterns that are open.
pub(super) fn read_open_requests<'r>(table: &Table<'r>, key: &'static str) -> Vec<PlacedRule<'r>> {
    let rules = table.list(key, |entry| {
        let (methods, pattern) = request_pattern(entry)?;
        let name = short_name(table, key, entry.text()?);
        let rule = RouteRule { methods, pattern, access: Access::Open, name };
        Ok(PlacedRule { place: entry.place.clone(), rule })
    });
    refuse_repetitions(rules)
}

fn short_name(table: &Table<'_>, key: &str, text: &str) -> String {
    format!("{} = \"{text}\"", table.place.key_of(key))
}

fn refuse_repetitions(rules: Vec<PlacedRule<'_>>) -> Vec<PlacedRule<'_>> {
    for (index, later) in rules.iter().enumerate() {
        let same = |earlier: &PlacedRule<'_>| {
            earlier.rule.pattern == later.rule.pattern && earlier.rule.methods == later.rule.methods
        };
        if rules.iter().take(index).any(same) {
            later.place.complain(Complaint::new("stands twice in the list", "remove one of the two"));
        }
    }
    rules
}

//! `token`, `session` and `update`: what the app's token and session have beside the usual

use std::collections::BTreeSet;

use crossgate_core::template::JsonTemplate;
use serde_json::json;

use crate::reader::{Entry, Table};
use crate::report::Complaint;
use crate::values::{Variables, json_template, member_pointer, renamed_template};

/// Claims of the token that are about the token, and who it is about: no template and no person says those.
const RESERVED: [&str; 6] = ["sub", "sid", "iat", "exp", "nbf", "jti"];

/// What a template of the token may name, beside members of the user object.
const VARIABLES: [&str; 6] = ["sub", "name", "email", "image", "sign_in", "access_token"];

/// Claims of the token. Members of the user object are named by JSON Pointers.
pub(super) fn read_token(table: &Table<'_>) -> JsonTemplate {
    let variables = Variables::new(VARIABLES.map(str::to_owned).into()).with_user();
    let read = |entry: Entry<'_>| {
        let members = entry.accept(entry.members())?;
        members.iter().for_each(|(name, member)| refuse_reserved(name, member));
        refuse_refresh_token(&entry)?;
        json_template(&entry, &variables)
    };
    table.entry("token").and_then(read).unwrap_or_else(nothing)
}

const fn nothing() -> JsonTemplate {
    JsonTemplate::Object(Vec::new())
}

fn refuse_reserved(name: &str, entry: &Entry<'_>) {
    if RESERVED.contains(&name) {
        let fix = "remove it, or give the claim another name";
        entry.place.complain(Complaint::new("Crossgate sets this claim itself", fix));
    }
}

/// Everybody who may see the session may see its claims. `None` where there is one.
fn refuse_refresh_token(entry: &Entry<'_>) -> Option<()> {
    let check = |name: &str| match name {
        "refresh_token" => Err(Complaint::new(
            "the refresh token never leaves Crossgate, which renews the API's token itself",
            "remove it",
        )),
        other => Ok(other.to_owned()),
    };
    renamed_template(entry, &check).map(|_| ())
}

/// Members of the session. Claims of the token are named by JSON Pointers.
pub(super) fn read_session(table: &Table<'_>) -> JsonTemplate {
    let read = |entry: Entry<'_>| {
        let members = entry.accept(entry.members())?;
        if let Some((_, expires)) = members.iter().find(|(name, _)| *name == "expires") {
            let fix = "remove it; [session] says how long sessions live";
            expires.place.complain(Complaint::new("Crossgate says itself when a session expires", fix));
        }
        let template = renamed_template(&entry, &claim_of_token)?;
        complain_about_user(&template, &members);
        Some(template)
    };
    table.entry("session").and_then(read).unwrap_or_else(nothing)
}

fn claim_of_token(name: &str) -> Result<String, Complaint> {
    member_pointer(name).ok_or_else(|| {
        let fix = "write the name of a claim of the token: {role}, {address.city}";
        Complaint::new("a template has a variable that names no claim", fix)
    })
}

/// It is put together with what the session says of the person, so it is an object, or a variable that may be one.
fn complain_about_user(template: &JsonTemplate, members: &[(&str, Entry<'_>)]) {
    let JsonTemplate::Object(templates) = template else { return };
    let user = templates.iter().find(|(name, _)| name == "user").map(|(_, template)| template);
    let sample = user.and_then(|template| template.render(&|_| Some(json!({}))).ok().flatten());
    if sample.is_none_or(|sample| sample.is_object()) {
        return;
    }
    for (_, entry) in members.iter().filter(|(name, _)| *name == "user") {
        let fix = "write user = { role = \"{role}\" }";
        entry.place.complain(Complaint::new("`user` is an object in every session", fix));
    }
}

/// Claims that a person may change.
pub(super) fn read_update(table: &Table<'_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (entry, name) in table.list("update", |entry| Ok((entry.clone(), entry.text()?.to_owned()))) {
        refuse_reserved(&name, &entry);
        if !names.insert(name) {
            entry.place.complain(Complaint::new("stands twice in the list", "remove one of the two"));
        }
    }
    names
}

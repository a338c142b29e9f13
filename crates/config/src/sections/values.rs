//! `values`: what of an answer a later call needs

use crossgate_core::credentials::{CallTemplate, ValueSource, ValueSources};

use crate::reader::{Entry, Table};
use crate::report::{Complaint, Place};
use crate::values::{check_header_name, check_pointer, is_plain_name, is_token};

/// Names that mean something else in the templates of other calls.
const FIXED: [&str; 7] = ["access_token", "refresh_token", "sub", "name", "email", "image", "user"];

/// What `values` says.
#[derive(Default)]
pub(super) struct ValuesDraft<'r> {
    pub(super) sources: ValueSources,
    /// Also of values that are not right, so that nobody complains about what uses them.
    pub(super) names: Vec<String>,
    places: Vec<Place<'r>>,
}

/// Reads the values. `taken` are names that other variables have.
pub(super) fn read_values<'r>(table: &Table<'r>, taken: &[String]) -> ValuesDraft<'r> {
    let mut draft = ValuesDraft::default();
    let Some(entry) = table.entry("values") else { return draft };
    for (name, entry) in entry.accept(entry.members()).unwrap_or_default() {
        let Some(name) = entry.accept(check_name(name, taken)) else { continue };
        draft.names.push(name.clone());
        if let Some(source) = entry.accept(source(&entry)) {
            draft.sources.push((name, source));
            draft.places.push(entry.place);
        }
    }
    draft
}

impl ValuesDraft<'_> {
    /// Complains about what none of the calls sends. A call that could not be read may have sent it.
    pub(super) fn complain_about_unused(&self, calls: &[Option<&CallTemplate>]) {
        let Some(calls) = calls.iter().copied().collect::<Option<Vec<_>>>() else { return };
        let sent: Vec<_> = calls.into_iter().map(CallTemplate::variables).collect();
        for ((name, _), place) in self.sources.iter().zip(&self.places) {
            if !sent.iter().any(|sent| sent.contains(name)) {
                let fix = format!("write {{{name}}} where it is to be sent, or remove it");
                place.complain(Complaint::new("is read and never sent", fix));
            }
        }
    }
}

fn check_name(name: &str, taken: &[String]) -> Result<String, Complaint> {
    if FIXED.contains(&name) || taken.iter().any(|other| other == name) {
        return Err(Complaint::new("another variable has this name", "give the value another name"));
    }
    if !is_plain_name(name) {
        let fix = "write letters, digits, `_` and `-`, beginning with a letter";
        return Err(Complaint::new("not a name for a value", fix));
    }
    Ok(name.to_owned())
}

/// `/pointer`, `cookie:NAME` or `header:NAME`.
fn source(entry: &Entry<'_>) -> Result<ValueSource, Complaint> {
    let text = entry.text_or_empty()?;
    match text.split_once(':') {
        Some(("cookie", name)) if is_token(name) => Ok(ValueSource::Cookie(name.to_owned())),
        Some(("cookie", _)) => Err(Complaint::new("not a cookie name", "write \"cookie:XSRF-TOKEN\"")),
        Some(("header", name)) => check_header_name(name).map(ValueSource::Header),
        _ => check_pointer(text).map(ValueSource::Pointer).map_err(|complaint| {
            let fix = format!("{}; or \"cookie:NAME\", or \"header:NAME\"", complaint.fix);
            Complaint::new(complaint.reason, fix)
        }),
    }
}

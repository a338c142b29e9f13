//! `user`, `subject`, `name`, `email` and `image`: who somebody is, in an answer of the API

use crossgate_core::credentials::{PersonReading, SubjectReading, UserSource};

use crate::reader::{Entry, Table};
use crate::report::Complaint;
use crate::values::json_pointer;

/// In place of a pointer: the claims of the access token.
const CLAIMS: &str = "access_token";

/// Where nothing is written.
pub(super) fn usual_person() -> PersonReading {
    PersonReading {
        user: UserSource::Pointer("/user".to_owned()),
        subject: SubjectReading::Usual,
        name: None,
        email: None,
        image: None,
    }
}

pub(super) fn read_person(table: &Table<'_>, default: PersonReading) -> PersonReading {
    let pointer = |key, default: Option<String>| table.read(key, json_pointer).or(default);
    PersonReading {
        user: table.read_or("user", default.user, user_source),
        subject: table.read_or("subject", default.subject, subject),
        name: pointer("name", default.name),
        email: pointer("email", default.email),
        image: pointer("image", default.image),
    }
}

/// Warns where it is said who somebody is although `profile` says it.
pub(super) fn warn_about_person(table: &Table<'_>) {
    let _unused = read_person(table, usual_person());
    for key in ["user", "subject", "name", "email", "image"].into_iter().filter(|key| table.has(key)) {
        let reason = "`profile` says who somebody is, so nobody looks here";
        let fix = "move it to `profile`, or remove one of the two";
        table.place_of(key).warn(Complaint::new(reason, fix));
    }
}

fn user_source(entry: &Entry<'_>) -> Result<UserSource, Complaint> {
    match entry.text_or_empty()? {
        CLAIMS => Ok(UserSource::AccessToken),
        _ => json_pointer(entry).map(UserSource::Pointer),
    }
}

/// A pointer, or several where it takes all of them to tell people apart.
fn subject(entry: &Entry<'_>) -> Result<SubjectReading, Complaint> {
    if !entry.is_list() {
        return json_pointer(entry).map(SubjectReading::Pointer);
    }
    let pointers: Vec<_> = entry.elements()?.iter().map(json_pointer).collect::<Result<_, _>>()?;
    match pointers.as_slice() {
        [] => Err(Complaint::new("is an empty list", "write \"/id\", or leave it out for the usual names")),
        [one] => Ok(SubjectReading::Pointer(one.clone())),
        _ => Ok(SubjectReading::Several(pointers)),
    }
}

//! `user`, `subject`, `name`, `email` and `image`: who somebody is, in an answer of the API

use crossgate_core::credentials::{
    PersonReading, SubjectReading, SubjectTemplate, SubjectTemplateError, UserSource,
};

use crate::reader::{Entry, Table};
use crate::report::Complaint;
use crate::values::{json_pointer, user_template};

/// In place of a pointer: the claims of the access token.
const CLAIMS: &str = "access_token";

pub(super) fn read_person(table: &Table<'_>) -> PersonReading {
    let pointer = |key| table.read(key, json_pointer);
    PersonReading {
        user: table.read_or("user", UserSource::Pointer("/user".to_owned()), user_source),
        subject: table.read_or("subject", SubjectReading::Usual, subject),
        name: pointer("name"),
        email: pointer("email"),
        image: pointer("image"),
    }
}

fn user_source(entry: &Entry<'_>) -> Result<UserSource, Complaint> {
    match entry.text_or_empty()? {
        CLAIMS => Ok(UserSource::AccessToken),
        _ => json_pointer(entry).map(UserSource::Pointer),
    }
}

/// A pointer, or a template where it takes several values to tell people apart.
fn subject(entry: &Entry<'_>) -> Result<SubjectReading, Complaint> {
    if !entry.text_or_empty()?.contains('{') {
        return json_pointer(entry).map(SubjectReading::Pointer);
    }
    let template = user_template(entry)?;
    SubjectTemplate::new(template).map(SubjectReading::Template).map_err(|error| {
        let fix = match error {
            SubjectTemplateError::Constant => "write a variable such as {user.id}",
            SubjectTemplateError::Ambiguous => "put a colon in between: \"{user.tenant}:{user.id}\"",
        };
        Complaint::new(error.to_string(), fix)
    })
}

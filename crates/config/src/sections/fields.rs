//! `fields` of `[sign_in.credentials]` and of its second step

use crossgate_core::credentials::Field;

use crate::reader::{Entry, Table};
use crate::report::Complaint;
use crate::suggest::quoted_list;
use crate::values::is_plain_name;

/// Names that the sign-in form of next-auth uses itself.
const TAKEN: [&str; 4] = ["csrfToken", "callbackUrl", "json", "redirect"];

/// What is typed into a field of such a name is hidden.
const SECRET_NAMES: [&str; 5] = ["password", "pin", "otp", "secret", "token"];

/// The fields of a form; those of `default` where nothing is written.
pub(super) fn read_fields(table: &Table<'_>, default: &[&str]) -> Vec<Field> {
    let Some(entry) = table.entry("fields") else {
        return default.iter().map(|name| field(name, None, None)).collect();
    };
    if entry.is_empty() {
        let fix = format!("write [{}]", quoted_list(default));
        entry.place.complain(Complaint::new("is an empty list", fix));
    }
    let mut fields: Vec<Field> = Vec::new();
    for element in entry.accept(entry.elements()).unwrap_or_default() {
        match read_field(&element) {
            Some(field) if fields.iter().any(|earlier| earlier.name == field.name) => {
                element.place.complain(Complaint::new("stands twice in the list", "remove one of the two"));
            }
            found => fields.extend(found),
        }
    }
    fields
}

fn read_field(entry: &Entry<'_>) -> Option<Field> {
    if !entry.is_table() {
        return entry.accept(field_name(entry)).map(|name| field(&name, None, None));
    }
    entry.accept(entry.table(|table| {
        let label = table.read("label", |entry| entry.text().map(str::to_owned));
        let secret = table.read("secret", Entry::boolean);
        table.require("name", "name = \"email\"", field_name).map(|name| field(&name, label, secret))
    }))?
}

fn field_name(entry: &Entry<'_>) -> Result<String, Complaint> {
    let text = entry.text()?;
    if TAKEN.contains(&text) {
        let fix = "rename the field; the login's body may still use the API's own name";
        return Err(Complaint::new("the sign-in form uses this name itself", fix));
    }
    if !is_plain_name(text) {
        let fix = "write letters, digits, `_` and `-`, beginning with a letter; `label` may be any text";
        return Err(Complaint::new("not a field name", fix));
    }
    Ok(text.to_owned())
}

fn field(name: &str, label: Option<String>, secret: Option<bool>) -> Field {
    let lower = name.to_ascii_lowercase();
    Field {
        name: name.to_owned(),
        label: label.unwrap_or_else(|| label_of(name)),
        secret: secret.unwrap_or_else(|| SECRET_NAMES.contains(&lower.as_str())),
    }
}

/// A name as people read it.
pub(super) fn label_of(name: &str) -> String {
    if name == "email" {
        return "E-mail".to_owned();
    }
    let spaced = name.replace(['_', '-'], " ");
    let mut chars = spaced.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_secrecy_follow_from_names() {
        for (name, label, secret) in [
            ("email", "E-mail", false),
            ("password", "Password", true),
            ("PIN", "PIN", true),
            ("user_name", "User name", false),
        ] {
            let field = field(name, None, None);
            assert_eq!((field.label.as_str(), field.secret), (label, secret), "{name}");
        }
    }
}

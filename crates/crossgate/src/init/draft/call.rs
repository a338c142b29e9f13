//! Requests that Crossgate makes to the API, and where things are in their answers.

use super::text::{Text, quoted, table};
use crate::init::express::{Login, Sending, TokenPlaces};

/// `/t/:tenant/login` with the parameters as variables.
pub(super) fn request(method: &str, path: &str, variable: impl Fn(&str) -> String) -> String {
    let method = if method == "ALL" { "POST" } else { method };
    let part = |part: &str| match part.strip_prefix(':') {
        Some(name) => format!("{{{}}}", variable(name)),
        None => part.to_owned(),
    };
    format!("{method} {}", path.split('/').map(part).collect::<Vec<_>>().join("/"))
}

/// The fields that are no part of the path.
fn sent_fields(login: &Login) -> Vec<&str> {
    let parameters: Vec<_> = login.route.path.split('/').filter_map(|part| part.strip_prefix(':')).collect();
    login.fields.iter().map(String::as_str).filter(|field| !parameters.contains(field)).collect()
}

/// How the fields are sent, where it is not as JSON under their own names.
pub(super) fn write_sending(text: &mut Text, login: &Login) {
    let fields = sent_fields(login);
    let same = |field: &&str| format!("{{{field}}}");
    if fields.is_empty() {
        return;
    }
    let envelope = login.envelope.as_deref();
    match login.sending {
        _ if login.is_grant => {
            let members = fields.iter().map(|field| (*field, same(field)));
            text.key("form", table([("grant_type", "password".to_owned())].into_iter().chain(members)));
        }
        Sending::Basic => {
            let names = ["username", "password"].into_iter().zip(fields.iter().map(same));
            text.key("basic", table(names));
        }
        Sending::Form => {
            let name = |field: &str| {
                envelope.map_or_else(|| field.to_owned(), |envelope| format!("{envelope}[{field}]"))
            };
            let names: Vec<_> = fields.iter().map(|field| (name(field), same(field))).collect();
            text.key("form", table(names.iter().map(|(name, value)| (name.as_str(), value.clone()))));
        }
        Sending::Json => {
            let body = table(fields.iter().map(|field| (*field, same(field))));
            match envelope {
                Some(envelope) => text.key("body", format!("{{ {} = {body} }}", super::text::key(envelope))),
                None if fields.len() < login.fields.len() => text.key("body", body),
                None => {}
            }
        }
    }
}

/// A key, and the pointer that belongs to it.
type NamedPlace = (&'static str, fn(&TokenPlaces) -> &Option<String>);

/// Pointers that differ from those of the login; all of them for the login itself.
pub(super) fn write_tokens(
    text: &mut Text,
    tokens: &TokenPlaces,
    login: Option<&TokenPlaces>,
    has_expiry: bool,
) {
    let ends: [NamedPlace; 2] =
        [("expires_in", |tokens| &tokens.expires_in), ("expires_at", |tokens| &tokens.expires_at)];
    let all: [NamedPlace; 2] =
        [("access_token", |tokens| &tokens.access_token), ("refresh_token", |tokens| &tokens.refresh_token)];
    let ends = ends.into_iter().find(|(_, read)| has_expiry && read(tokens).is_some());
    for (key, read) in all.into_iter().chain(ends) {
        let place = read(tokens)
            .as_ref()
            .filter(|place| login.and_then(|login| read(login).as_ref()) != Some(*place));
        if let Some(place) = place {
            text.key(key, quoted(place));
        }
    }
}

//! Requests to the API, declared as `request`, `body` or `form`, `headers` and `basic`

use crossgate_core::credentials::{BasicTemplate, BodyTemplate, CallTemplate};
use crossgate_core::target::CanonicalTarget;
use crossgate_core::template::TextTemplate;
use http::{HeaderName, HeaderValue, Method, header};
use serde_json::Value as Json;

use crate::reader::{Entry, Table};
use crate::report::Complaint;
use crate::values::{Variables, check_header_name, json_template, method, text_template};

/// What a declared request may use.
pub(super) struct CallScope<'a> {
    /// Variables of its templates.
    pub(super) variables: &'a Variables,
    /// Those that must not stand in a path, where logs would show them.
    pub(super) secret: &'a [String],
    /// For a missing `request`.
    pub(super) example: &'a str,
    /// Whether `basic` may stand there.
    pub(super) has_basic: bool,
}

/// Reads a request. `default_body` is sent where none of `body`, `form` and `basic` is written.
pub(super) fn read_call(
    table: &Table<'_>,
    scope: &CallScope<'_>,
    default_body: BodyTemplate,
) -> Option<CallTemplate> {
    let request = table.require("request", scope.example, |entry| request_line(entry, scope));
    let headers = read_headers(table, scope.variables);
    let basic = if scope.has_basic { read_basic(table, scope.variables) } else { None };
    let body = read_body(table, scope.variables);
    let (method, path) = request?;
    let carries_body = !matches!(method, Method::GET | Method::HEAD);
    let body = match body {
        Some(_) if !carries_body => {
            let complaint = Complaint::new("GET carries no body", "write a POST, or remove the body");
            table.place_of("request").complain(complaint);
            return None;
        }
        None if carries_body && basic.is_none() => default_body,
        body => body.unwrap_or(BodyTemplate::Empty),
    };
    Some(CallTemplate { method, path, headers, basic, body })
}

fn request_line(entry: &Entry<'_>, scope: &CallScope<'_>) -> Result<(Method, TextTemplate), Complaint> {
    let form = |reason: &str| Complaint::new(reason, format!("write {}", scope.example));
    let (verb, path) = entry.text()?.split_once(' ').ok_or_else(|| form("not a method and a path"))?;
    let path = path.trim();
    if path.contains("://") {
        return Err(form("the host is that of the [[api]]; only method and path stand here"));
    }
    let template = scope.variables.template(path)?;
    if template.variables().iter().any(|name| scope.secret.contains(name)) {
        let fix = "send it in the body or in a header, where no log shows it";
        return Err(Complaint::new("a secret value stands in the path", fix));
    }
    let sample = template.render(&|_| Some(Json::from("x"))).unwrap_or_default();
    CanonicalTarget::parse(&sample).map_err(|error| form(&error.to_string()))?;
    Ok((method(verb)?, template))
}

fn read_headers(table: &Table<'_>, variables: &Variables) -> Vec<(HeaderName, TextTemplate)> {
    let Some(entry) = table.entry("headers") else { return Vec::new() };
    let members = entry.accept(entry.members()).unwrap_or_default();
    let header = |(name, entry): (&str, Entry<'_>)| {
        let name = entry.accept(check_header_name(name));
        let value = entry.accept(header_value(&entry, variables));
        name.zip(value)
    };
    members.into_iter().filter_map(header).collect()
}

fn header_value(entry: &Entry<'_>, variables: &Variables) -> Result<TextTemplate, Complaint> {
    let template = text_template(entry, variables)?;
    let sample = template.render(&|_| Some(Json::from("x"))).unwrap_or_default();
    HeaderValue::from_str(&sample)
        .map_err(|_| Complaint::new("no header can have this value", "leave out line breaks"))?;
    Ok(template)
}

/// `basic = { username = "{email}", password = "{password}" }`
fn read_basic(table: &Table<'_>, variables: &Variables) -> Option<BasicTemplate> {
    let read = |table: &Table<'_>| {
        let username =
            table.require("username", "username = \"{email}\"", |entry| username(entry, variables));
        let password =
            table.require("password", "password = \"{password}\"", |entry| text_template(entry, variables));
        Some(BasicTemplate { username: username?, password: password? })
    };
    let basic = table.section("basic", read).flatten();
    if basic.is_some() && writes_authorization(table) {
        let reason = "is sent as the header `authorization`, which stands in `headers` too";
        table.place_of("basic").complain(Complaint::new(reason, "remove one of the two"));
    }
    basic
}

fn writes_authorization(table: &Table<'_>) -> bool {
    let headers = table.entry("headers").and_then(|entry| entry.members().ok()).unwrap_or_default();
    headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(header::AUTHORIZATION.as_str()))
}

/// RFC 7617 §2: it ends at its first colon.
fn username(entry: &Entry<'_>, variables: &Variables) -> Result<TextTemplate, Complaint> {
    let template = text_template(entry, variables)?;
    match template.render(&|_| Some(Json::from("x"))).unwrap_or_default().contains(':') {
        true => {
            Err(Complaint::new("a user name has no colon with `basic`", "write what follows into `password`"))
        }
        false => Ok(template),
    }
}

fn read_body(table: &Table<'_>, variables: &Variables) -> Option<BodyTemplate> {
    match (table.entry("body"), table.entry("form")) {
        (Some(_), Some(form)) => {
            let complaint =
                Complaint::new("a request has `body` or `form`, not both", "remove one of the two");
            form.place.complain(complaint);
            None
        }
        (Some(body), None) => json_template(&body, variables).map(BodyTemplate::Json),
        (None, Some(form)) => Some(BodyTemplate::Form(read_form(&form, variables))),
        (None, None) => None,
    }
}

fn read_form(entry: &Entry<'_>, variables: &Variables) -> Vec<(String, TextTemplate)> {
    let members = entry.accept(entry.members()).unwrap_or_default();
    let field = |(name, entry): (&str, Entry<'_>)| {
        entry.accept(text_template(&entry, variables)).map(|value| (name.to_owned(), value))
    };
    members.into_iter().filter_map(field).collect()
}

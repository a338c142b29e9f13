//! Requests to the API, declared as `request`, `body` or `form`, and `headers`

use crossgate_core::credentials::{BodyTemplate, CallTemplate};
use crossgate_core::target::CanonicalTarget;
use crossgate_core::template::TextTemplate;
use http::{HeaderName, HeaderValue, Method};
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
}

/// Reads a request. `default_body` is sent where neither `body` nor `form` is written.
pub(super) fn read_call(
    table: &Table<'_>,
    scope: &CallScope<'_>,
    default_body: BodyTemplate,
) -> Option<CallTemplate> {
    let request = table.require("request", scope.example, |entry| request_line(entry, scope));
    let headers = read_headers(table, scope.variables);
    let body = read_body(table, scope.variables);
    let (method, path) = request?;
    let carries_body = !matches!(method, Method::GET | Method::HEAD);
    let body = match body {
        Some(_) if !carries_body => {
            let complaint = Complaint::new("GET carries no body", "write a POST, or remove the body");
            table.place_of("request").complain(complaint);
            return None;
        }
        None if carries_body => default_body,
        body => body.unwrap_or(BodyTemplate::Empty),
    };
    Some(CallTemplate { method, path, headers, body })
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
        let fix = "send it in the body, where no log shows it";
        return Err(Complaint::new("a secret field stands in the path", fix));
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

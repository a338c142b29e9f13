//! The file as a tree of values with their places, environment variables filled in.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::environment::{Environment, expand, unset_variables};
use crate::overlay::LeftOut;
use crate::problem::Severity;
use crate::report::{Complaint, Report};

/// Bytes of the text.
pub(crate) type Span = Range<usize>;

/// A value and where it stands.
pub(crate) struct Node {
    pub(crate) at: Span,
    pub(crate) value: Value,
}

/// A value. Text has its environment variables filled in.
pub(crate) enum Value {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Datetime,
    Array(Vec<Node>),
    Table(Vec<Member>),
    /// It could not be read; a complaint has been made.
    Broken,
}

/// A key and its value, in the order of the file.
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) name_at: Span,
    pub(crate) node: Node,
}

impl Value {
    /// What it is, for people.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Integer(_) | Self::Float(_) => "a number",
            Self::Boolean(_) => "true or false",
            Self::Datetime => "a date",
            Self::Array(_) => "a list",
            Self::Table(_) => "a table",
            Self::Broken => "unreadable",
        }
    }
}

/// How a text is read.
#[derive(Clone, Copy)]
pub(crate) struct Options<'a> {
    pub(crate) environment: &'a dyn Environment,
    pub(crate) report: &'a Report,
    /// Where providers whose variables are not set are noted and left out. Without it that is a problem.
    pub(crate) left_out: Option<&'a RefCell<Vec<LeftOut>>>,
}

/// Reads the text. `None` when it is no TOML; the complaints are made then.
pub(crate) fn parse(text: &str, options: &Options<'_>) -> Option<Node> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        report_syntax(&errors, text, options.report);
        return None;
    }
    let builder = Builder { text, options };
    let members = builder.members(table.get_ref(), "", false);
    Some(Node { at: 0..0, value: Value::Table(members) })
}

/// One complaint per line: what follows a mistake on its line is mostly its echo. No line is shown, since it is
/// not known yet which of them hold secrets.
fn report_syntax(errors: &[toml::de::Error], text: &str, report: &Report) {
    report.hide(0..text.len());
    let mut last_line = None;
    for error in errors {
        let at = error.span().unwrap_or(0..0);
        let line = text.get(..at.start).map(|before| before.matches('\n').count());
        if last_line.replace(line) != Some(line) {
            let reason = format!("not valid TOML: {}", error.message());
            report.add(Severity::Error, "", at, Complaint::new(reason, syntax_fix(error.message())));
        }
    }
}

fn syntax_fix(message: &str) -> &'static str {
    let hints = [
        (
            "duplicate key",
            "this key or [table] stands twice in the file; keep one (lists of tables are [[name]])",
        ),
        ("must be quoted", "put the text in double quotes"),
        ("invalid boolean", "write true or false"),
        ("basic string", "close the text with a double quote on the same line"),
        ("literal string", "close the text with a single quote on the same line"),
        ("escape", "write `\\\\` for a backslash, or put the text in single quotes"),
        ("unclosed table", "close the table's name with `]`"),
        ("key with no value", "write `key = value`; keys have only letters, digits, `-` and `_`"),
        ("comma", "put a comma between the elements, and close the bracket or brace"),
        ("unclosed", "close the bracket or brace"),
        ("unexpected key or value", "one `key = value` per line"),
    ];
    let found = hints.iter().find(|(part, _)| message.contains(part));
    found.map_or("check quotes, brackets and `=` on this line and the one before", |(_, fix)| fix)
}

struct Builder<'a> {
    text: &'a str,
    options: &'a Options<'a>,
}

impl Builder<'_> {
    fn members(&self, table: &DeTable<'_>, key: &str, sensitive: bool) -> Vec<Member> {
        let member = |(name, value): (&Spanned<std::borrow::Cow<'_, str>>, &Spanned<DeValue<'_>>)| {
            let text = name.get_ref();
            let sensitive = sensitive || is_sensitive(text, key, value.get_ref());
            let key = if key.is_empty() { text.to_string() } else { format!("{key}.{text}") };
            let node = self.node(value, &key, sensitive);
            Member { name: text.to_string(), name_at: name.span(), node }
        };
        table
            .iter()
            .filter(|(name, value)| !self.leaves_out(key, name.get_ref(), value))
            .map(member)
            .collect()
    }

    /// Whether a section is a provider without its variables, and such are left out. Then it is noted.
    fn leaves_out(&self, parent: &str, name: &str, value: &Spanned<DeValue<'_>>) -> bool {
        let Some(left_out) = self.options.left_out else { return false };
        if parent != "sign_in" || ["credentials", "account"].contains(&name) {
            return false;
        }
        let mut variables = Vec::new();
        collect_unset(value.get_ref(), self.options.environment, &mut variables);
        if variables.is_empty() {
            return false;
        }
        left_out.borrow_mut().push(LeftOut { provider: name.to_owned(), variables });
        true
    }

    fn elements(&self, array: &DeArray<'_>, key: &str, sensitive: bool) -> Vec<Node> {
        let element = |(index, value)| self.node(value, &format!("{key}[{index}]"), sensitive);
        array.iter().enumerate().map(element).collect()
    }

    fn node(&self, value: &Spanned<DeValue<'_>>, key: &str, sensitive: bool) -> Node {
        let at = value.span();
        let value = match value.get_ref() {
            DeValue::String(text) => self.string(text, key, &at, sensitive),
            DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
                Ok(integer) => Value::Integer(integer),
                Err(_) => {
                    self.broken(key, &at, Complaint::new("the number is too large", "write a smaller one"))
                }
            },
            DeValue::Float(float) => Value::Float(float.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(boolean) => Value::Boolean(*boolean),
            DeValue::Datetime(_) => Value::Datetime,
            DeValue::Array(array) => Value::Array(self.elements(array, key, sensitive)),
            DeValue::Table(table) => Value::Table(self.members(table, key, sensitive)),
        };
        Node { at, value }
    }

    fn string(&self, text: &str, key: &str, at: &Span, sensitive: bool) -> Value {
        let written = self.text.get(at.clone()).unwrap_or_default();
        if (sensitive && !is_reference(written)) || has_user_information(text) || has_secret_query(text) {
            self.options.report.hide(at.clone());
        }
        match expand(text, self.options.environment) {
            Ok(text) => Value::Text(text),
            Err(complaints) => {
                complaints.into_iter().for_each(|complaint| {
                    self.broken(key, at, complaint);
                });
                Value::Broken
            }
        }
    }

    fn broken(&self, key: &str, at: &Span, complaint: Complaint) -> Value {
        self.options.report.add(Severity::Error, key, at.clone(), complaint);
        Value::Broken
    }
}

fn collect_unset(value: &DeValue<'_>, environment: &dyn Environment, into: &mut Vec<String>) {
    match value {
        DeValue::String(text) => into.extend(unset_variables(text, environment)),
        DeValue::Array(array) => {
            array.iter().for_each(|element| collect_unset(element.get_ref(), environment, into));
        }
        DeValue::Table(table) => {
            table.iter().for_each(|(_, member)| collect_unset(member.get_ref(), environment, into));
        }
        _ => {}
    }
}

/// Whether what stands there may be a secret. The name of a provider says nothing about what stands under it (`auth0`,
/// `keycloak`), and where a section should stand, anything else may be one.
fn is_sensitive(name: &str, parent: &str, value: &DeValue<'_>) -> bool {
    match (parent, value) {
        ("sign_in", value) => !matches!(value, DeValue::Table(_)),
        _ => is_sensitive_name(name, parent),
    }
}

/// Keys of ours that sound as if a secret stood there, where only a kind, a place or an address stands.
const HARMLESS: [&str; 12] = [
    "token",
    "token_of",
    "access_token",
    "refresh_token",
    "next_auth",
    "token_endpoint",
    "authorization_endpoint",
    "authorization_server",
    "client_authentication",
    "key_id",
    "key_algorithm",
    "signing_keys",
];

/// Whether what stands under such a name may be a secret. The exceptions are keys of ours that never hold one;
/// what is sent to an API has names of its own.
fn is_sensitive_name(name: &str, parent: &str) -> bool {
    let is_sent = [".body", ".form"].iter().any(|part| parent.contains(part));
    if !is_sent && HARMLESS.contains(&name) {
        return false;
    }
    let name = name.to_ascii_lowercase();
    name == "headers" || sounds_secret(&name)
}

fn sounds_secret(lower_case: &str) -> bool {
    ["secret", "pass", "token", "key", "auth"].iter().any(|part| lower_case.contains(part))
}

/// `"${NAME}"` or `"{name}"`, as written: it only says where the secret is. Names with digits are left out, since
/// identifiers in braces are in use as keys.
fn is_reference(written: &str) -> bool {
    let inside = written.trim_matches(['"', '\'']);
    let name = inside.strip_prefix("${").or_else(|| inside.strip_prefix('{'));
    name.and_then(|name| name.strip_suffix('}'))
        .is_some_and(|name| name.chars().all(|char| char.is_ascii_alphabetic() || char == '_'))
}

/// A URL with a password in it.
fn has_user_information(text: &str) -> bool {
    text.split_once("://").is_some_and(|(_, rest)| rest.contains('@'))
}

/// A URL that has a secret in its query.
fn has_secret_query(text: &str) -> bool {
    text.contains("://")
        && text.split_once('?').is_some_and(|(_, query)| sounds_secret(&query.to_ascii_lowercase()))
}

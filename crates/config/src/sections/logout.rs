//! `logout` of `[sign_in.credentials]`, and what every call about a session needs

use crossgate_core::credentials::{BodyTemplate, CallTemplate};
use crossgate_core::template::TextTemplate;
use crossgate_core::token::TokenHeader;

use super::call::{CallScope, read_call};
use super::login::{LoginDraft, LoginScope};
use crate::reader::Table;
use crate::report::Complaint;
use crate::values::Variables;

/// What calls about a session may name, and what of it must not stand in a path.
pub(super) struct SessionVariables {
    variables: Variables,
    secret: Vec<String>,
}

impl SessionVariables {
    /// `prepared` are the names of the values that `prepare` gives.
    pub(super) fn new(prepared: &[String]) -> Self {
        let secret = [&["access_token", "refresh_token"].map(str::to_owned), prepared].concat();
        let names = [secret.as_slice(), &["sub", "name", "email", "image"].map(str::to_owned)].concat();
        Self { variables: Variables::new(names).with_user(), secret }
    }

    pub(super) fn scope<'a>(&'a self, example: &'a str) -> CallScope<'a> {
        CallScope { variables: &self.variables, secret: &self.secret, example, has_basic: true }
    }
}

/// The API's own token goes along under its usual header, unless the operator wrote that header.
pub(super) fn read_logout(
    table: &Table<'_>,
    login: Option<&LoginDraft<'_>>,
    scope: &LoginScope<'_, '_>,
) -> Option<CallTemplate> {
    let variables = SessionVariables::new(scope.prepared);
    let call = variables.scope("request = \"POST /api/logout\"");
    let mut call = read_call(table, &call, BodyTemplate::Empty)?;
    require_variables(table, &call, login);
    add_own_token(&mut call, scope.header);
    Some(call)
}

/// Sends the access token along as the API wants it.
pub(super) fn add_own_token(call: &mut CallTemplate, header: Option<&TokenHeader>) {
    let Some(header) = header.filter(|header| !call.sets(&header.name)) else { return };
    if let Ok(value) = TextTemplate::parse(&header.value("{access_token}")) {
        call.headers.push((header.name.clone(), value));
    }
}

/// What a request sends must be known from the login.
pub(super) fn require_variables(table: &Table<'_>, call: &CallTemplate, login: Option<&LoginDraft<'_>>) {
    let has = |name: &str| {
        login.is_none_or(|login| match name {
            "access_token" => login.has_access_token,
            "refresh_token" => login.has_refresh_token,
            _ => true,
        })
    };
    for name in call.variables().iter().filter(|name| !has(name)) {
        let reason = format!("uses {{{name}}}, but the login does not say where that is");
        let fix = format!("add `{name}` with a JSON Pointer to `login`");
        table.place.complain(Complaint::new(reason, fix));
    }
}

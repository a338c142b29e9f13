//! `logout` of `[sign_in.credentials]`, and what every call about a session needs

use crossgate_core::credentials::{BodyTemplate, CallTemplate};
use crossgate_core::template::TextTemplate;
use crossgate_core::token::TokenHeader;

use super::call::{CallScope, read_call};
use super::login::LoginDraft;
use crate::reader::Table;
use crate::report::Complaint;
use crate::values::Variables;

/// The API's own token goes along under its usual header, unless the operator wrote that header.
pub(super) fn read_logout(
    table: &Table<'_>,
    login: Option<&LoginDraft<'_>>,
    header: Option<&TokenHeader>,
) -> Option<CallTemplate> {
    let variables =
        Variables::new(["access_token", "refresh_token", "sub"].map(str::to_owned).into()).with_user();
    let secret = ["access_token", "refresh_token"].map(str::to_owned);
    let example = "request = \"POST /api/logout\"";
    let scope = CallScope { variables: &variables, secret: &secret, example, has_basic: true };
    let mut call = read_call(table, &scope, BodyTemplate::Empty)?;
    require_variables(table, &call, login);
    add_own_token(&mut call, header);
    Some(call)
}

/// Sends the access token along as the API wants it.
pub(super) fn add_own_token(call: &mut CallTemplate, header: Option<&TokenHeader>) {
    let is_written = |header: &&TokenHeader| {
        call.headers.iter().any(|(name, _)| *name == header.name)
            || (call.basic.is_some() && header.name == http::header::AUTHORIZATION)
    };
    let Some(header) = header.filter(|header| !is_written(header)) else { return };
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

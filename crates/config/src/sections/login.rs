//! `login` of `[sign_in.credentials]`

use std::collections::BTreeSet;

use crossgate_core::credentials::{BodyTemplate, CallTemplate, Field, LoginSettings, UserSource};
use crossgate_core::template::JsonTemplate;
use crossgate_core::token::TokenHeader;

use super::answers::{Answers, PersonPlace};
use super::call::{CallScope, read_call};
use crate::reader::Table;
use crate::report::{Complaint, Place};
use crate::values::Variables;

/// What `login` says.
pub(super) struct LoginDraft<'r> {
    pub(super) place: Place<'r>,
    pub(super) settings: Option<LoginSettings>,
    pub(super) has_access_token: bool,
    pub(super) has_refresh_token: bool,
}

/// What a login may use, and where it is said who somebody is.
pub(super) struct LoginScope<'a, 'r> {
    pub(super) fields: &'a [Field],
    /// Names of the values that `prepare` gives.
    pub(super) prepared: &'a [String],
    pub(super) fields_place: Place<'r>,
    pub(super) person: PersonPlace,
    /// How the API wants its own token.
    pub(super) header: Option<&'a TokenHeader>,
}

pub(super) fn read_login<'r>(table: &Table<'r>, scope: &LoginScope<'_, 'r>) -> LoginDraft<'r> {
    let fields = scope.fields;
    let secret: Vec<_> = fields.iter().filter(|field| field.secret).map(|field| field.name.clone()).collect();
    let secret = [&secret, scope.prepared].concat();
    let typed = Variables::new(fields.iter().map(|field| field.name.clone()).collect());
    let variables = Variables::new([typed.names(), scope.prepared].concat());
    let example = "request = \"POST /api/login\"";
    let call = CallScope { variables: &variables, secret: &secret, example, has_basic: true };
    let call = read_call(table, &call, all_under_own_names(&typed));
    let login = read_answers(table, call, Answers::usual(scope.person), scope.header);
    if let Some(settings) = &login.settings {
        complain_about_unsent(&settings.call.variables(), fields, (&scope.fields_place, "login.body"));
        complain_about_nobody(table, settings);
    }
    login
}

/// How the answers to a call say who somebody is.
pub(super) fn read_answers<'r>(
    table: &Table<'r>,
    call: Option<CallTemplate>,
    defaults: Answers,
    header: Option<&TokenHeader>,
) -> LoginDraft<'r> {
    let mut answers = defaults.read(table);
    // The API's tokens may come with the word that stands before them in its header.
    answers.reading.tokens.scheme = header.and_then(|header| header.scheme.clone());
    LoginDraft {
        place: table.place.clone(),
        has_access_token: answers.reading.tokens.access_token.is_some() || table.has("access_token"),
        has_refresh_token: answers.reading.tokens.refresh_token.is_some() || table.has("refresh_token"),
        settings: call.map(|call| answers.into_settings(call)),
    }
}

/// Every variable under its own name, as JSON.
pub(super) fn all_under_own_names(variables: &Variables) -> BodyTemplate {
    let member = |name: &String| {
        let template = variables.template(&format!("{{{name}}}")).ok()?;
        Some((name.clone(), JsonTemplate::Text(template)))
    };
    BodyTemplate::Json(JsonTemplate::Object(variables.names().iter().filter_map(member).collect()))
}

/// `place` is that of the fields, and the name of the body where they belong.
pub(super) fn complain_about_unsent(sent: &BTreeSet<String>, fields: &[Field], place: (&Place<'_>, &str)) {
    let (fields_place, body) = place;
    for field in fields.iter().filter(|field| !sent.contains(&field.name)) {
        let name = &field.name;
        fields_place.complain(Complaint::new(
            format!("the field `{name}` is asked for and never sent"),
            format!("add {name} = \"{{{name}}}\" to `{body}`, or remove the field"),
        ));
    }
}

/// A redirect has no JSON in it.
fn complain_about_nobody(table: &Table<'_>, settings: &LoginSettings) {
    let reads_answer =
        settings.reading.person.as_ref().is_some_and(|person| matches!(person.user, UserSource::Pointer(_)));
    let statuses = &settings.success.statuses;
    if reads_answer && !statuses.is_empty() && statuses.iter().all(|(low, _)| *low >= 300) {
        let fix = "add profile = { request = \"GET /api/me\" } to [sign_in.credentials]";
        table.place.complain(Complaint::new("a redirect does not say who signed in", fix));
    }
}

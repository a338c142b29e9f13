//! `login` of `[sign_in.credentials]`

use crossgate_core::credentials::{
    BodyTemplate, Field, LoginReading, LoginSettings, TokenReading, UserSource,
};
use crossgate_core::template::JsonTemplate;
use crossgate_core::token::TokenHeader;

use super::call::{CallScope, read_call};
use super::conditions::{Defaults, read_condition};
use super::person::read_person;
use crate::reader::Table;
use crate::report::{Complaint, Place};
use crate::values::{Variables, json_pointer};

const SUCCESS: [(u16, u16); 1] = [(200, 299)];
const LOCKED: [(u16, u16); 1] = [(423, 423)];
const REFUSED: [(u16, u16); 5] = [(400, 401), (403, 404), (409, 409), (422, 422), (429, 429)];

/// What `login` says.
pub(super) struct LoginDraft<'r> {
    pub(super) place: Place<'r>,
    pub(super) settings: Option<LoginSettings>,
    pub(super) has_access_token: bool,
    pub(super) has_refresh_token: bool,
}

impl LoginDraft<'_> {
    /// The API's tokens may come with the word that stands before them in its header.
    pub(super) fn expect_scheme(&mut self, header: Option<&TokenHeader>) {
        if let Some(settings) = &mut self.settings {
            settings.reading.tokens.scheme = header.and_then(|header| header.scheme.clone());
        }
    }
}

pub(super) fn read_login<'r>(
    table: &Table<'r>,
    fields: &[Field],
    fields_place: &Place<'r>,
) -> LoginDraft<'r> {
    let names = fields.iter().map(|field| field.name.clone()).collect();
    let secret: Vec<_> = fields.iter().filter(|field| field.secret).map(|field| field.name.clone()).collect();
    let variables = Variables::new(names);
    let example = "request = \"POST /api/login\"";
    let scope = CallScope { variables: &variables, secret: &secret, example, has_basic: true };
    let login = read_call_and_answer(table, &scope, all_under_own_names(&variables));
    if let Some(settings) = &login.settings {
        complain_about_unsent(&settings.call.variables(), fields, fields_place);
    }
    login
}

/// A request to the API and how its answer says who somebody is.
pub(super) fn read_call_and_answer<'r>(
    table: &Table<'r>,
    scope: &CallScope<'_>,
    default_body: BodyTemplate,
) -> LoginDraft<'r> {
    let call = read_call(table, scope, default_body);
    let reading = read_reading(table);
    require_token_of_claims(table, &reading);
    let success = read_condition(table, "success", &Defaults { absent: &SUCCESS, no_status: &SUCCESS });
    let locked = read_condition(table, "locked", &Defaults { absent: &LOCKED, no_status: &[] });
    let refused = read_condition(table, "refused", &Defaults { absent: &REFUSED, no_status: &[] });
    LoginDraft {
        place: table.place.clone(),
        has_access_token: table.has("access_token"),
        has_refresh_token: table.has("refresh_token"),
        settings: call.map(|call| LoginSettings { call, success, locked, refused, reading }),
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

fn complain_about_unsent(
    sent: &std::collections::BTreeSet<String>,
    fields: &[Field],
    fields_place: &Place<'_>,
) {
    for field in fields.iter().filter(|field| !sent.contains(&field.name)) {
        let name = &field.name;
        fields_place.complain(Complaint::new(
            format!("the field `{name}` is asked for and never sent"),
            format!("add {name} = \"{{{name}}}\" to `login.body`, or remove the field"),
        ));
    }
}

fn read_reading(table: &Table<'_>) -> LoginReading {
    LoginReading {
        person: read_person(table),
        tokens: read_token_reading(table),
        message: table.read("message", json_pointer),
        code: table.read("code", json_pointer),
    }
}

fn require_token_of_claims(table: &Table<'_>, reading: &LoginReading) {
    if reading.person.user == UserSource::AccessToken && !table.has("access_token") {
        let reason = "are the claims of the access token, but nothing says where that is";
        let fix = "add access_token = \"/token\": the JSON Pointer to it";
        table.place_of("user").complain(Complaint::new(reason, fix));
    }
}

/// Where tokens are in an answer.
pub(super) fn read_token_reading(table: &Table<'_>) -> TokenReading {
    let pointer = |key| table.read(key, json_pointer);
    let reading = TokenReading {
        access_token: pointer("access_token"),
        refresh_token: pointer("refresh_token"),
        expires_in: pointer("expires_in"),
        expires_at: pointer("expires_at"),
        scheme: None,
    };
    if reading.expires_in.is_some() && reading.expires_at.is_some() {
        let reason = "the end of a token stands in one place: `expires_in` or `expires_at`, not both";
        table.place_of("expires_at").complain(Complaint::new(reason, "remove one of the two"));
    }
    reading
}

//! `refresh` of `[sign_in.credentials]`

use crossgate_core::credentials::{AnswerCondition, BodyTemplate, RefreshSettings};
use crossgate_core::template::{JsonTemplate, TextTemplate};

use super::answers::read_tokens;
use super::call::read_call;
use super::conditions::{Defaults, read_condition};
use super::login::LoginDraft;
use super::logout::{SessionVariables, require_variables};
use crate::reader::Table;

const SUCCESS: [(u16, u16); 1] = [(200, 299)];
/// Nothing else says that a refresh token is not good: a 404 or a 422 rather says that the request is not.
const REFUSED: [(u16, u16); 2] = [(400, 401), (403, 403)];

/// Reads the refresh. Where the tokens are, it says as the login does unless it says otherwise.
pub(super) fn read_refresh(
    table: &Table<'_>,
    login: Option<&LoginDraft<'_>>,
    prepared: &[String],
) -> Option<RefreshSettings> {
    let variables = SessionVariables::new(prepared);
    let call = variables.scope("request = \"POST /api/refresh\"");
    let call = read_call(table, &call, default_body(login));
    let of_login = login.and_then(|login| Some(login.settings.as_ref()?.reading.tokens.clone()));
    let reading = read_tokens(table, of_login.unwrap_or_default());
    let condition = |key, absent: &[(u16, u16)], no_status| {
        read_condition(table, key, Defaults { absent: AnswerCondition::statuses(absent), no_status })
    };
    let success = condition("success", &SUCCESS, &SUCCESS);
    let refused = condition("refused", &REFUSED, &[]);
    let call = call?;
    require_variables(table, &call, login);
    Some(RefreshSettings { call, success, refused, reading })
}

/// The refresh token under its usual name, where there is one; cookies need no body.
fn default_body(login: Option<&LoginDraft<'_>>) -> BodyTemplate {
    let token = TextTemplate::parse("{refresh_token}").ok();
    match token.filter(|_| login.is_some_and(|login| login.has_refresh_token)) {
        Some(token) => BodyTemplate::Json(JsonTemplate::Object(vec![(
            "refreshToken".to_owned(),
            JsonTemplate::Text(token),
        )])),
        None => BodyTemplate::Empty,
    }
}

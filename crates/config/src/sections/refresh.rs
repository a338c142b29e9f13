//! `refresh` of `[sign_in.credentials]`

use crossgate_core::credentials::{BodyTemplate, RefreshSettings, TokenReading};
use crossgate_core::template::{JsonTemplate, TextTemplate};

use super::call::{CallScope, read_call};
use super::conditions::{Defaults, read_condition};
use super::credentials::require_variables;
use super::login::{LoginDraft, read_token_reading};
use crate::reader::Table;
use crate::values::Variables;

const SUCCESS: [(u16, u16); 1] = [(200, 299)];
/// Nothing else says that a refresh token is not good: a 404 or a 422 rather says that the request is not.
const REFUSED: [(u16, u16); 2] = [(400, 401), (403, 403)];

/// Reads the refresh. Where the tokens are, it says as the login does unless it says otherwise.
pub(super) fn read_refresh(table: &Table<'_>, login: Option<&LoginDraft<'_>>) -> Option<RefreshSettings> {
    let variables =
        Variables::new(["access_token", "refresh_token", "sub"].map(str::to_owned).into()).with_user();
    let secret = ["access_token", "refresh_token"].map(str::to_owned);
    let example = "request = \"POST /api/refresh\"";
    let scope = CallScope { variables: &variables, secret: &secret, example, has_basic: true };
    let call = read_call(table, &scope, default_body(login));
    let of_login = login.and_then(|login| Some(login.settings.as_ref()?.reading.tokens.clone()));
    let reading = or_else(read_token_reading(table), of_login.unwrap_or_default());
    let success = read_condition(table, "success", &Defaults { absent: &SUCCESS, no_status: &SUCCESS });
    let refused = read_condition(table, "refused", &Defaults { absent: &REFUSED, no_status: &[] });
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

/// The end stands in one place: whoever writes one of the two keys means that one.
fn or_else(written: TokenReading, default: TokenReading) -> TokenReading {
    let writes_end = written.expires_in.is_some() || written.expires_at.is_some();
    let end = if writes_end { &written } else { &default };
    TokenReading {
        expires_in: end.expires_in.clone(),
        expires_at: end.expires_at.clone(),
        access_token: written.access_token.or(default.access_token),
        refresh_token: written.refresh_token.or(default.refresh_token),
        scheme: default.scheme,
    }
}

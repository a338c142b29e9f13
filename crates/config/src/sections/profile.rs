//! `profile` of `[sign_in.credentials]`: who it is that has just signed in

use crossgate_core::credentials::{AnswerCondition, BodyTemplate, ProfileSettings, UserSource};

use super::call::{CallScope, read_call};
use super::conditions::{Defaults, read_condition};
use super::login::{LoginDraft, LoginScope};
use super::logout::{add_own_token, require_variables};
use super::person::{read_person, usual_person};
use crate::reader::Table;
use crate::report::Complaint;
use crate::values::Variables;

const TOKENS: [&str; 2] = ["access_token", "refresh_token"];

/// Reads the profile. What was typed is still at hand, but for the secrets.
pub(super) fn read_profile(
    table: &Table<'_>,
    login: Option<&LoginDraft<'_>>,
    scope: &LoginScope<'_, '_>,
) -> Option<ProfileSettings> {
    let typed = scope.fields.iter().filter(|field| !field.secret).map(|field| field.name.clone());
    let variables = Variables::new(TOKENS.map(str::to_owned).into_iter().chain(typed).collect());
    let secret = TOKENS.map(str::to_owned);
    let example = "request = \"GET /api/me\"";
    let call = CallScope { variables: &variables, secret: &secret, example, has_basic: true };
    let call = read_call(table, &call, BodyTemplate::Empty);
    let person = read_person(table, usual_person());
    if person.user == UserSource::AccessToken {
        let fix = "write user = \"access_token\" in `login`, and remove `profile`";
        table.place_of("user").complain(Complaint::new("nobody needs to be asked for a token's claims", fix));
    }
    let defaults = Defaults { absent: AnswerCondition::default(), no_status: &[] };
    let refused = read_condition(table, "refused", defaults);
    let mut call = call?;
    require_variables(table, &call, login);
    add_own_token(&mut call, scope.header.filter(|_| login.is_some_and(|login| login.has_access_token)));
    Some(ProfileSettings { call, person, refused: table.has("refused").then_some(refused) })
}

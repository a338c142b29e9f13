//! `second_step` of `[sign_in.credentials]`: a one-time code and the like

use crossgate_core::credentials::{
    AnswerCondition, CallTemplate, Field, LoginSettings, ProfileSettings, SecondStepSettings,
};

use super::answers::Answers;
use super::call::{CallScope, read_call};
use super::conditions::{Defaults, read_condition};
use super::fields::read_fields;
use super::login::{LoginDraft, LoginScope, all_under_own_names, complain_about_unsent, read_answers};
use super::values::{ValuesDraft, read_values};
use crate::reader::Table;
use crate::report::Complaint;
use crate::values::Variables;

/// What `second_step` says.
pub(super) struct StepDraft<'r> {
    when: AnswerCondition,
    values: ValuesDraft<'r>,
    fields: Vec<Field>,
    login: Option<LoginSettings>,
    /// Fields of the first form that may be needed again.
    typed: Vec<String>,
}

/// Reads the second step. What it does not say of its answer, the login says.
pub(super) fn read_second_step<'r>(
    table: &Table<'r>,
    login: Option<&LoginDraft<'_>>,
    scope: &LoginScope<'_, 'r>,
) -> StepDraft<'r> {
    let written = login.and_then(|login| login.settings.as_ref());
    let fields = read_step_fields(table, scope.fields);
    let names = |fields: &[Field]| fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
    let taken = [&names(scope.fields), &names(&fields), scope.prepared].concat();
    let values = read_values(table, &taken);
    let typed: Vec<_> = scope.fields.iter().filter(|field| !field.secret).cloned().collect();
    let typed = names(&typed);
    let call = read_step_call(table, &fields, &values, (&typed, scope.prepared));
    let answers = written.map_or_else(|| Answers::usual(scope.person), Answers::of);
    let login = read_answers(table, call, answers, scope.header).settings;
    if let Some(login) = &login {
        complain_about_unsent(&login.call.variables(), &fields, (&table.place_of("fields"), "body"));
    }
    StepDraft { when: read_when(table, written), values, fields, login, typed }
}

fn read_step_fields(table: &Table<'_>, first: &[Field]) -> Vec<Field> {
    let fields = read_fields(table, &["code"]);
    for field in fields.iter().filter(|field| first.iter().any(|other| other.name == field.name)) {
        let reason =
            format!("the first form has a field `{}` too, so nobody could tell the two apart", field.name);
        table.place_of("fields").complain(Complaint::new(reason, "give the field of this step another name"));
    }
    fields
}

/// `known` are fields of the first form that are not secret, and values of `prepare`.
fn read_step_call(
    table: &Table<'_>,
    fields: &[Field],
    values: &ValuesDraft<'_>,
    known: (&[String], &[String]),
) -> Option<CallTemplate> {
    let (typed, prepared) = known;
    let own = fields.iter().map(|field| field.name.clone()).chain(values.names.iter().cloned());
    let own = Variables::new(own.collect());
    let secret = [own.names(), prepared].concat();
    let variables = Variables::new([own.names(), typed, prepared].concat());
    let example = "request = \"POST /api/login/otp\"";
    let scope = CallScope { variables: &variables, secret: &secret, example, has_basic: true };
    read_call(table, &scope, all_under_own_names(&own))
}

fn read_when(table: &Table<'_>, login: Option<&LoginSettings>) -> AnswerCondition {
    let fix = "add when = { where = { \"/otpRequired\" = true } }";
    if !table.has("when") {
        table.place_of("when").complain(Complaint::new("is required", fix));
    }
    let when = read_condition(table, "when", Defaults { absent: AnswerCondition::default(), no_status: &[] });
    let is_of_body = !when.values.is_empty() || !when.present.is_empty();
    if !is_of_body && when.statuses.is_empty() && !when.absent.is_empty() {
        let fix = "add `status`, or `where` or `present` with something that only such an answer has";
        let reason = "holds for every refusal too: what only lacks something does not ask for a code";
        table.place_of("when").complain(Complaint::new(reason, fix));
    }
    let covers_all = |login: &LoginSettings| covers(&when.statuses, &login.success.statuses);
    if !is_of_body && when.absent.is_empty() && login.is_some_and(covers_all) {
        let reason = "covers every success, so nobody could ever sign in without this step";
        table.place_of("when").complain(Complaint::new(reason, fix));
    }
    when
}

/// Whether each of the ranges lies within one of the wider ones.
fn covers(wider: &[(u16, u16)], ranges: &[(u16, u16)]) -> bool {
    let is_within = |(low, high): &(u16, u16)| wider.iter().any(|(from, to)| from <= low && high <= to);
    !ranges.is_empty() && ranges.iter().all(is_within)
}

impl StepDraft<'_> {
    pub(super) fn call(&self) -> Option<&CallTemplate> {
        self.login.as_ref().map(|login| &login.call)
    }

    pub(super) fn complain_about_unused(&self) {
        self.values.complain_about_unused(&[self.call()]);
    }

    /// The profile may need what was typed into the first form, too.
    pub(super) fn into_settings(self, profile: Option<&ProfileSettings>) -> Option<SecondStepSettings> {
        let login = self.login?;
        let mut needed = login.call.variables();
        needed.extend(profile.into_iter().flat_map(|profile| profile.call.variables()));
        Some(SecondStepSettings {
            when: self.when,
            values: self.values.sources,
            kept_fields: self.typed.into_iter().filter(|name| needed.contains(name)).collect(),
            fields: self.fields,
            login,
        })
    }
}

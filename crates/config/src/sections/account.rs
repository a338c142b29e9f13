//! `[sign_in.account]`: the API says who somebody from a provider is

use crossgate_core::provider::AccountSettings;

use super::answers::{Answers, PersonPlace};
use super::api::ApiDraft;
use super::call::{CallScope, read_call};
use super::closed::close_hook;
use super::credentials::{own_token_header, read_api_choice};
use super::login::{all_under_own_names, read_answers};
use crate::reader::Table;
use crate::report::Place;
use crate::values::Variables;

/// What a template of the hook may name.
const VARIABLES: [&str; 9] =
    ["provider", "issuer", "subject", "email", "email_verified", "name", "image", "claims", "link_to"];

/// What `[sign_in.account]` says.
pub(crate) struct AccountDraft<'r> {
    pub(crate) place: Place<'r>,
    /// The place of `access_token`, or where it is missing.
    pub(crate) access_token_place: Place<'r>,
    pub(crate) has_access_token: bool,
    pub(crate) settings: Option<AccountSettings>,
}

pub(super) fn read_account<'r>(table: &Table<'r>, apis: &[ApiDraft<'r>]) -> AccountDraft<'r> {
    let api = read_api_choice(table, apis);
    let variables = Variables::new(VARIABLES.map(str::to_owned).into());
    let example = "request = \"POST /api/accounts/from-provider\"";
    let scope = CallScope { variables: &variables, secret: &[], example, has_basic: false };
    let call = read_call(table, &scope, all_under_own_names(&variables));
    let header = api.and_then(|api| own_token_header(apis.get(api.0)?));
    let login = read_answers(table, call, Answers::usual(PersonPlace::Answer), header.as_ref());
    AccountDraft {
        place: table.place.clone(),
        access_token_place: table.place_of("access_token"),
        has_access_token: login.has_access_token,
        settings: api.zip(login.settings).map(|(api, login)| AccountSettings { api, login }),
    }
}

impl AccountDraft<'_> {
    /// Closes the hook's path to everybody else.
    pub(crate) fn close_path(&self, apis: &mut [ApiDraft<'_>]) {
        let Some(settings) = &self.settings else { return };
        close_hook(&self.place, &settings.login.call, apis);
    }
}

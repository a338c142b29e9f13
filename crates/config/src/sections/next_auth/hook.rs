//! `[app.next_auth.hook]`: the API says which claims the token has

use crossgate_core::next_auth::ClaimsHookSettings;

use crate::reader::Table;
use crate::report::Place;
use crate::sections::api::ApiDraft;
use crate::sections::call::{CallScope, read_call};
use crate::sections::closed::close_hook;
use crate::sections::credentials::read_api_choice;
use crate::sections::login::all_under_own_names;
use crate::values::{Variables, json_pointer};

use super::NextAuthDraft;

/// What a template of the hook may name.
const VARIABLES: [&str; 8] = ["sub", "name", "email", "image", "user", "sign_in", "trigger", "data"];

pub(super) fn read_hook(table: &Table<'_>, apis: &[ApiDraft<'_>]) -> Option<ClaimsHookSettings> {
    let api = read_api_choice(table, apis);
    let variables = Variables::new(VARIABLES.map(str::to_owned).into());
    let example = "request = \"POST /api/session-claims\"";
    let scope = CallScope { variables: &variables, secret: &[], example, has_basic: false };
    let call = read_call(table, &scope, all_under_own_names(&variables));
    let claims = table.read_or("claims", String::new(), json_pointer);
    Some(ClaimsHookSettings { api: api?, call: call?, claims })
}

impl NextAuthDraft<'_> {
    /// Closes the hook's path to everybody else.
    pub(crate) fn close_path(&self, apis: &mut [ApiDraft<'_>]) {
        let hook = self.settings.hook.as_ref().map(|hook| &hook.call);
        let place: Option<&Place<'_>> = self.hook_place.as_ref();
        if let Some((place, call)) = place.zip(hook) {
            close_hook(place, call, apis);
        }
    }
}

//! `[sign_in.credentials]`

use crossgate_core::credentials::{
    CallTemplate, CredentialsSettings, Field, ProfileSettings, RefreshSettings,
};
use crossgate_core::settings::ApiIndex;
use crossgate_core::token::{TokenHeader, UpstreamToken};

use super::answers::PersonPlace;
use super::api::ApiDraft;
use super::fields::read_fields;
use super::login::{LoginDraft, LoginScope, read_login};
use super::logout::read_logout;
use super::prepare::{PrepareDraft, read_prepare};
use super::profile::read_profile;
use super::refresh::read_refresh;
use super::second_step::{StepDraft, read_second_step};
use crate::reader::{Entry, Table};
use crate::report::{Complaint, Place};

/// What `[sign_in.credentials]` says.
pub(crate) struct CredentialsDraft<'r> {
    /// The place of `login.access_token`, or where it is missing.
    pub(crate) access_token_place: Place<'r>,
    pub(crate) has_access_token: bool,
    pub(crate) settings: Option<CredentialsSettings>,
}

pub(super) fn read_credentials<'r>(table: &Table<'r>, apis: &[ApiDraft<'r>]) -> CredentialsDraft<'r> {
    let label = table.read_or("label", "Password".to_owned(), |entry| entry.text().map(str::to_owned));
    let fields = read_fields(table, &["email", "password"]);
    let api = read_api_choice(table, apis);
    let header = api.and_then(|api| own_token_header(apis.get(api.0)?));
    let calls = read_calls(table, &fields, header.as_ref());
    let login = calls.login.as_ref();
    let access_token_place =
        login.map_or_else(|| table.place_of("login"), |login| login.place.missing("access_token"));
    let has_access_token = login.is_none_or(|login| login.has_access_token);
    let settings = api.and_then(|api| calls.into_settings(label, fields, api));
    CredentialsDraft { access_token_place, has_access_token, settings }
}

/// Everything that the API is asked.
struct Calls<'r> {
    prepare: Option<PrepareDraft<'r>>,
    login: Option<LoginDraft<'r>>,
    second_step: Option<StepDraft<'r>>,
    profile: Option<ProfileSettings>,
    refresh: Option<RefreshSettings>,
    logout: Option<CallTemplate>,
}

fn read_calls<'r>(table: &Table<'r>, fields: &[Field], header: Option<&TokenHeader>) -> Calls<'r> {
    require_login(table);
    let prepare = table.section("prepare", |table| read_prepare(table, fields));
    let prepared = prepare.as_ref().map(|prepare| prepare.values.names.clone()).unwrap_or_default();
    let scope = LoginScope {
        fields,
        fields_place: table.place_of("fields"),
        prepared: &prepared,
        person: if table.has("profile") { PersonPlace::Profile } else { PersonPlace::Answer },
        header,
    };
    let login = table.section("login", |table| read_login(table, &scope));
    let written = login.as_ref();
    let calls = Calls {
        second_step: table.section("second_step", |table| read_second_step(table, written, &scope)),
        profile: table.section("profile", |table| read_profile(table, written, &scope)).flatten(),
        logout: table.section("logout", |table| read_logout(table, written, &scope)).flatten(),
        refresh: table.section("refresh", |table| read_refresh(table, written, &prepared)).flatten(),
        prepare,
        login,
    };
    calls.complain_about_unused(table);
    calls
}

impl Calls<'_> {
    /// Values that nobody sends.
    fn complain_about_unused(&self, table: &Table<'_>) {
        let login = self.login.as_ref().and_then(|login| login.settings.as_ref()).map(|login| &login.call);
        let mut calls = vec![login];
        if table.has("refresh") {
            calls.push(self.refresh.as_ref().map(|refresh| &refresh.call));
        }
        if table.has("logout") {
            calls.push(self.logout.as_ref());
        }
        calls.extend(self.second_step.as_ref().map(StepDraft::call));
        self.second_step.iter().for_each(StepDraft::complain_about_unused);
        self.prepare.iter().for_each(|prepare| prepare.values.complain_about_unused(&calls));
    }

    fn into_settings(self, label: String, fields: Vec<Field>, api: ApiIndex) -> Option<CredentialsSettings> {
        Some(CredentialsSettings {
            label,
            fields,
            api,
            prepare: self.prepare.and_then(PrepareDraft::into_settings),
            login: self.login?.settings?,
            second_step: self.second_step.and_then(|step| step.into_settings(self.profile.as_ref())),
            profile: self.profile,
            refresh: self.refresh,
            logout: self.logout,
        })
    }
}

fn require_login(table: &Table<'_>) {
    if !table.has("login") {
        let fix =
            "add login = { request = \"POST /api/login\", user = \"/user\", access_token = \"/token\" }";
        table.place_of("login").complain(Complaint::new("is required", fix));
    }
}

/// `api`, or the first one.
pub(super) fn read_api_choice(table: &Table<'_>, apis: &[ApiDraft<'_>]) -> Option<ApiIndex> {
    if apis.is_empty() {
        let fix = "add an [[api]] with path, url and token";
        table.place.complain(Complaint::new("there is no API that could be asked", fix));
    }
    let first = (!apis.is_empty()).then_some(ApiIndex(0));
    match table.entry("api") {
        Some(entry) => entry.accept(api_of_path(&entry, apis)),
        None => first,
    }
}

fn api_of_path(entry: &Entry<'_>, apis: &[ApiDraft<'_>]) -> Result<ApiIndex, Complaint> {
    find_api(entry.text()?, apis)
}

/// The API with this path.
pub(crate) fn find_api(path: &str, apis: &[ApiDraft<'_>]) -> Result<ApiIndex, Complaint> {
    let position = apis.iter().position(|api| api.path.as_deref() == Some(path));
    position.map(ApiIndex).ok_or_else(|| {
        let paths: Vec<_> =
            apis.iter().filter_map(|api| api.path.as_deref()).map(|path| format!("\"{path}\"")).collect();
        Complaint::new("no [[api]] has this path", format!("write one of: {}", paths.join(", ")))
    })
}

/// How the API wants its own token, if it does.
pub(super) fn own_token_header(api: &ApiDraft<'_>) -> Option<TokenHeader> {
    match &api.token.token {
        Some(UpstreamToken::Api(header)) => Some(header.clone()),
        _ => None,
    }
}

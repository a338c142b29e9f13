//! The sections of the file, one module each, and how they come together.

mod account;
mod answers;
mod api;
mod api_client;
mod api_token;
mod app;
mod call;
mod closed;
mod conditions;
mod credentials;
mod fields;
mod limits;
mod listen;
mod login;
mod logout;
mod next_auth;
mod pages;
mod person;
mod prepare;
mod profile;
mod provider;
mod refresh;
mod rules;
mod second_step;
mod session;
mod sign_in;
mod signing_keys;
mod store;
mod top;
mod values;

use std::path::Path;

use crossgate_core::next_auth::NextAuthSettings;
use crossgate_core::origin::PublicOrigin;
use crossgate_core::return_to::ReturnToPolicy;
use crossgate_core::route::RouteTable;
use crossgate_core::session::SessionLifetimes;
use crossgate_core::settings::{ApiIndex, AppSettings, Limits, Settings, StoreLocation, ThrottleSettings};
use crossgate_core::signing_keys::SigningKeySettings;
use crossgate_core::strict_transport::StrictTransport;

pub(crate) use api::ApiDraft;
pub(crate) use app::{AppDraft, TokenOf};
pub(crate) use credentials::find_api;
pub(crate) use listen::ListenDraft;
use next_auth::NextAuthScope;
pub(crate) use pages::PagesDraft;
pub(crate) use provider::ProviderDraft;
pub(crate) use rules::PlacedRule;
pub(crate) use sign_in::SignInDraft;
pub(crate) use top::TopDraft;

pub(crate) use store::location as store_location;

use crate::checks;
use crate::environment::Environment;
use crate::reader::{Table, root};
use crate::report::Report;
use crate::tree::Node;

/// What values mean depends on these.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    /// Where relative paths start.
    pub(crate) directory: &'a Path,
    pub(crate) environment: &'a dyn Environment,
}

/// Everything that was read, before the sections are compared with each other.
pub(crate) struct Draft<'r> {
    pub(crate) top: TopDraft<'r>,
    pub(crate) listen: ListenDraft<'r>,
    pub(crate) app: Option<AppDraft<'r>>,
    pub(crate) pages: PagesDraft<'r>,
    pub(crate) apis: Vec<ApiDraft<'r>>,
}

impl Draft<'_> {
    /// Where Crossgate's own endpoints live.
    pub(crate) fn endpoints(&self) -> &str {
        let app = self.app.as_ref();
        app.map_or(NextAuthSettings::BASE_PATH, |app| app.next_auth.settings.base_path.as_str())
    }
}

/// Reads all sections. `None` when something necessary is missing or wrong; complaints have been made then.
pub(crate) fn read_settings(node: &Node, around: Surroundings<'_>, report: &Report) -> Option<Settings> {
    let root = root(node, report);
    root.accept(root.table(|table| read_file(table, around)))?
}

fn read_file(root: &Table<'_>, around: Surroundings<'_>) -> Option<Settings> {
    let top = top::read_top(root);
    let limits = root.section_or_empty("limits", limits::read_limits);
    let mut draft = read_draft(root, top, limits.body_bytes, around.directory);
    let alone = Alone {
        limits,
        lifetimes: root.section_or_empty("session", session::read_lifetimes),
        throttle: root.section_or_empty("throttle", session::read_throttle),
        signing_keys: root.section_or_empty("signing_keys", signing_keys::read_signing_keys),
        store: root.section_or_empty("store", |table| store::read_store(table, around)),
    };
    let sign_in = sign_in::read_sign_in(root, &draft.apis);
    let token_of = checks::check(&draft, &sign_in);
    if let Some(account) = &sign_in.account {
        account.close_path(&mut draft.apis);
    }
    if let Some(app) = &draft.app {
        app.next_auth.close_path(&mut draft.apis);
    }
    if let Some(settings) = sign_in.credentials.as_ref().and_then(|draft| draft.settings.as_ref()) {
        closed::close_calls(settings, &mut draft.apis);
    }
    assemble(draft, alone, sign_in, token_of)
}

fn read_draft<'r>(root: &Table<'r>, top: TopDraft<'r>, body_bytes: u64, directory: &Path) -> Draft<'r> {
    let apis = root.tables("api", |table| api::read_api(table, body_bytes));
    let is_secure = top.public_origin.as_ref().is_none_or(PublicOrigin::is_secure);
    let app = app::read_app(root, NextAuthScope { is_secure, apis: &apis });
    let naming = app.as_ref().map(|app| app.naming.clone()).unwrap_or_default();
    Draft {
        top,
        listen: root.section_or_empty("listen", |table| listen::read_listen(table, directory)),
        app,
        pages: root.section_or_empty("pages", |table| pages::read_pages(table, naming)),
        apis,
    }
}

/// Sections that nothing is compared with.
struct Alone {
    limits: Limits,
    lifetimes: SessionLifetimes,
    throttle: ThrottleSettings,
    signing_keys: SigningKeySettings,
    store: StoreLocation,
}

fn assemble(
    draft: Draft<'_>,
    alone: Alone,
    sign_in: SignInDraft<'_>,
    token_of: Option<ApiIndex>,
) -> Option<Settings> {
    let providers = sign_in::into_providers(sign_in.providers, &draft.apis)?;
    let apis: Option<Vec<_>> = draft.apis.into_iter().map(ApiDraft::into_parts).collect();
    let (apis, api_routes): (Vec<_>, Vec<_>) = apis?.into_iter().unzip();
    let public_origin = draft.top.public_origin?;
    let app = into_app(draft.app?, token_of)?;
    let endpoints = app.next_auth.base_path.clone();
    Some(Settings {
        return_to: ReturnToPolicy::new(public_origin.clone(), draft.top.redirect_origins),
        secrets: draft.top.secrets?,
        strict_transport: StrictTransport::said_at(&public_origin, draft.listen.strict_transport.clone()),
        listen: draft.listen.into_settings(),
        limits: alone.limits,
        app,
        apis,
        own_pages: draft.pages.own.clone(),
        routes: RouteTable::new(endpoints, draft.pages.into_routes(), api_routes),
        credentials: sign_in.credentials.and_then(|credentials| credentials.settings),
        providers,
        account: sign_in.account.and_then(|account| account.settings),
        lifetimes: alone.lifetimes,
        csrf: draft.top.csrf,
        throttle: alone.throttle,
        signing_keys: alone.signing_keys,
        store: alone.store,
        public_origin,
    })
}

fn into_app(app: AppDraft<'_>, token_of: Option<ApiIndex>) -> Option<AppSettings> {
    Some(AppSettings {
        upstream: app.upstream?,
        naming: app.naming,
        token_of,
        next_auth: app.next_auth.settings,
        body_bytes: app.body_bytes,
    })
}

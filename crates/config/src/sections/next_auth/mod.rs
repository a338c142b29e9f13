//! `next_auth` of `[app]`: a version, or the table `[app.next_auth]`

mod content;
mod cookie;
mod hook;
mod move_in;
mod move_out;

use crossgate_core::next_auth::NextAuthSettings;
use crossgate_core::secret::SecretText;
use crossgate_core::settings::Dialect;

use super::api::ApiDraft;
use crate::reader::{Entry, Table};
use crate::report::{Complaint, Place};
use crate::values::{choice, is_below, prefix};
use cookie::{read_cookie, read_secrets};
use hook::read_hook;
use move_in::read_move_in;
use move_out::read_move_out;

/// What `app.next_auth` says.
pub(crate) struct NextAuthDraft<'r> {
    pub(crate) settings: NextAuthSettings,
    /// Whether the app's secret was written, right or not.
    pub(crate) has_secret: bool,
    /// All secrets of the app, for comparison with our own.
    pub(crate) secrets: Vec<PlacedSecret<'r>>,
    /// Where the hook was written.
    pub(crate) hook_place: Option<Place<'r>>,
}

/// A secret and where it was written.
pub(crate) type PlacedSecret<'r> = (Place<'r>, SecretText);

/// What of the other sections matters here.
#[derive(Clone, Copy)]
pub(super) struct NextAuthScope<'a, 'r> {
    /// Whether browsers come by https: next-auth names its cookies after that.
    pub(super) is_secure: bool,
    /// Those that may be asked.
    pub(super) apis: &'a [ApiDraft<'r>],
}

pub(super) fn read_next_auth<'r>(app: &Table<'r>, scope: NextAuthScope<'_, 'r>) -> NextAuthDraft<'r> {
    let plain = |dialect| NextAuthDraft {
        settings: NextAuthSettings::plain(dialect),
        has_secret: false,
        secrets: Vec::new(),
        hook_place: None,
    };
    let Some(entry) = app.entry("next_auth") else { return plain(Dialect::V4) };
    let read = match entry.is_table() {
        true => entry.accept(entry.table(|table| read_table(table, scope))),
        false => entry.accept(version(&entry)).map(plain),
    };
    read.unwrap_or_else(|| plain(Dialect::V4))
}

fn version(entry: &Entry<'_>) -> Result<Dialect, Complaint> {
    choice(&[("v4", Dialect::V4), ("v5", Dialect::V5)])(entry)
}

fn read_table<'r>(table: &Table<'r>, scope: NextAuthScope<'_, 'r>) -> NextAuthDraft<'r> {
    let dialect = table.read_or("version", Dialect::V4, version);
    let secrets = read_secrets(table);
    let own = OwnCookies { dialect, secrets: &secrets, has_secret: table.has("secret") };
    let cookie = read_cookie(table, &own, scope.is_secure);
    let (move_in, older) =
        table.section("move_in", |table| read_move_in(table, &own, cookie.as_ref())).unwrap_or_default();
    let settings = NextAuthSettings {
        dialect,
        base_path: table.read_or("base_path", NextAuthSettings::BASE_PATH.to_owned(), base_path),
        cookie,
        token: content::read_token(table),
        session: content::read_session(table),
        update: content::read_update(table),
        hook: table.section("hook", |table| read_hook(table, scope.apis)).flatten(),
        move_in,
        move_out: table.section("move_out", |section| read_move_out(section, table)),
    };
    NextAuthDraft {
        settings,
        has_secret: own.has_secret,
        secrets: secrets.into_iter().chain(older).collect(),
        hook_place: table.has("hook").then(|| table.place_of("hook")),
    }
}

/// What the cookies of the app and those that move in have in common.
struct OwnCookies<'a, 'r> {
    dialect: Dialect,
    secrets: &'a [PlacedSecret<'r>],
    /// Also where it is not right.
    has_secret: bool,
}

fn base_path(entry: &Entry<'_>) -> Result<String, Complaint> {
    let path = prefix(entry)?;
    if is_below(&path, "/.well-known") || is_below(&path, "/_next") {
        return Err(Complaint::new("others live there", "write the path of the app's own next-auth routes"));
    }
    Ok(path)
}

//! `[app.next_auth.move_in]`: cookies of next-auth that browsers still hold

use crossgate_core::next_auth::{AppCookieSettings, FormerCookie, MoveInSettings};
use crossgate_core::settings::Dialect;

use super::cookie::{app_cookie_name, read_secrets};
use super::{OwnCookies, PlacedSecret, version};
use crate::reader::{Entry, Table};
use crate::report::Complaint;
use crate::values::json_pointer;

/// The settings, and the secrets that stand here.
pub(super) type MoveInDraft<'r> = (Option<MoveInSettings>, Vec<PlacedSecret<'r>>);

/// `cookie` is that of the app, whose name browsers hold too.
pub(super) fn read_move_in<'r>(
    table: &Table<'r>,
    own: &OwnCookies<'_, 'r>,
    cookie: Option<&AppCookieSettings>,
) -> MoveInDraft<'r> {
    let dialects = read_dialects(table, own.dialect);
    let current = cookie.filter(|_| dialects.contains(&own.dialect));
    let current = current.map(|cookie| FormerCookie { dialect: own.dialect, name: cookie.name.clone() });
    let older = read_secrets(table);
    require_secret(table, own);
    refuse_without_access_token(table);
    let secrets = if table.has("secret") { &older } else { own.secrets };
    let settings = MoveInSettings {
        cookies: read_cookies(table, &dialects, current),
        secrets: secrets.iter().map(|(_, secret)| secret.clone()).collect(),
        subject: table.read_or("subject", "/sub".to_owned(), claim_pointer),
        access_token: table.read("access_token", claim_pointer),
        refresh_token: table.read("refresh_token", claim_pointer),
        expires_at: table.read("expires_at", claim_pointer),
    };
    ((!settings.secrets.is_empty()).then_some(settings), older)
}

fn require_secret(table: &Table<'_>, own: &OwnCookies<'_, '_>) {
    if !own.has_secret && !table.has("secret") {
        let reason = "is required: without the app's secret no cookie of it can be opened";
        let fix = "add secret = \"${NEXTAUTH_SECRET}\" here, or to [app.next_auth]";
        table.place_of("secret").complain(Complaint::new(reason, fix));
    }
}

fn refuse_without_access_token(table: &Table<'_>) {
    for key in ["refresh_token", "expires_at"] {
        if table.has(key) && !table.has("access_token") {
            let reason = "has no effect without `access_token`";
            let fix = "add access_token = \"/accessToken\", where the app kept it, or remove it";
            table.place_of(key).complain(Complaint::new(reason, fix));
        }
    }
}

fn read_dialects(table: &Table<'_>, own: Dialect) -> Vec<Dialect> {
    let Some(entry) = table.entry("from") else { return vec![own] };
    if entry.is_empty() {
        entry.place.complain(Complaint::new("is an empty list", "write [\"v4\"], [\"v5\"] or both"));
    }
    unique(table.list("from", |entry| Ok((entry.clone(), version(entry)?))))
}

/// The names that were written, for every version; else the usual ones. A `__Secure-` name comes first, since plain http
/// cannot plant it.
fn read_cookies(table: &Table<'_>, dialects: &[Dialect], current: Option<FormerCookie>) -> Vec<FormerCookie> {
    let of = |name: &str, dialect: &Dialect| FormerCookie { dialect: *dialect, name: name.to_owned() };
    if let Some(entry) = table.entry("cookies") {
        if entry.is_empty() {
            let fix = "write the names, or leave the key out for the usual ones";
            entry.place.complain(Complaint::new("is an empty list", fix));
        }
        let names = unique(table.list("cookies", |entry| Ok((entry.clone(), app_cookie_name(entry)?))));
        return dialects.iter().flat_map(|dialect| names.iter().map(|name| of(name, dialect))).collect();
    }
    let usual =
        |dialect: &Dialect| [true, false].map(|is_secure| of(dialect.session_cookie(is_secure), dialect));
    let mut cookies: Vec<_> = dialects.iter().flat_map(usual).collect();
    cookies.extend(current.filter(|current| !cookies.contains(current)));
    cookies
}

/// The values of a list, with a complaint about those that stand there twice.
fn unique<T: PartialEq>(list: Vec<(Entry<'_>, T)>) -> Vec<T> {
    let mut values = Vec::new();
    for (entry, value) in list {
        if values.contains(&value) {
            entry.place.complain(Complaint::new("stands twice in the list", "remove one of the two"));
        }
        values.push(value);
    }
    values
}

/// A JSON Pointer to one claim.
pub(super) fn claim_pointer(entry: &Entry<'_>) -> Result<String, Complaint> {
    match json_pointer(entry)?.as_str() {
        "" => Err(Complaint::new("is all of the token's claims", "write the pointer to one: \"/sub\"")),
        pointer => Ok(pointer.to_owned()),
    }
}

//! `secret`, `cookie`, `max_age` and `from_app`: the session cookie that the app sees

use std::time::Duration;

use crossgate_core::cookie::CookieNames;
use crossgate_core::next_auth::{AppCookieSettings, FromApp};
use crossgate_core::secret::SecretText;

use super::{OwnCookies, PlacedSecret};
use crate::reader::{Entry, Table};
use crate::report::Complaint;
use crate::values::{choice, duration_between, is_token};

/// Shorter than this is no secret at all.
const SHORTEST_SECRET: usize = 8;

const SECRET_FIX: &str =
    "write \"${NEXTAUTH_SECRET}\" (with v5 \"${AUTH_SECRET}\") and give Crossgate the value that the app has";

/// Keys that mean nothing without the app's secret.
const COOKIE_KEYS: [&str; 3] = ["cookie", "max_age", "from_app"];

/// One secret, or a list: the first seals, all of them open.
pub(super) fn read_secrets<'r>(table: &Table<'r>) -> Vec<PlacedSecret<'r>> {
    let Some(entry) = table.entry("secret") else { return Vec::new() };
    if !entry.is_list() {
        return entry.accept(secret(&entry)).map(|secret| (entry.place, secret)).into_iter().collect();
    }
    if entry.is_empty() {
        entry.place.complain(Complaint::new("is an empty list", SECRET_FIX));
    }
    let mut secrets: Vec<PlacedSecret<'r>> = Vec::new();
    for element in entry.accept(entry.elements()).unwrap_or_default() {
        let Some(secret) = element.accept(secret(&element)) else { continue };
        if secrets.iter().any(|(_, earlier)| *earlier == secret) {
            element.place.complain(Complaint::new("stands twice in the list", "remove one of the two"));
        }
        secrets.push((element.place, secret));
    }
    secrets
}

fn secret(entry: &Entry<'_>) -> Result<SecretText, Complaint> {
    let text = entry.text().map_err(|complaint| Complaint::new(complaint.reason, SECRET_FIX))?;
    if text.len() < SHORTEST_SECRET {
        let reason = format!("is too short: at least {SHORTEST_SECRET} bytes are needed");
        return Err(Complaint::new(reason, SECRET_FIX));
    }
    Ok(SecretText::new(text))
}

pub(super) fn read_cookie(
    table: &Table<'_>,
    own: &OwnCookies<'_, '_>,
    is_secure: bool,
) -> Option<AppCookieSettings> {
    let day = Duration::from_secs(86_400);
    let (low, high) = (Duration::from_secs(60), 366 * day);
    let words = [("drop", FromApp::Drop), ("adopt", FromApp::Adopt)];
    let settings = AppCookieSettings {
        secrets: own.secrets.iter().map(|(_, secret)| secret.clone()).collect(),
        name: table.read_or("cookie", own.dialect.session_cookie(is_secure).to_owned(), app_cookie_name),
        max_age: table.read_or("max_age", 30 * day, duration_between(low, high)),
        from_app: table.read_or("from_app", FromApp::Drop, choice(&words)),
    };
    if !own.has_secret {
        refuse_without_secret(table);
    }
    (!settings.secrets.is_empty()).then_some(settings)
}

fn refuse_without_secret(table: &Table<'_>) {
    for key in COOKIE_KEYS.into_iter().filter(|key| table.has(key)) {
        let reason = "has no effect without `secret`: the app gets no cookie then";
        let fix = "add secret = \"${NEXTAUTH_SECRET}\", the secret that the app has, or remove it";
        table.place_of(key).complain(Complaint::new(reason, fix));
    }
}

/// The name of a session cookie of the app.
pub(super) fn app_cookie_name(entry: &Entry<'_>) -> Result<String, Complaint> {
    let text = entry.text()?;
    name_complaint(text).map_or_else(|| Ok(text.to_owned()), Err)
}

fn name_complaint(name: &str) -> Option<Complaint> {
    if CookieNames::is_ours(name) {
        let fix = "write the name that the app's next-auth options have in cookies.sessionToken.name";
        return Some(Complaint::new("is the name of one of Crossgate's own cookies", fix));
    }
    let fix = "write the name alone, such as \"next-auth.session-token\"";
    (!is_token(name)).then(|| Complaint::new("not a cookie name", fix))
}

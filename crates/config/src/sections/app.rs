//! `[app]`, and upstreams in general.

use std::time::Duration;

use crossgate_core::page::PageNaming;
use crossgate_core::settings::UpstreamSettings;

use super::limits::LARGEST_BODY;
use super::next_auth::{NextAuthDraft, NextAuthScope, read_next_auth};
use crate::reader::{Entry, Table};
use crate::report::{Complaint, Place};
use crate::tree::Value;
use crate::values::{positive_duration, prefix, size_between, upstream_address};

/// What `[app]` says.
pub(crate) struct AppDraft<'r> {
    pub(crate) url_place: Place<'r>,
    pub(crate) upstream: Option<UpstreamSettings>,
    pub(crate) naming: PageNaming,
    pub(crate) token_of: TokenOf<'r>,
    pub(crate) next_auth: NextAuthDraft<'r>,
    pub(crate) body_bytes: u64,
}

/// Which API's token pages receive.
pub(crate) enum TokenOf<'r> {
    /// That of the first API that has one.
    First,
    /// None.
    Nobody,
    /// That of the API with this path.
    Api(Place<'r>, String),
}

pub(super) fn read_app<'r>(root: &Table<'r>, scope: NextAuthScope<'_, 'r>) -> Option<AppDraft<'r>> {
    let example = "a section [app] with url = \"http://127.0.0.1:3000\", where the Next.js app listens";
    let entry = root.require("app", example, |entry| Ok(entry.clone()))?;
    entry.accept(entry.table(|table| read_draft(table, scope)))
}

fn read_draft<'r>(table: &Table<'r>, scope: NextAuthScope<'_, 'r>) -> AppDraft<'r> {
    AppDraft {
        url_place: table.place_of("url"),
        upstream: read_upstream(table, "app", Duration::from_secs(60)),
        naming: PageNaming {
            base_path: table.read_or("base_path", String::new(), base_path),
            locales: table.list("locales", locale),
        },
        token_of: table.read_or("token_of", TokenOf::First, token_of),
        next_auth: read_next_auth(table, scope),
        body_bytes: table.read_or("body", 10 << 20, size_between(1, LARGEST_BODY)),
    }
}

/// `url`, `connect_timeout` and `timeout` of an upstream.
pub(super) fn read_upstream(table: &Table<'_>, name: &str, timeout: Duration) -> Option<UpstreamSettings> {
    let address = table.require("url", "url = \"http://127.0.0.1:3000\", where it listens", upstream_address);
    let connect_timeout = table.read_or("connect_timeout", Duration::from_secs(5), positive_duration);
    let answer_timeout = table.read_or("timeout", timeout, positive_duration);
    let (host, port) = address?;
    Some(UpstreamSettings { name: name.to_owned(), host, port, connect_timeout, answer_timeout })
}

fn base_path(entry: &Entry<'_>) -> Result<String, Complaint> {
    if entry.text_or_empty()?.is_empty() { Ok(String::new()) } else { prefix(entry) }
}

fn locale(entry: &Entry<'_>) -> Result<String, Complaint> {
    let text = entry.text()?;
    if text.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_')) {
        return Ok(text.to_owned());
    }
    Err(Complaint::new("not a locale", "write it as in `i18n.locales` of next.config: \"en\", \"de-AT\""))
}

fn token_of<'r>(entry: &Entry<'r>) -> Result<TokenOf<'r>, Complaint> {
    match entry.value() {
        Value::Boolean(false) => Ok(TokenOf::Nobody),
        Value::Boolean(true) => {
            Err(Complaint::new("true names no API", "write the `path` of an [[api]], or false for no token"))
        }
        _ => Ok(TokenOf::Api(entry.place.clone(), entry.text()?.to_owned())),
    }
}

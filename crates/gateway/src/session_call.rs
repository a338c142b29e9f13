//! Calls to the API that people sign in with, about one session: its refresh and its logout.

use crossgate_core::credentials::{BuiltCall, CallError, CallTemplate};
use crossgate_core::session::SessionContent;
use crossgate_core::time::Timestamp;
use http::header;
use serde_json::Value;

/// Fills in what the session knows, and sends the API's cookies along where their paths say so.
pub(crate) fn build(
    template: &CallTemplate,
    content: &SessionContent,
    now: Timestamp,
) -> Result<BuiltCall, CallError> {
    let mut built = template.build(&|name| value_of(content, name))?;
    if let Some(cookies) = content.cookies.header_for(&built.path, now) {
        built.headers.entry(header::COOKIE).or_insert(cookies);
    }
    Ok(built)
}

fn value_of(content: &SessionContent, name: &str) -> Option<Value> {
    let tokens = content.tokens.as_ref();
    let secret = match name {
        "access_token" => tokens.map(|tokens| &tokens.access_token),
        "refresh_token" => tokens.and_then(|tokens| tokens.refresh_token.as_ref()),
        name => return content.identity.claim(name),
    };
    secret.map(|secret| Value::String(secret.expose_secret().to_owned()))
}

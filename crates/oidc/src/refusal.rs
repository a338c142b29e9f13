//! Errors in providers' JSON answers (RFC 6749 §5.2).

use serde_json::Value;

use crate::json::JsonObject;

/// Longest code that is kept.
const LONGEST_CODE: usize = 64;

/// The error code of an answer, fit for a log. Facebook has an object there, whose `type` comes closest.
pub(crate) fn error_code(answer: &JsonObject) -> Option<String> {
    let error = answer.get("error")?;
    let text = error.as_str().or_else(|| error.get("type").and_then(Value::as_str));
    Some(clean(text.unwrap_or("unnamed")))
}

/// Codes have no spaces and no quotes; what has is cut down to what cannot forge a line.
fn clean(text: &str) -> String {
    let allowed = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.chars().filter(allowed).take(LONGEST_CODE).collect()
}

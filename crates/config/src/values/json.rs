//! JSON values and JSON Pointers.

use serde_json::{Map, Number, Value as Json};

use crate::reader::Entry;
use crate::report::Complaint;
use crate::tree::Value;

/// A TOML value as JSON.
pub(crate) fn json_value(entry: &Entry<'_>) -> Result<Json, Complaint> {
    match entry.value() {
        Value::Text(text) => Ok(Json::String(text.clone())),
        Value::Integer(integer) => Ok(Json::from(*integer)),
        Value::Float(float) => Number::from_f64(*float)
            .map(Json::Number)
            .ok_or_else(|| Complaint::new("JSON has no such number", "write a finite number")),
        Value::Boolean(boolean) => Ok(Json::Bool(*boolean)),
        Value::Array(_) => entry.elements()?.iter().map(json_value).collect(),
        Value::Table(_) => {
            let member = |(name, entry): &(&str, Entry<'_>)| Ok(((*name).to_owned(), json_value(entry)?));
            entry.members()?.iter().map(member).collect::<Result<Map<_, _>, _>>().map(Json::Object)
        }
        Value::Datetime | Value::Broken => {
            Err(Complaint::new("JSON has no dates", "write it as a text, in double quotes"))
        }
    }
}

/// A JSON Pointer (RFC 6901). The empty one is the whole document.
pub(crate) fn json_pointer(entry: &Entry<'_>) -> Result<String, Complaint> {
    check_pointer(entry.text_or_empty()?)
}

/// The same, for keys of a table.
pub(crate) fn check_pointer(text: &str) -> Result<String, Complaint> {
    let escapes_are_right = text.split('~').skip(1).all(|after| after.starts_with(['0', '1']));
    match text {
        "" => Ok(String::new()),
        text if !text.starts_with('/') => Err(Complaint::new(
            "a JSON Pointer begins with a slash",
            "write \"/user/id\" for the member `id` of the member `user`, \"\" for the whole answer",
        )),
        _ if !escapes_are_right => {
            Err(Complaint::new("`~` needs an escape here", "write `~0` for `~`, `~1` for a slash in a name"))
        }
        text => Ok(text.to_owned()),
    }
}

//! `[signing_keys]`

use std::time::Duration;

use crossgate_core::signing_keys::SigningKeySettings;

use crate::reader::{Entry, Table};
use crate::report::Complaint;
use crate::tree::Value;
use crate::values::duration_between;

const DAY: Duration = Duration::from_secs(86_400);

pub(crate) fn read_signing_keys(table: &Table<'_>) -> SigningKeySettings {
    SigningKeySettings { rotate_every: table.read_or("rotate_every", Some(90 * DAY), rotate_every) }
}

fn rotate_every(entry: &Entry<'_>) -> Result<Option<Duration>, Complaint> {
    match entry.value() {
        Value::Boolean(false) => Ok(None),
        Value::Boolean(true) => {
            Err(Complaint::new("true is no duration", "leave the key out for \"90d\"; false switches it off"))
        }
        _ => duration_between(DAY, 3650 * DAY)(entry).map(Some),
    }
}

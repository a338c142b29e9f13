//! The `Date` of answers (RFC 9110 §6.6.1), written once a second.

use std::cell::RefCell;
use std::time::{Duration, SystemTime};

use crossgate_core::time::Timestamp;

/// The line as it was written last.
#[derive(Debug, Default)]
pub(crate) struct DateLine(RefCell<(u64, String)>);

impl DateLine {
    /// Writes the line into a head.
    pub(super) fn write(&self, head: &mut Vec<u8>, now: Timestamp) {
        let seconds = u64::try_from(now.as_seconds()).unwrap_or_default();
        let mut kept = self.0.borrow_mut();
        if kept.0 != seconds || kept.1.is_empty() {
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            *kept = (seconds, format!("date: {}\r\n", httpdate::fmt_http_date(now)));
        }
        head.extend_from_slice(kept.1.as_bytes());
    }
}

//! Which answers mean what.

use http::StatusCode;
use serde_json::Value;

/// A condition on an answer: its status is one of these, and each pointer has its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerCondition {
    /// Accepted status ranges, inclusive. Empty: any status.
    pub statuses: Vec<(u16, u16)>,
    /// JSON Pointer and the value that must stand there.
    pub values: Vec<(String, Value)>,
}

impl AnswerCondition {
    /// A condition on the status alone.
    #[must_use]
    pub fn statuses(ranges: &[(u16, u16)]) -> Self {
        Self { statuses: ranges.to_vec(), values: Vec::new() }
    }

    /// Whether the answer fulfils it.
    #[must_use]
    pub fn holds(&self, status: StatusCode, body: Option<&Value>) -> bool {
        let status = status.as_u16();
        let status_fits = self.statuses.is_empty()
            || self.statuses.iter().any(|(low, high)| (*low..=*high).contains(&status));
        let value_fits =
            |(pointer, wanted): &(String, Value)| body.and_then(|body| body.pointer(pointer)) == Some(wanted);
        status_fits && self.values.iter().all(value_fits)
    }
}

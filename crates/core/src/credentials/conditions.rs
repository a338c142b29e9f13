//! Which answers mean what.

use http::StatusCode;
use serde_json::Value;

/// A condition on an answer: its status is one of these, each pointer has its value, and what must be there, or must
/// not, is there or not. Whatever is `null` is not there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnswerCondition {
    /// Accepted status ranges, inclusive. Empty: any status.
    pub statuses: Vec<(u16, u16)>,
    /// JSON Pointer and the value that must stand there.
    pub values: Vec<(String, Value)>,
    /// JSON Pointers where something must stand.
    pub present: Vec<String>,
    /// JSON Pointers where nothing may stand.
    pub absent: Vec<String>,
}

impl AnswerCondition {
    /// A condition on the status alone.
    #[must_use]
    pub fn statuses(ranges: &[(u16, u16)]) -> Self {
        Self { statuses: ranges.to_vec(), ..Self::default() }
    }

    /// Whether the answer fulfils it.
    #[must_use]
    pub fn holds(&self, status: StatusCode, body: Option<&Value>) -> bool {
        let status = status.as_u16();
        let status_fits = self.statuses.is_empty()
            || self.statuses.iter().any(|(low, high)| (*low..=*high).contains(&status));
        let at = |pointer: &str| body.and_then(|body| body.pointer(pointer));
        let is_there = |pointer: &String| at(pointer).is_some_and(|value| !value.is_null());
        status_fits
            && self.values.iter().all(|(pointer, wanted)| at(pointer) == Some(wanted))
            && self.present.iter().all(is_there)
            && !self.absent.iter().any(is_there)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(condition: &AnswerCondition, status: u16, body: Option<&Value>) -> bool {
        condition.holds(StatusCode::from_u16(status).unwrap(), body)
    }

    #[test]
    fn what_is_null_is_not_there() {
        let present = AnswerCondition { present: vec!["/data/login".into()], ..AnswerCondition::default() };
        let absent = AnswerCondition { absent: vec!["/data/login".into()], ..AnswerCondition::default() };
        for (body, is_there) in [
            (Some(json!({ "data": { "login": {} } })), true),
            (Some(json!({ "data": { "login": false } })), true),
            (Some(json!({ "data": { "login": "" } })), true),
            (Some(json!({ "data": { "login": null } })), false),
            (Some(json!({ "data": null })), false),
            (Some(json!({})), false),
            (Some(json!([])), false),
            (None, false),
        ] {
            assert_eq!(holds(&present, 200, body.as_ref()), is_there, "{body:?}");
            assert_eq!(holds(&absent, 200, body.as_ref()), !is_there, "{body:?}");
        }
    }

    #[test]
    fn everything_that_is_asked_for_must_hold() {
        let condition = AnswerCondition {
            statuses: vec![(200, 299)],
            values: vec![("/ok".into(), json!(true))],
            present: vec!["/user".into(), "/token".into()],
            absent: vec!["/errors".into(), "/error".into()],
        };
        let good = json!({ "ok": true, "user": {}, "token": "t", "errors": null });
        assert!(holds(&condition, 201, Some(&good)));
        assert!(!holds(&condition, 301, Some(&good)));
        for (pointer, value) in [("ok", json!(1)), ("token", json!(null)), ("error", json!("no"))] {
            let mut body = good.clone();
            body[pointer] = value;
            assert!(!holds(&condition, 201, Some(&body)), "{body}");
        }
    }
}

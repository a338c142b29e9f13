//! What the API's answer to a login means.

use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::person::{UserSource, first_text, read_person};
use super::settings::{LoginReading, LoginSettings, RefusalReading};
use super::tokens::read_tokens;
use crate::identity::Identity;
use crate::session::TokenSet;
use crate::time::Timestamp;

/// Longest message of the API that is shown, in characters.
const LONGEST_MESSAGE: usize = 300;

/// What an API answered to a call of ours.
#[derive(Debug)]
pub struct ApiAnswer<'a> {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The whole body.
    pub body: &'a [u8],
}

impl ApiAnswer<'_> {
    /// The body as JSON. Where it is none, it counts as a JSON text, so that a login may answer with the bare token; an
    /// empty body is nothing.
    #[must_use]
    pub fn value(&self) -> Option<Value> {
        self.json().or_else(|| {
            let text = std::str::from_utf8(self.body).ok().filter(|text| !text.is_empty())?;
            Some(Value::String(text.to_owned()))
        })
    }

    fn json(&self) -> Option<Value> {
        serde_json::from_slice(self.body).ok()
    }

    /// Whatever lacks something is said to be no JSON, where that is the reason.
    pub(super) fn or_not_json(&self, fault: AnswerFault) -> AnswerFault {
        match fault {
            AnswerFault::Missing { .. } | AnswerFault::Unusable { .. } if self.json().is_none() => {
                AnswerFault::NotJson
            }
            fault => fault,
        }
    }
}

/// The API understood the login and decided.
#[derive(Debug, PartialEq, Eq)]
pub enum LoginOutcome {
    /// It lets the person in.
    Accepted(Box<Accepted>),
    /// It refused.
    Refused(LoginRefusal),
}

/// What the answer says about somebody who may come in.
#[derive(Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Who it is. `None` where the profile says it.
    pub identity: Option<Identity>,
    /// The API's own tokens.
    pub tokens: Option<TokenSet>,
}

/// A refusal in the API's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginRefusal {
    /// What kind.
    pub kind: RefusalKind,
    /// The API's message, shortened, without control characters.
    pub message: Option<String>,
    /// The API's code.
    pub code: Option<String>,
}

impl LoginRefusal {
    /// Of credentials that cannot even be sent.
    pub const WRONG_CREDENTIALS: Self =
        Self { kind: RefusalKind::WrongCredentials, message: None, code: None };
}

/// What kind of refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// Wrong credentials.
    WrongCredentials,
    /// The account may not sign in now.
    Locked,
}

/// The answer does not say what was asked for. The texts are for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerFault {
    /// The API itself failed.
    #[error("the API answered with status {0}")]
    ApiFailed(u16),
    /// A status that neither `success`, `locked` nor `refused` covers.
    #[error("the API answered with status {0}, which none of `success`, `locked` and `refused` covers")]
    UnexpectedStatus(u16),
    /// A status that is no success, where there is nothing to refuse.
    #[error("the API answered with status {0}, which is no success")]
    NoSuccess(u16),
    /// Nobody is named anywhere.
    #[error("nothing says who signed in")]
    Nobody,
    /// A successful answer without JSON.
    #[error("the API's answer is not JSON")]
    NotJson,
    /// A successful answer lacks a configured field.
    #[error("the API's answer has no {what} at {place}")]
    Missing {
        /// The key in the configuration.
        what: String,
        /// Where it was looked for.
        place: String,
    },
    /// A configured field has a value that cannot be used.
    #[error("the {what} at {place} of the API's answer cannot be used: {why}")]
    Unusable {
        /// The key in the configuration.
        what: String,
        /// Where it stands.
        place: String,
        /// What is wrong with it; never the value.
        why: &'static str,
    },
}

/// Judges the answer.
///
/// # Errors
/// When the answer does not say whether the person may sign in.
pub fn judge_login(
    answer: &ApiAnswer<'_>,
    settings: &LoginSettings,
    now: Timestamp,
) -> Result<LoginOutcome, AnswerFault> {
    let body = answer.value();
    let holds = |condition: &super::AnswerCondition| condition.holds(answer.status, body.as_ref());
    let refused =
        |kind| Ok(LoginOutcome::Refused(read_refusal(kind, body.as_ref(), &settings.reading.refusal)));
    if holds(&settings.success) {
        let accepted = read_accepted(body.as_ref().unwrap_or(&Value::Null), &settings.reading, now);
        let accepted = accepted.map_err(|fault| answer.or_not_json(fault))?;
        Ok(LoginOutcome::Accepted(Box::new(accepted)))
    } else if holds(&settings.locked) {
        refused(RefusalKind::Locked)
    } else if holds(&settings.refused) {
        refused(RefusalKind::WrongCredentials)
    } else if answer.status.is_server_error() {
        Err(AnswerFault::ApiFailed(answer.status.as_u16()))
    } else {
        Err(AnswerFault::UnexpectedStatus(answer.status.as_u16()))
    }
}

/// The API's own words.
pub(super) fn read_refusal(
    kind: RefusalKind,
    body: Option<&Value>,
    reading: &RefusalReading,
) -> LoginRefusal {
    let text = |pointer: &Option<String>, defaults: &[&str]| {
        let found = body.and_then(|body| first_text(body, pointer.as_deref(), defaults))?;
        let shown: String = found.chars().filter(|c| !c.is_control()).take(LONGEST_MESSAGE).collect();
        (!shown.trim().is_empty()).then_some(shown)
    };
    LoginRefusal {
        kind,
        message: text(&reading.message, &["/message", "/error/message", "/error", "/detail"]),
        code: text(&reading.code, &["/code", "/error/code"]),
    }
}

fn read_accepted(body: &Value, reading: &LoginReading, now: Timestamp) -> Result<Accepted, AnswerFault> {
    let tokens = read_tokens(body, &reading.tokens, now);
    let Some(person) = &reading.person else { return Ok(Accepted { identity: None, tokens: tokens? }) };
    let identity = match (&person.user, &tokens) {
        (UserSource::AccessToken, Err(fault)) => return Err(fault.clone()),
        (_, tokens) => {
            let tokens = tokens.as_ref().ok().and_then(Option::as_ref);
            read_person(body, person, &reading.tokens, tokens.map(|tokens| &tokens.access_token))?
        }
    };
    Ok(Accepted { identity: Some(identity), tokens: tokens? })
}

/// Something is not there.
pub(super) fn missing(what: &str, pointer: &str) -> AnswerFault {
    AnswerFault::Missing { what: what.to_owned(), place: at(pointer) }
}

/// Something is there and of no use.
pub(super) fn unusable(what: &str, pointer: &str, why: &'static str) -> AnswerFault {
    AnswerFault::Unusable { what: what.to_owned(), place: at(pointer), why }
}

fn at(pointer: &str) -> String {
    format!("JSON Pointer `{pointer}`")
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;

//! What the API's answer to a login means.

use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::person::{UserSource, first_text, read_person};
use super::settings::{LoginReading, LoginSettings};
use super::tokens::read_tokens;
use crate::identity::Identity;
use crate::session::TokenSet;
use crate::time::Timestamp;
use crate::upstream_cookie::CookieJar;

/// Longest message of the API that is shown, in characters.
const LONGEST_MESSAGE: usize = 300;

/// The API's answer to the login call.
#[derive(Debug)]
pub struct ApiAnswer<'a> {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The whole body.
    pub body: &'a [u8],
}

/// The API understood the login and decided.
#[derive(Debug, PartialEq, Eq)]
pub enum LoginOutcome {
    /// It knows the person.
    SignedIn(Box<SignedIn>),
    /// It refused.
    Refused(LoginRefusal),
}

/// Who signed in and the tokens that came along.
#[derive(Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who it is.
    pub identity: Identity,
    /// The API's own tokens.
    pub tokens: Option<TokenSet>,
    /// The cookies that the API set.
    pub cookies: CookieJar,
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

/// The answer does not say whether the person may sign in. The texts are for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginFault {
    /// The API itself failed.
    #[error("the API answered the login with status {0}")]
    ApiFailed(u16),
    /// A status that neither `success`, `locked` nor `refused` covers.
    #[error(
        "the API answered the login with status {0}, which none of `success`, `locked` and `refused` covers"
    )]
    UnexpectedStatus(u16),
    /// A successful answer without JSON.
    #[error("the API's login answer is not JSON")]
    NotJson,
    /// A successful answer lacks a configured field.
    #[error("the API's login answer has no {what} at JSON Pointer `{pointer}`")]
    Missing {
        /// Which field of `[sign_in.credentials] login`.
        what: &'static str,
        /// Where it was looked for.
        pointer: String,
    },
    /// A configured field has a value that cannot be used.
    #[error("the {what} at JSON Pointer `{pointer}` of the API's login answer cannot be used: {why}")]
    Unusable {
        /// Which field.
        what: &'static str,
        /// Where it stands.
        pointer: String,
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
) -> Result<LoginOutcome, LoginFault> {
    let body: Option<Value> = serde_json::from_slice(answer.body).ok();
    let holds = |condition: &super::AnswerCondition| condition.holds(answer.status, body.as_ref());
    let refused = |kind| Ok(LoginOutcome::Refused(refusal(kind, body.as_ref(), &settings.reading)));
    if holds(&settings.success) {
        let body = body.as_ref().ok_or(LoginFault::NotJson)?;
        read_signed_in(body, &settings.reading, now).map(Box::new).map(LoginOutcome::SignedIn)
    } else if holds(&settings.locked) {
        refused(RefusalKind::Locked)
    } else if holds(&settings.refused) {
        refused(RefusalKind::WrongCredentials)
    } else if answer.status.is_server_error() {
        Err(LoginFault::ApiFailed(answer.status.as_u16()))
    } else {
        Err(LoginFault::UnexpectedStatus(answer.status.as_u16()))
    }
}

fn refusal(kind: RefusalKind, body: Option<&Value>, reading: &LoginReading) -> LoginRefusal {
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

fn read_signed_in(body: &Value, reading: &LoginReading, now: Timestamp) -> Result<SignedIn, LoginFault> {
    let tokens = read_tokens(body, &reading.tokens, now);
    let identity = match (&reading.person.user, &tokens) {
        (UserSource::AccessToken, Err(fault)) => return Err(fault.clone()),
        (_, tokens) => {
            let tokens = tokens.as_ref().ok().and_then(Option::as_ref);
            let access_token = tokens.map(|tokens| &tokens.access_token);
            read_person(body, &reading.person, &reading.tokens, access_token)?
        }
    };
    Ok(SignedIn { identity, tokens: tokens?, cookies: CookieJar::default() })
}

pub(super) fn missing(what: &'static str, pointer: &str) -> LoginFault {
    LoginFault::Missing { what, pointer: pointer.to_owned() }
}

pub(super) fn unusable(what: &'static str, pointer: &str, why: &'static str) -> LoginFault {
    LoginFault::Unusable { what, pointer: pointer.to_owned(), why }
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;

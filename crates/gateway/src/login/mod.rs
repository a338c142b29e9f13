//! The API's own login, as a conversation: what it wants to be asked before, the login, and who it is. Used to sign
//! people in, and by the live check.

mod complete;
mod first_step;
mod second_step;

use std::time::Duration;

use crossgate_core::credentials::{Challenge, LoginOutcome, LoginRefusal, LoginSettings, judge_login};
use crossgate_core::identity::Identity;
use crossgate_core::session::TokenSet;
use crossgate_core::time::Timestamp;
use crossgate_core::upstream_cookie::CookieJar;

use crate::conversation::CallFault;
use crate::upstream::CallAnswer;

pub(crate) use first_step::log_in;
pub(crate) use second_step::log_in_further;

/// How long a login, or one step of it, may take.
pub(crate) const LOGIN_LIMIT: Duration = Duration::from_secs(15);

/// The API decided.
pub(crate) enum Verdict {
    SignedIn(Box<SignedIn>),
    /// It asks for one more step, or for the same one again.
    SecondStep(Challenge),
    Refused(LoginRefusal),
}

/// Who signed in, and what the API gave along.
pub(crate) struct SignedIn {
    pub(crate) identity: Identity,
    /// The API's own tokens.
    pub(crate) tokens: Option<TokenSet>,
    /// The cookies that the API set.
    pub(crate) cookies: CookieJar,
}

/// What an answer to a login, or to one more step of it, means.
pub(crate) fn judge(
    what: &'static str,
    answered: &CallAnswer,
    login: &LoginSettings,
    now: Timestamp,
) -> Result<LoginOutcome, CallFault> {
    judge_login(&answered.into(), login, now).map_err(|fault| CallFault::Answer { what, fault })
}

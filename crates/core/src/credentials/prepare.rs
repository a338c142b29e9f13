//! A request before the login, for APIs that want to be asked first: for a CSRF token, or for a cookie.

use super::call::CallTemplate;
use super::judge::{AnswerFault, ApiAnswer};
use super::values::{ReadValues, ValueSources};
use crate::upstream_cookie::CookieJar;

/// The request, and what of its answer is needed.
#[derive(Debug, Clone)]
pub struct PrepareSettings {
    /// The request. It has no variables.
    pub call: CallTemplate,
    /// Values for the templates of the calls that follow.
    pub values: ValueSources,
}

impl PrepareSettings {
    /// Whether a call needs one of the values.
    #[must_use]
    pub fn is_needed_for(&self, call: &CallTemplate) -> bool {
        let variables = call.variables();
        self.values.iter().any(|(name, _)| variables.contains(name))
    }
}

/// Judges the answer: any 2xx, or a redirect, which is not followed. `cookies` are those that the API has set so far,
/// with this answer.
///
/// # Errors
/// When it is no success, or lacks one of the values.
pub fn judge_prepare(
    answer: &ApiAnswer<'_>,
    settings: &PrepareSettings,
    cookies: &CookieJar,
) -> Result<ReadValues, AnswerFault> {
    match answer.status {
        status if status.is_success() || status.is_redirection() => {
            ReadValues::read(&settings.values, answer, cookies)
        }
        status if status.is_server_error() => Err(AnswerFault::ApiFailed(status.as_u16())),
        status => Err(AnswerFault::NoSuccess(status.as_u16())),
    }
}

//! What was posted to sign in, and how that is answered.

use crossgate_core::credentials::{LoginRefusal, RefusalKind};
use crossgate_core::return_to::ReturnTo;
use crossgate_nextauth::{Outcome, ReplyMode, reply_to};
use http::header;

use crate::answer::{self, Answer};
use crate::endpoints::ask::Ask;
use crate::endpoints::body::Fields;
use crate::endpoints::pages;
use crate::refusal::Refusal;

/// Longest value of a field, in bytes. Passwords may be long; nothing sensible is longer than this.
const LONGEST_FIELD: usize = 4096;

/// What was posted and how to answer it.
pub(in crate::endpoints) struct Form {
    pub(in crate::endpoints) fields: Fields,
    pub(in crate::endpoints) return_to: ReturnTo,
    pub(super) mode: ReplyMode,
}

impl Form {
    /// What was typed into a field, unless it is nothing or of no sensible length.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.fields.get(name).filter(|value| !value.is_empty() && value.len() <= LONGEST_FIELD)
    }

    /// Scripts and apps with a page of their own get what next-auth would say; our own page shows itself again.
    pub(super) async fn reply(&self, ask: &Ask, outcome: &Outcome<'_>) -> Result<Answer, Refusal> {
        let own_form = matches!(self.mode, ReplyMode::Redirect(_)) && ask.urls().own_sign_in_page().is_none();
        match outcome {
            Outcome::SignedIn { .. } => Ok(answer::of_reply(&reply_to(outcome, ask.urls(), self.mode))),
            _ if own_form => pages::sign_in_again(ask, self, outcome).await,
            _ => Ok(answer::of_reply(&reply_to(outcome, ask.urls(), self.mode))),
        }
    }

    pub(super) async fn reply_to_refusal(&self, ask: &Ask, refusal: Refusal) -> Result<Answer, Refusal> {
        let outcome = match &refusal {
            Refusal::TooManyAttempts(_) => Outcome::Throttled,
            Refusal::Upstream { .. } | Refusal::Session(_) | Refusal::SignInUnavailable(_) => {
                Outcome::Unavailable
            }
            _ => Outcome::Configuration,
        };
        let description = refusal.describe();
        ask.gateway().metrics.sign_in(description.code.as_str());
        tracing::error!(target: "crossgate::sign_in", request_id = %ask.id, code = description.code.as_str(), "sign-in failed: {refusal}");
        let mut answer = self.reply(ask, &outcome).await?;
        // A failure of ours or of the API is a 5xx whatever the dialect, so that nobody takes it for an answer.
        if outcome == Outcome::Unavailable && !answer.status().is_redirection() {
            *answer.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
        }
        if !answer.status().is_redirection() {
            let seconds = description.retry_after.unwrap_or(5);
            answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        Ok(answer)
    }
}

/// What a client of next-auth is told.
pub(super) fn outcome_of(refusal: &LoginRefusal) -> Outcome<'_> {
    let (message, code) = (refusal.message.as_deref(), refusal.code.as_deref());
    match refusal.kind {
        RefusalKind::WrongCredentials => Outcome::WrongCredentials { message, code },
        RefusalKind::Locked => Outcome::AccountLocked { message, code },
    }
}

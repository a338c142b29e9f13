//! What was posted to sign in, and how that is answered.

use crossgate_core::credentials::{
    CredentialsSettings, Field, LoginRefusal, RefusalKind, SecondStepSettings,
};
use crossgate_core::error_code::ErrorCode;
use crossgate_core::return_to::ReturnTo;
use crossgate_nextauth::{LONGEST_TEXT, Outcome, Reply, ReplyMode, clean_text, reply_to};
use http::header;
use serde_json::json;

use crate::answer::{self, Answer};
use crate::endpoints::ask::Ask;
use crate::endpoints::body::Fields;
use crate::endpoints::pages;
use crate::refusal::Refusal;

/// Longest value of a field, in bytes. Passwords may be long; nothing sensible is longer than this.
const LONGEST_FIELD: usize = 4096;

/// Which form was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::endpoints) enum Stage {
    First,
    Second,
}

impl Stage {
    /// The second one, where something is in its fields and nothing in those of the first.
    pub(super) fn of(settings: &CredentialsSettings, fields: &Fields) -> Self {
        let has = |field: &Field| fields.get(&field.name).is_some();
        let is_typed = |field: &Field| fields.get(&field.name).is_some_and(|value| !value.is_empty());
        let is_second = |step: &SecondStepSettings| step.fields.iter().any(has);
        match settings.second_step.as_ref().is_some_and(is_second) && !settings.fields.iter().any(is_typed) {
            true => Self::Second,
            false => Self::First,
        }
    }
}

/// What was posted and how to answer it.
pub(in crate::endpoints) struct Form {
    pub(in crate::endpoints) fields: Fields,
    pub(in crate::endpoints) return_to: ReturnTo,
    pub(super) mode: ReplyMode,
    pub(super) stage: Stage,
}

impl Form {
    /// What was typed into a field, unless it is nothing or of no sensible length.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.fields.get(name).filter(|value| !value.is_empty() && value.len() <= LONGEST_FIELD)
    }

    /// Scripts and apps with a page of their own get what next-auth would say; our own page shows itself again.
    pub(super) async fn reply(&self, ask: &Ask, outcome: &Outcome<'_>) -> Result<Answer, Refusal> {
        match (outcome, self.stage) {
            (Outcome::SignedIn { .. }, _) => Ok(self.reply_to_client(ask, outcome, None)),
            _ if !self.is_of_own_page(ask) => {
                let (_, notice) = pages::notice_of(outcome);
                Ok(self.reply_to_client(ask, outcome, Some(notice.sentence())))
            }
            (Outcome::SecondStepExpired, _) | (_, Stage::First) => {
                pages::sign_in_again(ask, self, outcome).await
            }
            (_, Stage::Second) => pages::second_step_again(ask, &self.return_to, outcome).await,
        }
    }

    /// The first step was passed: the second one is asked for, in the words of the API where it has some.
    pub(super) async fn ask_further(&self, ask: &Ask, message: Option<&str>) -> Result<Answer, Refusal> {
        match self.is_of_own_page(ask) {
            true => pages::second_step(ask, &self.return_to, message).await,
            false => {
                let sentence = message.unwrap_or(ErrorCode::SecondStep.message());
                Ok(self.reply_to_client(ask, &Outcome::SecondStep, Some(sentence)))
            }
        }
    }

    fn is_of_own_page(&self, ask: &Ask) -> bool {
        matches!(self.mode, ReplyMode::Redirect(_)) && ask.urls().own_sign_in_page().is_none()
    }

    /// A client of next-auth reads the URL alone; one that sends `messages=true` is told the sentence too.
    fn reply_to_client(&self, ask: &Ask, outcome: &Outcome<'_>, sentence: Option<&str>) -> Answer {
        let reply = reply_to(outcome, ask.urls(), self.mode);
        let wanted = sentence.filter(|_| self.fields.get("messages") == Some("true"));
        match (&reply, wanted.and_then(|sentence| clean_text(sentence, LONGEST_TEXT))) {
            (Reply::Json { status, url }, Some(message)) => {
                answer::json(*status, &json!({ "url": url, "message": message }))
            }
            _ => answer::of_reply(&reply),
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

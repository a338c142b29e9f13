//! `POST callback/credentials`: sign-in with the API's own login.

use crossgate_core::credentials::{LoginOutcome, LoginRefusal, RefusalKind, SignedIn, login_name_of};
use crossgate_core::return_to::ReturnTo;
use crossgate_nextauth::{CsrfAction, Outcome, ReplyMode, reply_to};
use http::{HeaderMap, header};
use serde_json::Value;

use super::api_login::ask_who;
use super::ask::Ask;
use super::begin::{Admitted, begin};
use super::body::{Fields, read_fields};
use super::sign_in::CREDENTIALS;
use super::{csrf, pages, throttle};
use crate::answer::{self, Answer, set_cookie};
use crate::refusal::Refusal;

/// Longest value of a field, in bytes. Passwords may be long; nothing sensible is longer than this.
const LONGEST_FIELD: usize = 4096;

/// How an attempt ended that is not a fault of ours.
enum Attempt {
    SignedIn(Box<SignedIn>),
    Refused(LoginRefusal),
    MissingField,
}

/// Signs somebody in.
pub(super) async fn sign_in(ask: Ask) -> Result<Answer, Refusal> {
    let mut ask = ask;
    let body = ask.body.take();
    let fields = read_fields(&ask.headers, body).await?;
    let mode = ReplyMode::of_post(&ask.headers, fields.get("json"), ask.dialect());
    let form = Form { return_to: ask.return_to(fields.get("callbackUrl")), mode, fields };
    if let Err(refusal) = csrf::check(&ask, &form.fields) {
        tracing::info!(target: "crossgate::sign_in", request_id = %ask.id, %refusal, "sign-in refused");
        ask.gateway().metrics.sign_in("csrf");
        return form.reply(&ask, &Outcome::CsrfFailed { action: CsrfAction::Callback }).await;
    }
    match attempt(&ask, &form.fields).await {
        Ok(Attempt::SignedIn(signed_in)) => admit(&ask, &form, *signed_in).await,
        Ok(Attempt::Refused(refusal)) => {
            tracing::info!(target: "crossgate::sign_in", request_id = %ask.id, kind = ?refusal.kind, "sign-in refused by the API");
            ask.gateway().metrics.sign_in("refused");
            form.reply(&ask, &outcome_of(&refusal)).await
        }
        Ok(Attempt::MissingField) => form.reply(&ask, &Outcome::MissingField).await,
        Err(refusal) => form.reply_to_refusal(&ask, refusal).await,
    }
}

/// What was posted and how to answer it.
pub(super) struct Form {
    pub(super) fields: Fields,
    pub(super) return_to: ReturnTo,
    mode: ReplyMode,
}

impl Form {
    /// Scripts and apps with a page of their own get what next-auth would say; our own page shows itself again.
    async fn reply(&self, ask: &Ask, outcome: &Outcome<'_>) -> Result<Answer, Refusal> {
        let own_form = matches!(self.mode, ReplyMode::Redirect(_)) && ask.urls().own_sign_in_page().is_none();
        match outcome {
            Outcome::SignedIn { .. } => Ok(answer::of_reply(&reply_to(outcome, ask.urls(), self.mode))),
            _ if own_form => pages::sign_in_again(ask, self, outcome).await,
            _ => Ok(answer::of_reply(&reply_to(outcome, ask.urls(), self.mode))),
        }
    }

    async fn reply_to_refusal(&self, ask: &Ask, refusal: Refusal) -> Result<Answer, Refusal> {
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

fn outcome_of(refusal: &LoginRefusal) -> Outcome<'_> {
    let (message, code) = (refusal.message.as_deref(), refusal.code.as_deref());
    match refusal.kind {
        RefusalKind::WrongCredentials => Outcome::WrongCredentials { message, code },
        RefusalKind::Locked => Outcome::AccountLocked { message, code },
    }
}

/// Asks the API.
async fn attempt(ask: &Ask, fields: &Fields) -> Result<Attempt, Refusal> {
    let settings = ask.settings().credentials.as_ref().ok_or(Refusal::NotFound)?;
    let value =
        |name: &str| fields.get(name).filter(|value| !value.is_empty() && value.len() <= LONGEST_FIELD);
    if !settings.fields.iter().all(|field| value(&field.name).is_some()) {
        return Ok(Attempt::MissingField);
    }
    let account = login_name_of(&settings.fields).and_then(|index| settings.fields.get(index));
    let account = account.and_then(|field| value(&field.name));
    let counted = throttle::count(ask, Some(account.unwrap_or_default())).await?;
    let values = |name: &str| value(name).map(|value| Value::String(value.to_owned()));
    let outcome = ask_who(ask, settings.api, &settings.login, &values, HeaderMap::new()).await?;
    match outcome {
        LoginOutcome::SignedIn(signed_in) => {
            counted.forget(ask).await;
            Ok(Attempt::SignedIn(signed_in))
        }
        LoginOutcome::Refused(refusal) => Ok(Attempt::Refused(refusal)),
    }
}

async fn admit(ask: &Ask, form: &Form, signed_in: SignedIn) -> Result<Answer, Refusal> {
    let admitted = Admitted {
        identity: signed_in.identity,
        sign_in: CREDENTIALS.to_owned(),
        tokens: signed_in.tokens,
        cookies: signed_in.cookies,
        provider: None,
        replaces: ask.gateway().sessions.presented(&ask.headers),
    };
    let cookie = match begin(ask, admitted).await {
        Ok(cookie) => cookie,
        Err(refusal) => return form.reply_to_refusal(ask, refusal).await,
    };
    let mut answer = form.reply(ask, &Outcome::SignedIn { return_to: &form.return_to }).await?;
    set_cookie(answer.headers_mut(), &cookie);
    Ok(answer)
}

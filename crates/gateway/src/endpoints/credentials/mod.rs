//! `POST callback/credentials`: sign-in with the API's own login, in one step or in two.

mod first_step;
mod form;
mod second_step;
mod step_cookie;

use crossgate_core::credentials::{LoginRefusal, PendingStep};
use crossgate_nextauth::{CsrfAction, Outcome, ReplyMode};
use serde_json::Map;

pub(super) use form::Form;
pub(super) use step_cookie::find as find_step;

use super::ask::Ask;
use super::begin::{Admitted, begin};
use super::body::read_fields;
use super::csrf;
use super::sign_in::CREDENTIALS;
use crate::answer::{Answer, set_cookie};
use crate::login::SignedIn;
use crate::refusal::Refusal;
use form::{Stage, outcome_of};

/// How an attempt ended that is not a fault of ours.
enum Attempt {
    SignedIn(Box<SignedIn>),
    /// The first step was passed. The API may have something to say about the second one.
    Further(Box<PendingStep>, Option<String>),
    Refused(LoginRefusal),
    /// What was typed into the second form was wrong; it may be tried again.
    RefusedFurther(Box<PendingStep>, LoginRefusal),
    MissingField,
    /// There is no first step that this second one could follow.
    StepExpired,
}

/// Signs somebody in.
pub(super) async fn sign_in(ask: Ask) -> Result<Answer, Refusal> {
    let mut ask = ask;
    let body = ask.body.take();
    let fields = read_fields(&ask.headers, body).await?;
    let settings = ask.settings().credentials.as_ref().ok_or(Refusal::NotFound)?;
    let mode = ReplyMode::of_post(&ask.headers, fields.get("json"), ask.dialect());
    let return_to = ask.return_to(fields.get("callbackUrl"));
    let form = Form { return_to, mode, stage: Stage::of(settings, &fields), fields };
    if let Err(refusal) = csrf::check(&ask, &form.fields) {
        tracing::info!(target: "crossgate::sign_in", request_id = %ask.id, %refusal, "sign-in refused");
        ask.gateway().metrics.sign_in("csrf");
        return form.reply(&ask, &Outcome::CsrfFailed { action: CsrfAction::Callback }).await;
    }
    let attempt = match (form.stage, &settings.second_step) {
        (Stage::Second, Some(step)) => second_step::attempt(&ask, settings, step, &form).await,
        _ => first_step::attempt(&ask, settings, &form).await,
    };
    match attempt {
        Ok(attempt) => conclude(&ask, &form, attempt).await,
        Err(refusal) => form.reply_to_refusal(&ask, refusal).await,
    }
}

async fn conclude(ask: &Ask, form: &Form, attempt: Attempt) -> Result<Answer, Refusal> {
    match attempt {
        Attempt::SignedIn(signed_in) => admit(ask, form, *signed_in).await,
        Attempt::Further(pending, message) => go_further(ask, form, &pending, message.as_deref()).await,
        Attempt::Refused(refusal) => refuse(ask, form, &refusal).await,
        Attempt::RefusedFurther(pending, refusal) => {
            let answer = refuse(ask, form, &refusal).await;
            with_step(ask, form, &pending, answer).await
        }
        Attempt::MissingField => form.reply(ask, &Outcome::MissingField).await,
        Attempt::StepExpired => {
            ask.gateway().metrics.sign_in("second_step_expired");
            let mut answer = form.reply(ask, &Outcome::SecondStepExpired).await?;
            step_cookie::remove(ask, &mut answer);
            Ok(answer)
        }
    }
}

async fn refuse(ask: &Ask, form: &Form, refusal: &LoginRefusal) -> Result<Answer, Refusal> {
    tracing::info!(target: "crossgate::sign_in", request_id = %ask.id, kind = ?refusal.kind, stage = ?form.stage, "sign-in refused by the API");
    ask.gateway().metrics.sign_in("refused");
    form.reply(ask, &outcome_of(refusal)).await
}

async fn go_further(
    ask: &Ask,
    form: &Form,
    pending: &PendingStep,
    message: Option<&str>,
) -> Result<Answer, Refusal> {
    tracing::info!(target: "crossgate::sign_in", request_id = %ask.id, "the API asks for a second step");
    ask.gateway().metrics.sign_in("second_step");
    let answer = form.ask_further(ask, message).await;
    with_step(ask, form, pending, answer).await
}

/// Sets the cookie in which the step waits.
async fn with_step(
    ask: &Ask,
    form: &Form,
    pending: &PendingStep,
    answer: Result<Answer, Refusal>,
) -> Result<Answer, Refusal> {
    match (answer, step_cookie::line(ask, pending)) {
        (Ok(mut answer), Ok(line)) => {
            set_cookie(answer.headers_mut(), &line);
            Ok(answer)
        }
        (_, Err(refusal)) => form.reply_to_refusal(ask, refusal).await,
        (refused, Ok(_)) => refused,
    }
}

async fn admit(ask: &Ask, form: &Form, signed_in: SignedIn) -> Result<Answer, Refusal> {
    let admitted = Admitted {
        identity: signed_in.identity,
        sign_in: CREDENTIALS.to_owned(),
        tokens: signed_in.tokens,
        cookies: signed_in.cookies,
        provider: None,
        app_claims: Map::new(),
        replaces: ask.gateway().sessions.presented(&ask.headers),
    };
    let cookie = match begin(ask, admitted).await {
        Ok(cookie) => cookie,
        Err(refusal) => return form.reply_to_refusal(ask, refusal).await,
    };
    let mut answer = form.reply(ask, &Outcome::SignedIn { return_to: &form.return_to }).await?;
    set_cookie(answer.headers_mut(), &cookie);
    step_cookie::remove(ask, &mut answer);
    Ok(answer)
}

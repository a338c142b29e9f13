//! What was typed into the second form goes to the API, if this browser has passed the first step.

use crossgate_core::credentials::{
    Challenge, CredentialsSettings, LoginRefusal, PendingStep, SecondStepSettings,
};
use crossgate_store::{CounterName, FirstUse};
use serde_json::Value;

use super::form::Form;
use super::{Attempt, step_cookie};
use crate::endpoints::api_login::converse;
use crate::endpoints::ask::Ask;
use crate::endpoints::first_use::{CLOCKS_DIFFER, first_use};
use crate::endpoints::throttle::{self, CountedAttempt};
use crate::login::{SignedIn, Verdict, log_in_further};
use crate::refusal::Refusal;

/// Asks the API.
///
/// A wrong code leaves the step good for another try: what ends the guessing is the counter of the account, which the
/// first step has raised already and which only a sign-in forgets, not the cookie, of which anybody can keep a copy. So
/// the API is asked first, and the step is used up by its success: of two requests with a good code, or of one that is
/// sent again, one signs somebody in.
pub(super) async fn attempt(
    ask: &Ask,
    settings: &CredentialsSettings,
    step: &SecondStepSettings,
    form: &Form,
) -> Result<Attempt, Refusal> {
    let pending = match step_cookie::find(ask) {
        Ok(pending) => pending,
        Err(fault) => {
            tracing::info!(target: "crossgate::sign_in", request_id = %ask.id, "second step refused: {fault}");
            return Ok(Attempt::StepExpired);
        }
    };
    if !step.fields.iter().all(|field| form.value(&field.name).is_some()) {
        return Ok(Attempt::MissingField);
    }
    let counted = throttle::count_at(ask, Some(CounterName::from_bytes(pending.account))).await?;
    let mut conversation = converse(ask, settings.api, pending.cookies.clone())?;
    let typed = |name: &str| form.value(name).map(Value::from);
    let verdict = log_in_further(&mut conversation, settings, step, &pending.values, &typed).await;
    let (refusal, values) = match verdict.map_err(|fault| fault.into_refusal(conversation.api_name()))? {
        Verdict::SignedIn(signed_in) => return let_in(ask, &pending, counted, signed_in).await,
        Verdict::Refused(refusal) => (refusal, None),
        Verdict::SecondStep(Challenge { values, message }) => {
            (LoginRefusal { message, ..LoginRefusal::WRONG_CREDENTIALS }, Some(values))
        }
    };
    Ok(Attempt::RefusedFurther(Box::new(pending.again(values, conversation.cookies)), refusal))
}

async fn let_in(
    ask: &Ask,
    pending: &PendingStep,
    counted: CountedAttempt,
    signed_in: Box<SignedIn>,
) -> Result<Attempt, Refusal> {
    match use_up(ask, pending).await? {
        FirstUse::Yes => {
            counted.forget(ask).await;
            Ok(Attempt::SignedIn(signed_in))
        }
        FirstUse::No => {
            tracing::warn!(target: "crossgate::sign_in", request_id = %ask.id, "a second step that was taken already came again, and the API took its code again");
            Ok(Attempt::StepExpired)
        }
    }
}

async fn use_up(ask: &Ask, pending: &PendingStep) -> Result<FirstUse, Refusal> {
    let worthless_at = pending.ends_at().after(CLOCKS_DIFFER);
    Ok(first_use(ask.gateway(), b"second-step", pending.id(), (worthless_at, ask.now)).await?)
}

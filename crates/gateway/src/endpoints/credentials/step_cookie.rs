//! The cookie in which a sign-in waits for its second step.

use crossgate_core::cookie::{PresentedCookie, find as find_cookie, set_line};
use crossgate_core::credentials::{PendingStep, PendingStepError, STEP_LIFETIME, StepPlace};

use crate::answer::{Answer, set_cookie};
use crate::endpoints::ask::Ask;
use crate::endpoints::csrf::bindings;
use crate::refusal::Refusal;

/// Why there is no first step that a second one could follow. The texts are for the operator.
#[derive(Debug, thiserror::Error)]
pub(in crate::endpoints) enum StepFault {
    #[error("no cookie of a second step came along")]
    Absent,
    #[error("two different cookies of a second step came along")]
    Ambiguous,
    #[error(transparent)]
    Unusable(#[from] PendingStepError),
}

/// The step that this browser may take.
pub(in crate::endpoints) fn find(ask: &Ask) -> Result<PendingStep, StepFault> {
    let (gateway, cookie) = (ask.gateway(), ask.gateway().cookies.step);
    let text = match find_cookie(&ask.headers, cookie) {
        PresentedCookie::Absent => return Err(StepFault::Absent),
        PresentedCookie::Ambiguous => return Err(StepFault::Ambiguous),
        PresentedCookie::One(text) => text,
    };
    // It was sealed for one of the names that this browser had then. It may have got another one since, and kept it.
    let open =
        |binding| PendingStep::open(text, StepPlace { cookie, binding }, &gateway.step_sealer, ask.now);
    let mut outcome = Err(StepFault::Absent);
    for binding in bindings(ask) {
        outcome = open(binding).map_err(StepFault::from);
        if !matches!(outcome, Err(StepFault::Unusable(PendingStepError::DoesNotOpen(_)))) {
            break;
        }
    }
    outcome
}

/// The line that sets it.
pub(super) fn line(ask: &Ask, step: &PendingStep) -> Result<String, Refusal> {
    let (gateway, cookies) = (ask.gateway(), ask.gateway().cookies);
    let binding = bindings(ask).next();
    let binding = binding.ok_or_else(|| Refusal::Internal("a second step of no browser".to_owned()))?;
    let place = StepPlace { cookie: cookies.step, binding };
    let sealed = step.seal(place, &gateway.step_sealer, &*gateway.entropy).map_err(|error| match error {
        PendingStepError::TooLarge => Refusal::SignInMisconfigured(error.to_string()),
        error => Refusal::Internal(error.to_string()),
    })?;
    let seconds = step.ends_at().since(ask.now).min(STEP_LIFETIME).as_secs();
    Ok(set_line(cookies.step, &sealed, cookies.secure, Some(seconds)))
}

/// Removes it, where there is one.
pub(super) fn remove(ask: &Ask, answer: &mut Answer) {
    let cookies = ask.gateway().cookies;
    if find_cookie(&ask.headers, cookies.step) != PresentedCookie::Absent {
        set_cookie(answer.headers_mut(), &set_line(cookies.step, "", cookies.secure, Some(0)));
    }
}

//! What was typed goes to the API's own login.

use crossgate_core::credentials::{CredentialsSettings, PendingStep, ReadValues, StepStart, login_name_of};
use crossgate_core::upstream_cookie::CookieJar;
use serde_json::Value;

use super::Attempt;
use super::form::Form;
use crate::endpoints::api_login::converse;
use crate::endpoints::ask::Ask;
use crate::endpoints::throttle;
use crate::login::{Verdict, log_in};
use crate::refusal::Refusal;

/// Asks the API.
pub(super) async fn attempt(
    ask: &Ask,
    settings: &CredentialsSettings,
    form: &Form,
) -> Result<Attempt, Refusal> {
    if !settings.fields.iter().all(|field| form.value(&field.name).is_some()) {
        return Ok(Attempt::MissingField);
    }
    let account = login_name_of(&settings.fields).and_then(|index| settings.fields.get(index));
    let account = account.and_then(|field| form.value(&field.name)).unwrap_or_default();
    let counted = throttle::count(ask, Some(account)).await?;
    let mut conversation = converse(ask, settings.api, CookieJar::default())?;
    let typed = |name: &str| form.value(name).map(Value::from);
    let verdict = log_in(&mut conversation, settings, &typed).await;
    match verdict.map_err(|fault| fault.into_refusal(conversation.api_name()))? {
        Verdict::SignedIn(signed_in) => {
            counted.forget(ask).await;
            Ok(Attempt::SignedIn(signed_in))
        }
        Verdict::SecondStep(challenge) => {
            let mut values = challenge.values;
            keep_typed(&mut values, settings, form);
            let start = StepStart {
                account: counted.account().map(|name| *name.as_bytes()).unwrap_or_default(),
                return_to: form.return_to.absolute().to_owned(),
                values,
                cookies: conversation.cookies,
                now: ask.now,
            };
            counted.forget_address(ask).await;
            let pending = PendingStep::begin(start, &*ask.gateway().entropy);
            let pending = pending.map_err(|error| Refusal::Internal(error.to_string()))?;
            Ok(Attempt::Further(Box::new(pending), challenge.message))
        }
        Verdict::Refused(refusal) => Ok(Attempt::Refused(refusal)),
    }
}

/// What was typed and is needed again; never a secret.
fn keep_typed(values: &mut ReadValues, settings: &CredentialsSettings, form: &Form) {
    let kept = settings.second_step.iter().flat_map(|step| &step.kept_fields);
    for (name, value) in kept.filter_map(|name| Some((name, form.value(name)?))) {
        values.insert(name, &Value::from(value));
    }
}

//! What was typed goes to the API's own login.

use crossgate_core::credentials::{CredentialsSettings, login_name_of};
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
        Verdict::Refused(refusal) => Ok(Attempt::Refused(refusal)),
    }
}

//! What was typed goes to the API's own login.

use crossgate_core::credentials::{
    CallError, CredentialsSettings, LoginOutcome, LoginRefusal, login_name_of,
};
use serde_json::Value;

use super::Attempt;
use super::complete::complete;
use super::form::Form;
use crate::conversation::{CallFault, Conversation, Said};
use crate::endpoints::api_login::{LOGIN_LIMIT, Verdict, converse, judge};
use crate::endpoints::ask::Ask;
use crate::endpoints::throttle;
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
    let mut conversation = converse(ask, settings.api)?;
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

async fn log_in(
    conversation: &mut Conversation<'_>,
    settings: &CredentialsSettings,
    typed: &dyn Fn(&str) -> Option<Value>,
) -> Result<Verdict, CallFault> {
    let said = Said { what: "login", template: &settings.login.call, limit: LOGIN_LIMIT };
    let answered = match conversation.say(said, typed).await {
        // No account can have such a name: nobody needs to be asked.
        Err(CallFault::Unwritten { error: CallError::Basic, .. }) => {
            return Ok(Verdict::Refused(LoginRefusal::WRONG_CREDENTIALS));
        }
        answered => answered?,
    };
    match judge(said.what, &answered, &settings.login, conversation.now)? {
        LoginOutcome::Accepted(accepted) => complete(conversation, settings, *accepted, typed).await,
        LoginOutcome::Refused(refusal) => Ok(Verdict::Refused(refusal)),
    }
}

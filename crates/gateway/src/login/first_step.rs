//! What was typed goes to the API.

use crossgate_core::credentials::{CallError, Challenge, CredentialsSettings, LoginOutcome, LoginRefusal};
use serde_json::Value;

use super::complete::complete;
use super::{LOGIN_LIMIT, Verdict, judge};
use crate::conversation::{CallFault, Conversation, Said};
use crate::upstream::CallAnswer;

/// Signs somebody in at the API. `typed` are the values of the form.
pub(crate) async fn log_in(
    conversation: &mut Conversation<'_>,
    settings: &CredentialsSettings,
    typed: &dyn Fn(&str) -> Option<Value>,
) -> Result<Verdict, CallFault> {
    let prepared = conversation.prepare(settings.prepare.as_ref()).await?;
    let values = |name: &str| prepared.get(name).or_else(|| typed(name));
    let said = Said { what: "login", template: &settings.login.call, limit: LOGIN_LIMIT };
    let answered = match conversation.say(said, &values).await {
        // No account can have such a name: nobody needs to be asked.
        Err(CallFault::Unwritten { error: CallError::Basic, .. }) => {
            return Ok(Verdict::Refused(LoginRefusal::WRONG_CREDENTIALS));
        }
        answered => answered?,
    };
    if let Some(challenge) = challenge_in(&answered, settings, conversation)? {
        return Ok(Verdict::SecondStep(challenge));
    }
    match judge(said.what, &answered, &settings.login, conversation.now)? {
        LoginOutcome::Accepted(accepted) => complete(conversation, settings, *accepted, typed).await,
        LoginOutcome::Refused(refusal) => Ok(Verdict::Refused(refusal)),
    }
}

fn challenge_in(
    answered: &CallAnswer,
    settings: &CredentialsSettings,
    conversation: &Conversation<'_>,
) -> Result<Option<Challenge>, CallFault> {
    let Some(step) = &settings.second_step else { return Ok(None) };
    let challenge = step.judge(&answered.into(), &conversation.cookies);
    challenge.map_err(|fault| CallFault::Answer { what: "second_step.values", fault })
}

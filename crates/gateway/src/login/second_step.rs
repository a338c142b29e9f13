//! What was typed into the second form goes to the API, with what it gave after the first.

use crossgate_core::credentials::{
    CallError, CredentialsSettings, LoginOutcome, LoginRefusal, ReadValues, SecondStepSettings,
};
use serde_json::Value;

use super::complete::complete;
use super::{LOGIN_LIMIT, Verdict, judge};
use crate::conversation::{CallFault, Conversation, Said};

/// Takes the second step. `kept` is what the API gave after the first one, `typed` are the values of the form.
pub(crate) async fn log_in_further(
    conversation: &mut Conversation<'_>,
    settings: &CredentialsSettings,
    step: &SecondStepSettings,
    kept: &ReadValues,
    typed: &dyn Fn(&str) -> Option<Value>,
) -> Result<Verdict, CallFault> {
    let prepared = conversation.prepare_for(settings.prepare.as_ref(), &step.login.call).await?;
    let known = |name: &str| kept.get(name).or_else(|| typed(name));
    let values = |name: &str| prepared.get(name).or_else(|| known(name));
    let said = Said { what: "second_step", template: &step.login.call, limit: LOGIN_LIMIT };
    let answered = match conversation.say(said, &values).await {
        Err(CallFault::Unwritten { error: CallError::Basic, .. }) => {
            return Ok(Verdict::Refused(LoginRefusal::WRONG_CREDENTIALS));
        }
        answered => answered?,
    };
    if let Some(challenge) = step.judge_again(&(&answered).into(), &conversation.cookies, kept) {
        return Ok(Verdict::SecondStep(challenge));
    }
    match judge(said.what, &answered, &step.login, conversation.now)? {
        LoginOutcome::Accepted(accepted) => complete(conversation, settings, *accepted, &known).await,
        LoginOutcome::Refused(refusal) => Ok(Verdict::Refused(refusal)),
    }
}

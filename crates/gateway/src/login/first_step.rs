//! What was typed goes to the API.

use crossgate_core::credentials::{CallError, CredentialsSettings, LoginOutcome, LoginRefusal};
use serde_json::Value;

use super::complete::complete;
use super::{LOGIN_LIMIT, Verdict, judge};
use crate::conversation::{CallFault, Conversation, Said};

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
    match judge(said.what, &answered, &settings.login, conversation.now)? {
        LoginOutcome::Accepted(accepted) => complete(conversation, settings, *accepted, typed).await,
        LoginOutcome::Refused(refusal) => Ok(Verdict::Refused(refusal)),
    }
}

//! The login accepted somebody: who it is, where it does not say so, is asked before a session begins.

use std::time::Duration;

use crossgate_core::credentials::{
    Accepted, AnswerFault, CredentialsSettings, ProfileOutcome, ProfileSettings, judge_profile,
};
use serde_json::Value;

use super::{SignedIn, Verdict};
use crate::conversation::{CallFault, Conversation, Said};

/// How long the profile may take.
const PROFILE_LIMIT: Duration = Duration::from_secs(10);

/// Finds out who it is. `typed` are the values of the form.
pub(super) async fn complete(
    conversation: &mut Conversation<'_>,
    settings: &CredentialsSettings,
    accepted: Accepted,
    typed: &dyn Fn(&str) -> Option<Value>,
) -> Result<Verdict, CallFault> {
    let Accepted { identity, tokens } = accepted;
    let outcome = match (&settings.profile, identity) {
        (Some(profile), _) => {
            let token = |name: &str| tokens.as_ref().and_then(|tokens| tokens.variable(name));
            let values = |name: &str| token(name).or_else(|| typed(name));
            ask_profile(conversation, profile, settings, &values).await?
        }
        (None, Some(identity)) => ProfileOutcome::Known(Box::new(identity)),
        (None, None) => return Err(CallFault::Answer { what: "login", fault: AnswerFault::Nobody }),
    };
    Ok(match outcome {
        ProfileOutcome::Refused(refusal) => Verdict::Refused(refusal),
        ProfileOutcome::Known(identity) => {
            let cookies = std::mem::take(&mut conversation.cookies);
            Verdict::SignedIn(Box::new(SignedIn { identity: *identity, tokens, cookies }))
        }
    })
}

async fn ask_profile(
    conversation: &mut Conversation<'_>,
    profile: &ProfileSettings,
    settings: &CredentialsSettings,
    values: &dyn Fn(&str) -> Option<Value>,
) -> Result<ProfileOutcome, CallFault> {
    let what = "profile";
    let said = Said { what, template: &profile.call, limit: PROFILE_LIMIT };
    let answered = conversation.say(said, values).await?;
    judge_profile(&(&answered).into(), profile, &settings.login.reading.tokens)
        .map_err(|fault| CallFault::Answer { what, fault })
}

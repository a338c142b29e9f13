//! An API says who somebody is: after its own login, or when its account hook is asked.

use std::time::Duration;

use crossgate_core::credentials::{Accepted, LoginOutcome, LoginRefusal, LoginSettings, judge_login};
use crossgate_core::identity::Identity;
use crossgate_core::provider::AccountSettings;
use crossgate_core::session::TokenSet;
use crossgate_core::settings::ApiIndex;
use crossgate_core::time::Timestamp;
use crossgate_core::upstream_cookie::CookieJar;
use http::HeaderMap;
use serde_json::Value;

use super::ask::Ask;
use crate::conversation::{CallFault, Conversation, Said};
use crate::refusal::Refusal;
use crate::upstream::CallAnswer;

/// How long a login may take.
pub(super) const LOGIN_LIMIT: Duration = Duration::from_secs(15);

/// The API decided.
pub(super) enum Verdict {
    SignedIn(Box<SignedIn>),
    Refused(LoginRefusal),
}

/// Who signed in, and what the API gave along.
pub(super) struct SignedIn {
    pub(super) identity: Identity,
    /// The API's own tokens.
    pub(super) tokens: Option<TokenSet>,
    /// The cookies that the API set.
    pub(super) cookies: CookieJar,
}

/// A conversation with this API on behalf of whoever asks.
pub(super) fn converse(ask: &Ask, api: ApiIndex) -> Result<Conversation<'_>, Refusal> {
    let pool = ask.worker.api(api);
    let pool =
        pool.ok_or_else(|| Refusal::Internal("the login names an API that is not there".to_owned()))?;
    Ok(Conversation::new(pool, &ask.gateway().public_side, ask.now).of_client(ask.client))
}

/// Asks the account hook. `headers` come on top of those that the operator declared.
pub(super) async fn ask_hook(
    ask: &Ask,
    settings: &AccountSettings,
    values: &dyn Fn(&str) -> Option<Value>,
    headers: HeaderMap,
) -> Result<Verdict, Refusal> {
    let mut conversation = converse(ask, settings.api)?;
    let said = Said { what: "account", template: &settings.login.call, limit: LOGIN_LIMIT };
    let outcome = match conversation.say_with(said, values, headers).await {
        Ok(answered) => judge(said.what, &answered, &settings.login, ask.now),
        Err(fault) => Err(fault),
    };
    match outcome.map_err(|fault| fault.into_refusal(conversation.api_name()))? {
        LoginOutcome::Refused(refusal) => Ok(Verdict::Refused(refusal)),
        LoginOutcome::Accepted(accepted) => {
            let Accepted { identity, tokens } = *accepted;
            let identity =
                identity.ok_or_else(|| Refusal::Internal("the account hook says nobody".into()))?;
            Ok(Verdict::SignedIn(Box::new(SignedIn { identity, tokens, cookies: conversation.cookies })))
        }
    }
}

/// What an answer to a login, or to one more step of it, means.
pub(super) fn judge(
    what: &'static str,
    answered: &CallAnswer,
    login: &LoginSettings,
    now: Timestamp,
) -> Result<LoginOutcome, CallFault> {
    judge_login(&answered.into(), login, now).map_err(|fault| CallFault::Answer { what, fault })
}

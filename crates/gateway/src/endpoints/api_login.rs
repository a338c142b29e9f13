//! An API says who somebody is: after its own login, or when its account hook is asked.

use crossgate_core::credentials::{Accepted, LoginOutcome};
use crossgate_core::provider::AccountSettings;
use crossgate_core::settings::ApiIndex;
use crossgate_core::upstream_cookie::CookieJar;
use http::HeaderMap;
use serde_json::Value;

use super::ask::Ask;
use crate::conversation::{Conversation, Said};
use crate::login::{LOGIN_LIMIT, SignedIn, judge};
use crate::refusal::Refusal;

/// A conversation with this API on behalf of whoever asks, with the cookies that it has set before.
pub(super) fn converse(ask: &Ask, api: ApiIndex, cookies: CookieJar) -> Result<Conversation<'_>, Refusal> {
    let pool = ask.worker.api(api);
    let pool =
        pool.ok_or_else(|| Refusal::Internal("the login names an API that is not there".to_owned()))?;
    Ok(Conversation::new(pool, &ask.gateway().public_side, cookies, ask.now).of_client(ask.client))
}

/// Asks the account hook. `headers` come on top of those that the operator declared.
pub(super) async fn ask_hook(
    ask: &Ask,
    settings: &AccountSettings,
    values: &dyn Fn(&str) -> Option<Value>,
    headers: HeaderMap,
) -> Result<SignedIn, Refusal> {
    let mut conversation = converse(ask, settings.api, CookieJar::default())?;
    let said = Said { what: "account", template: &settings.login.call, limit: LOGIN_LIMIT };
    let outcome = match conversation.say_with(said, values, headers).await {
        Ok(answered) => judge(said.what, &answered, &settings.login, ask.now),
        Err(fault) => Err(fault),
    };
    match outcome.map_err(|fault| fault.into_refusal(conversation.api_name()))? {
        LoginOutcome::Refused(refusal) => Err(Refusal::AccountRefused(Box::new(refusal))),
        LoginOutcome::Accepted(accepted) => {
            let Accepted { identity, tokens } = *accepted;
            let identity =
                identity.ok_or_else(|| Refusal::Internal("the account hook says nobody".into()))?;
            Ok(SignedIn { identity, tokens, cookies: conversation.cookies })
        }
    }
}

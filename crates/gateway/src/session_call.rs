//! Calls to the API that people sign in with, about one session: its refresh and its logout.

use crossgate_core::credentials::PrepareSettings;
use crossgate_core::session::SessionContent;
use crossgate_core::settings::ApiIndex;
use crossgate_core::upstream_cookie::CookieJar;
use http::HeaderMap;
use serde_json::Value;

use crate::conversation::{CallFault, Conversation, Said};
use crate::gateway::Worker;
use crate::upstream::CallAnswer;

/// A conversation about a session: with the cookies that this API has set in it. None where the session's tokens are
/// another API's.
pub(crate) fn converse<'a>(
    worker: &'a Worker,
    api: ApiIndex,
    content: &SessionContent,
) -> Option<Conversation<'a>> {
    let (pool, gateway) = (worker.api(api)?, &worker.gateway);
    let tokens = &gateway.tokens;
    if tokens.owner_of_tokens(content).is_some_and(|owner| owner != api) {
        return None;
    }
    let is_giver = tokens.giver_of_cookies(content) == Some(api);
    let cookies = if is_giver { content.cookies.clone() } else { CookieJar::default() };
    Some(Conversation::new(pool, &gateway.public_side, cookies, gateway.now()))
}

/// Fills in what the session knows, and makes the call. What the API wants to be asked for before is asked for where
/// the call uses it.
pub(crate) async fn say(
    conversation: &mut Conversation<'_>,
    prepare: Option<&PrepareSettings>,
    said: Said<'_>,
    content: &SessionContent,
    headers: HeaderMap,
) -> Result<CallAnswer, CallFault> {
    let prepared = conversation.prepare_for(prepare, said.template).await?;
    let values = |name: &str| prepared.get(name).or_else(|| value_of(content, name));
    conversation.say_with(said, &values, headers).await
}

/// Tokens, and what is known of the person.
fn value_of(content: &SessionContent, name: &str) -> Option<Value> {
    let token = content.tokens.as_ref().and_then(|tokens| tokens.variable(name));
    token.or_else(|| content.identity.claim(name))
}

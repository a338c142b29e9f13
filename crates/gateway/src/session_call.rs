//! Calls to the API that people sign in with, about one session: its refresh and its logout.

use crossgate_core::credentials::PrepareSettings;
use crossgate_core::session::SessionContent;
use crossgate_core::settings::ApiIndex;
use http::HeaderMap;
use serde_json::Value;

use crate::conversation::{CallFault, Conversation, Said};
use crate::gateway::Worker;
use crate::upstream::CallAnswer;

/// A conversation about a session: with the cookies that the API has set in it. None where another API gave the session
/// its tokens and cookies: they go to no other.
pub(crate) fn converse<'a>(
    worker: &'a Worker,
    api: ApiIndex,
    content: &SessionContent,
) -> Option<Conversation<'a>> {
    let (pool, gateway) = (worker.api(api)?, &worker.gateway);
    if gateway.tokens.giver_of(content).is_some_and(|giver| giver != api) {
        return None;
    }
    Some(Conversation::new(pool, &gateway.public_side, content.cookies.clone(), gateway.now()))
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

fn value_of(content: &SessionContent, name: &str) -> Option<Value> {
    let tokens = content.tokens.as_ref();
    let secret = match name {
        "access_token" => tokens.map(|tokens| &tokens.access_token),
        "refresh_token" => tokens.and_then(|tokens| tokens.refresh_token.as_ref()),
        name => return content.identity.claim(name),
    };
    secret.map(|secret| Value::String(secret.expose_secret().to_owned()))
}

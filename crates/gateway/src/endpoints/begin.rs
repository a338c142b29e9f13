//! The beginning of a session, whoever vouched: durable before the cookie is sent, always under a new id, and the old
//! one ends.

use std::rc::Rc;

use crossgate_core::cookie::set_line;
use crossgate_core::identity::Identity;
use crossgate_core::provider::ProviderLogin;
use crossgate_core::session::{HashedSessionId, SessionContent, TokenSet};
use crossgate_core::upstream_cookie::CookieJar;
use http::{HeaderMap, header};
use serde_json::{Map, Value};

use super::ask::Ask;
use super::to_the_end::to_the_end;
use crate::next_auth::{HookQuestion, Occasion, ask_hook};
use crate::refusal::Refusal;

/// How long browsers keep the cookie at most (400 days is their own cap); the server's limits decide.
pub(crate) const COOKIE_SECONDS: u64 = 400 * 24 * 60 * 60;

/// Longest `User-Agent` that is remembered, in characters.
const LONGEST_USER_AGENT: usize = 300;

/// Somebody who may come in.
pub(super) struct Admitted {
    pub(super) identity: Identity,
    /// Which way of signing in it was.
    pub(super) sign_in: String,
    /// The API's own tokens.
    pub(super) tokens: Option<TokenSet>,
    /// The cookies that the API set.
    pub(super) cookies: CookieJar,
    pub(super) provider: Option<ProviderLogin>,
    /// Claims of the app's token that whoever vouched said.
    pub(super) app_claims: Map<String, Value>,
    /// The session that this browser had.
    pub(super) replaces: Option<HashedSessionId>,
}

/// What a session remembers of the browser, for the person's own list.
pub(crate) fn user_agent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::USER_AGENT)?.to_str().ok()?;
    Some(text.chars().take(LONGEST_USER_AGENT).collect())
}

/// Begins a session and gives the line that sets its cookie. Where a hook says which claims the app's token has, it is
/// asked before: whoever has no claims does not come in.
pub(super) async fn begin(ask: &Ask, admitted: Admitted) -> Result<String, Refusal> {
    let question = HookQuestion {
        identity: &admitted.identity,
        sign_in: &admitted.sign_in,
        occasion: Occasion::SignIn,
        client: ask.client,
        now: ask.now,
    };
    let mut app_claims = admitted.app_claims;
    app_claims.extend(ask_hook(&ask.worker, &question).await?);
    let content = SessionContent {
        identity: admitted.identity,
        sign_in: admitted.sign_in,
        tokens: admitted.tokens,
        cookies: admitted.cookies,
        provider: admitted.provider,
        app_claims,
        user_agent: user_agent(&ask.headers),
    };
    let way = content.sign_in.clone();
    let (worker, now) = (Rc::clone(&ask.worker), ask.now);
    let beginning = async move { Ok(worker.gateway.sessions.begin(content, admitted.replaces, now).await?) };
    let begun = to_the_end(beginning).await?;
    tracing::info!(target: "crossgate::sign_in", request_id = %ask.id, session = %begun.session.handle(), way, "signed in");
    ask.gateway().metrics.sign_in("signed_in");
    let cookies = ask.gateway().cookies;
    Ok(set_line(cookies.session, &begun.id.expose_cookie_value(), cookies.secure, Some(COOKIE_SECONDS)))
}

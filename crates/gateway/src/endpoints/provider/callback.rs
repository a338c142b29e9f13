//! `GET` and `POST callback/<provider>`: the browser comes back.

use std::sync::Arc;

use crossgate_core::provider::{ProviderLogin, ResponseMode};
use crossgate_core::session::HashedSessionId;
use crossgate_core::time::Timestamp;
use crossgate_nextauth::{Outcome, ProviderStage, ReplyMode, reply_to};
use crossgate_oidc::authorization::{AuthorizationResponse, parse_authorization_response};
use crossgate_oidc::transaction::Purpose;
use crossgate_store::FirstUse;
use http::Method;
use serde_json::Map;

use super::account::account_of;
use super::{failed, transaction};
use crate::answer::{self, Answer, set_cookie};
use crate::endpoints::ask::Ask;
use crate::endpoints::begin::{Admitted, begin};
use crate::endpoints::body::read_bytes;
use crate::endpoints::throttle::{self, CountedAttempt};
use crate::login::SignedIn;
use crate::provider::{Provider, Returned, TransactionFault, Vouched};
use crate::refusal::Refusal;
use crate::session::SessionAnswer;

/// Finishes a sign-in, or says why not. Either way its cookie is gone afterwards.
pub(in crate::endpoints) async fn finish(ask: Ask, provider: &str) -> Result<Answer, Refusal> {
    let mut ask = ask;
    let provider = ask.provider(provider)?;
    let pairs = pairs_of(&mut ask).await?;
    let state = pairs.iter().find(|(name, _)| name == "state").map(|(_, value)| value.clone());
    let removal = state.and_then(|state| transaction::removal(&ask, &provider, &state));
    let mode = ReplyMode::Redirect(ask.dialect());
    let mut answer = match complete(&ask, &provider, pairs).await {
        Ok(Completed { return_to, cookie }) => {
            let return_to = ask.settings().return_to.parse_or_home(Some(&return_to));
            let outcome = Outcome::SignedIn { return_to: &return_to };
            let mut answer = answer::of_reply(&reply_to(&outcome, ask.urls(), mode));
            cookie.iter().for_each(|line| set_cookie(answer.headers_mut(), line));
            answer
        }
        Err(refusal) => failed::reply(&ask, ProviderStage::Callback, mode, &refusal)?,
    };
    removal.iter().for_each(|line| set_cookie(answer.headers_mut(), line));
    Ok(answer)
}

struct Completed {
    return_to: String,
    cookie: Option<String>,
}

/// The parameters as they stand there, repetitions included: which one counts is not ours to guess.
async fn pairs_of(ask: &mut Ask) -> Result<Vec<(String, String)>, Refusal> {
    if ask.method != Method::POST {
        return Ok(ask.query.clone());
    }
    let body = read_bytes(ask.body.take()).await?;
    Ok(form_urlencoded::parse(&body).into_owned().collect())
}

async fn complete(
    ask: &Ask,
    provider: &Arc<Provider>,
    pairs: Vec<(String, String)>,
) -> Result<Completed, Refusal> {
    let (returned, counted) = judge(ask, provider, pairs).await?;
    let (purpose, replaces) = (returned.transaction.purpose, returned.transaction.replaces);
    let return_to = returned.transaction.return_to.clone();
    let vouched = provider.redeem(returned).await.map_err(|fault| provider.refusal(fault))?;
    let cookie = match purpose {
        Purpose::SignIn => Some(admit(ask, provider, vouched, replaces).await?),
        Purpose::Link { session } => link(ask, provider, vouched, session).await.map(|()| None)?,
    };
    counted.forget(ask).await;
    Ok(Completed { return_to, cookie })
}

/// Whether this answer belongs to a sign-in that this browser began, and is used for the first time. The provider is
/// not asked before that, and by one client address only so often in vain.
async fn judge(
    ask: &Ask,
    provider: &Provider,
    pairs: Vec<(String, String)>,
) -> Result<(Returned, CountedAttempt), Refusal> {
    let is_form = ask.method == Method::POST;
    if is_form != (provider.settings.authorization.response_mode == ResponseMode::FormPost) {
        return Err(provider.refusal(TransactionFault::WrongResponseMode));
    }
    let response: AuthorizationResponse =
        parse_authorization_response(pairs).map_err(|error| provider.refusal(error))?;
    let transaction =
        transaction::find_begun(ask, response.expose_state()).map_err(|fault| provider.refusal(fault))?;
    let counted = throttle::count(ask, None).await?;
    match transaction::use_once(ask, &transaction).await? {
        FirstUse::Yes => Ok((Returned { response, transaction, now: ask.now }, counted)),
        FirstUse::No => Err(provider.refusal(TransactionFault::Replayed)),
    }
}

async fn admit(
    ask: &Ask,
    provider: &Arc<Provider>,
    vouched: Vouched,
    before: Option<HashedSessionId>,
) -> Result<String, Refusal> {
    let account = account_of(ask, &vouched.profile, None).await;
    if account.is_err() {
        give_back(provider, vouched.login.clone(), ask.now);
    }
    let SignedIn { identity, tokens, cookies } = account?;
    let login = vouched.login.clone();
    let admitted = Admitted {
        identity,
        sign_in: vouched.login.provider.as_str().to_owned(),
        tokens,
        cookies,
        provider: Some(vouched.login),
        app_claims: Map::new(),
        // A form that another site posts brings the session's cookie not along.
        replaces: ask.gateway().sessions.presented(&ask.headers).or(before),
    };
    let begun = begin(ask, admitted).await;
    if begun.is_err() {
        give_back(provider, login, ask.now);
    }
    begun
}

/// The session stays the same; only the API learns something. It must still be the one that began the linking.
async fn link(
    ask: &Ask,
    provider: &Arc<Provider>,
    vouched: Vouched,
    session: HashedSessionId,
) -> Result<(), Refusal> {
    // Nobody keeps these tokens.
    give_back(provider, vouched.login, ask.now);
    let sessions = &ask.gateway().sessions;
    let is_form = provider.settings.authorization.response_mode == ResponseMode::FormPost;
    match sessions.presented(&ask.headers) {
        Some(presented) if presented == session => {}
        None if is_form => {}
        _ => return Err(Refusal::LinkRefused("another session, or none, is in this browser by now")),
    }
    let owner = match sessions.look_up(session, ask.now).await {
        SessionAnswer::Active(owner) => owner,
        SessionAnswer::Unavailable(fault) => return Err(fault.into()),
        _ => return Err(Refusal::LinkRefused("the session that began the linking has ended")),
    };
    let subject = &owner.content()?.identity.subject;
    let answered = account_of(ask, &vouched.profile, Some(subject)).await?;
    if answered.identity.subject != *subject {
        return Err(Refusal::LinkRefused("the API answered with another person"));
    }
    tracing::info!(target: "crossgate::sign_in", request_id = %ask.id, session = %owner.handle(), provider = %provider.settings.id, "account linked");
    Ok(())
}

/// Tokens that nobody keeps go back to the provider, in the background.
fn give_back(provider: &Arc<Provider>, login: ProviderLogin, now: Timestamp) {
    let provider = Arc::clone(provider);
    tokio::task::spawn_local(async move { provider.give_back(&login, now).await });
}

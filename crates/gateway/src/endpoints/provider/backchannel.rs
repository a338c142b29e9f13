//! `POST backchannel-logout/<provider>`: a provider says that somebody's session there has ended (OIDC Back-Channel
//! Logout 1.0). The logout token is the proof; there is no cookie and no person.

use std::rc::Rc;

use crossgate_core::provider::{ProviderKey, ProviderProtocol};
use crossgate_core::session::EndReason;
use crossgate_core::time::Timestamp;
use crossgate_oidc::logout::LogoutToken;
use crossgate_store::{FirstUse, ProviderSelector};
use http::StatusCode;
use serde_json::json;

use crate::answer::{self, Answer};
use crate::endpoints::ask::Ask;
use crate::endpoints::body::read_fields;
use crate::endpoints::first_use::{first_use, was_used};
use crate::endpoints::to_the_end::to_the_end;
use crate::gateway::Gateway;
use crate::listener::InboundBody;
use crate::provider::{Provider, ProviderFault};
use crate::refusal::Refusal;
use crate::session::SessionFault;

/// What is used once.
const KIND: &[u8] = b"logout-token";

/// Ends the sessions that the token is about. A request that is no logout is answered as §2.8 says.
pub(in crate::endpoints) async fn logout(ask: Ask, provider: &str) -> Result<Answer, Refusal> {
    let mut ask = ask;
    let provider = ask.provider(provider)?;
    if matches!(provider.settings.protocol, ProviderProtocol::OAuth2(_)) {
        return Err(Refusal::NotFound);
    }
    let body = ask.body.take();
    match end_sessions(&ask, &provider, body).await {
        Err(refusal) if refusal.describe().status == StatusCode::BAD_REQUEST => Ok(invalid(&ask, &refusal)),
        answered => answered,
    }
}

/// 400 and an error as in RFC 6749 §5.2.
fn invalid(ask: &Ask, refusal: &Refusal) -> Answer {
    let code = refusal.describe().code;
    ask.gateway().metrics.refused(code.as_str());
    tracing::info!(target: "crossgate::sign_out", request_id = %ask.id, code = code.as_str(), "refused: {refusal}");
    answer::json(
        StatusCode::BAD_REQUEST,
        &json!({ "error": "invalid_request", "error_description": code.message(), "request_id": ask.id.to_string() }),
    )
}

/// There may be none: that is a success too (§2.8). A provider that hangs up meanwhile cancels nothing.
async fn end_sessions(ask: &Ask, provider: &Provider, body: Option<InboundBody>) -> Result<Answer, Refusal> {
    let fields = read_fields(&ask.headers, body).await?;
    let text = fields.get("logout_token").ok_or(Refusal::MalformedBody("there is no logout_token"))?;
    let token = provider.judge_logout(text, ask.now).await.map_err(|fault| provider.refusal(fault))?;
    let replayed = provider.refusal(ProviderFault::LogoutTokenReplayed);
    let (worker, now) = (Rc::clone(&ask.worker), ask.now);
    let ended = to_the_end(async move {
        let (gateway, name) = (&*worker.gateway, name_of(&token));
        if was_used(gateway, KIND, &name, now).await? {
            return Err(replayed);
        }
        let ended = end_meant(gateway, &token, now).await?;
        // Of two at the same time both may get here: what has ended does not end twice.
        let (FirstUse::Yes | FirstUse::No) = first_use(gateway, KIND, &name, (token.expires_at, now)).await?;
        Ok(ended)
    })
    .await?;
    tracing::info!(target: "crossgate::sign_out", request_id = %ask.id, provider = %provider.settings.id, ended, "signed out by the provider");
    ask.gateway().metrics.signed_out(ended as u64);
    Ok(answer::empty(StatusCode::OK))
}

/// §2.6, step 8 (optional there): the same `jti` is not taken twice. It counts as taken once the sessions have ended, so that
/// a provider may try again what failed here.
fn name_of(token: &LogoutToken) -> String {
    format!("{}\0{}", token.issuer.as_str(), token.id)
}

async fn end_meant(gateway: &Gateway, token: &LogoutToken, now: Timestamp) -> Result<usize, SessionFault> {
    let Some(selector) = selector_of(token) else { return Ok(0) };
    let reason = EndReason::ProviderSignedOut;
    Ok(gateway.sessions.end_all_of_provider(selector, reason, now).await?.len())
}

/// Their session where one is named, and the person too where both are (§2.7).
fn selector_of(token: &LogoutToken) -> Option<ProviderSelector> {
    let subject = token.subject.as_ref().map(|subject| ProviderKey::of_subject(&token.issuer, subject));
    let session = token.session.as_ref().map(|session| ProviderKey::of_session(&token.issuer, session));
    match (subject, session) {
        (Some(subject), Some(session)) => Some(ProviderSelector::Both { subject, session }),
        (Some(subject), None) => Some(ProviderSelector::Subject(subject)),
        (None, Some(session)) => Some(ProviderSelector::Session(session)),
        (None, None) => None,
    }
}

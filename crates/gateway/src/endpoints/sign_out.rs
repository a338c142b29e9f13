//! `signout`: the session is gone before the answer; then the API is told.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crossgate_core::credentials::CredentialsSettings;
use crossgate_core::session::{EndReason, SessionContent};
use crossgate_nextauth::{CsrfAction, Outcome, ReplyMode, answer_sign_out, reply_to};
use serde_json::Value;

use super::ask::Ask;
use super::body::read_fields;
use super::provider::{away, give_back, way_out};
use super::session::removal;
use super::to_the_end::to_the_end;
use super::{csrf, pages};
use crate::answer::{self, Answer, set_cookie};
use crate::gateway::Worker;
use crate::refusal::Refusal;
use crate::session::{LiveSession, SessionAnswer};
use crate::upstream::call;

/// How long the API's own logout may take.
const LOGOUT_LIMIT: Duration = Duration::from_secs(5);

/// `GET signout`: the app's own page, or ours. It changes nothing.
pub(super) async fn page(ask: &Ask) -> Result<Answer, Refusal> {
    match answer_sign_out(ask.urls()) {
        Some(own) => Ok(answer::redirect(own)),
        None => pages::sign_out(ask, &ask.return_to(None)).await,
    }
}

/// `POST signout`.
pub(super) async fn sign_out(ask: Ask) -> Result<Answer, Refusal> {
    let mut ask = ask;
    let body = ask.body.take();
    let fields = read_fields(&ask.headers, body).await?;
    let mode = ReplyMode::of_post(&ask.headers, fields.get("json"), ask.dialect());
    let return_to = ask.return_to(fields.get("callbackUrl"));
    if csrf::check(&ask, &fields).is_err() {
        return Ok(answer::of_reply(&reply_to(
            &Outcome::CsrfFailed { action: CsrfAction::SignOut },
            ask.urls(),
            mode,
        )));
    }
    let everywhere = fields.get("everywhere") == Some("true");
    let had_cookie = ask.gateway().sessions.presented(&ask.headers).is_some();
    let session = end(&ask, everywhere).await?;
    let way_out = match &session {
        Some(session) => way_out(&ask, session, &return_to).await,
        None => None,
    };
    let mut answer = match way_out {
        Some(url) => away(&ask, &url, mode, &fields)?,
        None => answer::of_reply(&reply_to(&Outcome::SignedOut { return_to: &return_to }, ask.urls(), mode)),
    };
    if had_cookie {
        set_cookie(answer.headers_mut(), &removal(&ask));
        // What the browser kept of our pages is no longer this person's to see.
        answer.headers_mut().insert("clear-site-data", http::HeaderValue::from_static("\"cache\""));
    }
    Ok(answer)
}

/// Ends the session, or all of the person's, and gives the one that this browser had. A browser that goes away
/// meanwhile cancels nothing.
async fn end(ask: &Ask, everywhere: bool) -> Result<Option<Arc<LiveSession>>, Refusal> {
    let session = match ask.peek().await {
        SessionAnswer::Active(session) => session,
        SessionAnswer::Unavailable(fault) => return Err(fault.into()),
        SessionAnswer::Absent | SessionAnswer::Expired(_) | SessionAnswer::Unknown => return Ok(None),
    };
    let (worker, now) = (Rc::clone(&ask.worker), ask.now);
    to_the_end(async move {
        let sessions = &worker.gateway.sessions;
        let ended = if everywhere {
            let subject = session.content.identity.subject.clone();
            sessions.end_all_of(subject, EndReason::SignedOutEverywhere, now).await?.len()
        } else {
            usize::from(sessions.end(session.id(), EndReason::SignedOut, now).await?.is_some())
        };
        worker.gateway.metrics.signed_out(ended as u64);
        tracing::info!(target: "crossgate::sign_out", session = %session.handle(), ended, everywhere, "signed out");
        tokio::task::spawn_local(tell_api(Rc::clone(&worker), Arc::clone(&session)));
        tokio::task::spawn_local(tell_provider(Rc::clone(&worker), Arc::clone(&session)));
        Ok(Some(session))
    })
    .await
}

/// The API's own logout. It is bounded in time and cannot fail the sign-out.
async fn tell_api(worker: Rc<Worker>, session: Arc<LiveSession>) {
    let Some(settings) = &worker.gateway.settings.credentials else { return };
    if let Err(problem) = call_logout(&worker, settings, &session).await {
        tracing::warn!(target: "crossgate::sign_out", session = %session.handle(), "the API's logout failed: {problem}");
    }
}

/// The tokens that the provider gave go back to it. It cannot fail the sign-out.
async fn tell_provider(worker: Rc<Worker>, session: Arc<LiveSession>) {
    let Some(login) = &session.content.provider else { return };
    if let Some(provider) = worker.gateway.providers.of_login(&login.provider, &login.issuer) {
        give_back(Arc::clone(provider), login.clone(), worker.gateway.now()).await;
    }
}

async fn call_logout(
    worker: &Worker,
    settings: &CredentialsSettings,
    session: &LiveSession,
) -> Result<(), Box<dyn std::error::Error>> {
    use crossgate_core::route::RouteTarget;
    let (Some(template), Some(pool)) = (&settings.logout, worker.api(settings.api)) else { return Ok(()) };
    let mut built = template.build(&|name| value_of(&session.content, name))?;
    let now = worker.gateway.now();
    let headers = worker.gateway.tokens.headers_for_open(RouteTarget::Api(settings.api), session, now)?;
    if let Some((name, value)) = headers.token {
        // A header that the operator declared stays.
        built.headers.entry(name).or_insert(value);
    }
    let answered = call(pool, built, LOGOUT_LIMIT).await?;
    match answered.status.is_success() {
        true => Ok(()),
        false => Err(format!("status {}", answered.status).into()),
    }
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

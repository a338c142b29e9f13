//! `signout`: the session is gone before the answer; then the API is told.

use std::rc::Rc;
use std::sync::Arc;

use crossgate_core::session::EndReason;
use crossgate_nextauth::{CsrfAction, Outcome, ReplyMode, answer_sign_out, reply_to};

use super::ask::Ask;
use super::body::read_fields;
use super::provider::{away, way_out};
use super::session::removal;
use super::to_the_end::to_the_end;
use super::{csrf, pages};
use crate::answer::{self, Answer, set_cookie};
use crate::give_up::give_up_all;
use crate::refusal::Refusal;
use crate::session::{LiveSession, SessionAnswer};

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
        SessionAnswer::Absent
        | SessionAnswer::Expired(_)
        | SessionAnswer::Ended(_)
        | SessionAnswer::Unknown => return Ok(None),
    };
    let (worker, now) = (Rc::clone(&ask.worker), ask.now);
    to_the_end(async move {
        let sessions = &worker.gateway.sessions;
        let ended = if everywhere {
            let subject = session.content()?.identity.subject.clone();
            sessions.end_all_with(subject, EndReason::SignedOutEverywhere, now).await?
        } else {
            sessions.end_with(session.id(), EndReason::SignedOut, now).await?
        };
        worker.gateway.metrics.signed_out(ended.count as u64);
        tracing::info!(target: "crossgate::sign_out", session = %session.handle(), ended = ended.count, everywhere, "signed out");
        give_up_all(&worker, ended);
        Ok(Some(session))
    })
    .await
}

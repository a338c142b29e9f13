//! `sessions`: a person's own sessions, to look at and to end.

use std::rc::Rc;

use crossgate_core::session::{EndReason, SessionContent, SessionRecord};
use crossgate_core::time::Timestamp;
use http::StatusCode;
use serde_json::{Value, json};

use super::ask::Ask;
use super::body::Fields;
use super::csrf;
use super::session::removal;
use super::to_the_end::to_the_end;
use crate::answer::{self, Answer, set_cookie};
use crate::give_up::give_up_all;
use crate::refusal::Refusal;
use crate::session::{CSRF_TOKEN, LiveSession};

/// `GET sessions`.
pub(super) async fn list(ask: &Ask) -> Result<Answer, Refusal> {
    let current = ask.signed_in().await?;
    let subject = current.content()?.identity.subject.clone();
    let sessions = ask.gateway().sessions.list(subject, ask.now).await?;
    let entries: Vec<Value> =
        sessions.iter().map(|(record, content)| entry(record, content, &current)).collect();
    let mut answer = answer::json(StatusCode::OK, &json!({ "sessions": entries }));
    answer.headers_mut().extend(current.csrf_token().map(|token| (CSRF_TOKEN, token)));
    Ok(answer)
}

fn entry(record: &SessionRecord, content: &SessionContent, current: &LiveSession) -> Value {
    let is_current = record.id == current.id();
    let last_seen_at = if is_current { current.last_seen_at() } else { record.last_seen_at };
    json!({
        "id": record.id.handle().as_str(),
        "current": is_current,
        "created_at": iso(record.created_at),
        "last_seen_at": iso(last_seen_at),
        "user_agent": content.user_agent,
        "sign_in": content.sign_in,
    })
}

fn iso(time: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(time.as_millis()).map(|time| time.to_string()).unwrap_or_default()
}

/// `DELETE sessions/<id>`: ends one of one's own sessions. Nobody else's can be named.
pub(super) async fn revoke(ask: &Ask, handle: &str) -> Result<Answer, Refusal> {
    let current = ask.signed_in().await?;
    csrf::check(ask, &Fields::default())?;
    let subject = current.content()?.identity.subject.clone();
    let sessions = &ask.gateway().sessions;
    let own = sessions.list(subject, ask.now).await?;
    let (record, _) =
        own.iter().find(|(record, _)| record.id.handle().as_str() == handle).ok_or(Refusal::NotFound)?;
    let reason = if record.id == current.id() { EndReason::SignedOut } else { EndReason::RevokedByOwner };
    let (worker, id, now) = (Rc::clone(&ask.worker), record.id, ask.now);
    to_the_end(async move {
        give_up_all(&worker, worker.gateway.sessions.end_with(id, reason, now).await?);
        Ok(())
    })
    .await?;
    tracing::info!(target: "crossgate::sign_out", request_id = %ask.id, session = handle, by = %current.handle(), "session revoked by its owner");
    let mut answer = answer::empty(StatusCode::NO_CONTENT);
    if record.id == current.id() {
        set_cookie(answer.headers_mut(), &removal(ask));
    }
    Ok(answer)
}

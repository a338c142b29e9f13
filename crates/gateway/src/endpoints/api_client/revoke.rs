//! An API ends the session that a token belongs to (RFC 7009).

use std::rc::Rc;

use crossgate_core::session::{EndReason, SessionHandle};
use http::StatusCode;

use super::Question;
use crate::answer::{self, Answer};
use crate::endpoints::ask::Ask;
use crate::endpoints::to_the_end::to_the_end;
use crate::refusal::Refusal;

/// 1. RFC 7009 §2.1: "verifies whether the token was issued to the client making the revocation request". One of another
///    API changes nothing.
/// 2. §2.1: the token is invalidated, and so is everything "based on the same authorization grant": the session ends.
/// 3. §2.2: 200 "if the token has been revoked successfully or if the client submitted an invalid token"; nobody learns
///    from the answer which of the two it was.
/// 4. §2.2.1: with 503 "the client must assume the token still exists and may retry after a reasonable delay".
pub(super) async fn answer(ask: &Ask, question: &Question<'_>) -> Result<Answer, Refusal> {
    if let Some(token) = question.verified(ask) {
        end(ask, question, token.session).await?; // 2, 4
    } // 1
    Ok(answer::empty(StatusCode::OK)) // 3
}

/// An API that hangs up meanwhile cancels nothing.
async fn end(ask: &Ask, question: &Question<'_>, handle: SessionHandle) -> Result<(), Refusal> {
    let (worker, now, name) = (Rc::clone(&ask.worker), ask.now, handle.clone());
    let ended = to_the_end(async move {
        let sessions = &worker.gateway.sessions;
        match sessions.alive(handle, now).await? {
            Some(id) => Ok(sessions.end(id, EndReason::RevokedByApi, now).await?.is_some()),
            None => Ok(false),
        }
    })
    .await?;
    if ended {
        ask.gateway().metrics.signed_out(1);
        tracing::info!(target: "crossgate::sign_out", request_id = %ask.id, session = %name, client = question.client, "session revoked by an API");
    }
    Ok(())
}

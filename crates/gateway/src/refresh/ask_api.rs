//! New tokens, or cookies, from the API that people sign in with.

use std::time::Duration;

use crossgate_core::credentials::{AnswerFault, RefreshFault, RefreshSettings, Renewal, judge_refresh};
use crossgate_core::session::SessionContent;
use http::{HeaderMap, StatusCode, header};

use super::port::Fresh;
use super::protocol::{Asked, Blame, TryLater};
use crate::conversation::{CallFault, Conversation, Said};
use crate::gateway::Worker;
use crate::session::LiveSession;
use crate::session_call::{converse, say};
use crate::upstream::{CallAnswer, UpstreamError};

/// Its key in the configuration.
const REFRESH: &str = "refresh";
/// How long it may take. Long, because an answer that is given up is lost.
const LIMIT: Duration = Duration::from_secs(30);

/// Asks.
pub(super) async fn ask(worker: &Worker, kept: &LiveSession) -> Asked<Fresh> {
    let Some(credentials) = &worker.gateway.settings.credentials else {
        return Asked::TryLater(TryLater::OURS);
    };
    let Ok(content) = kept.content() else { return Asked::TryLater(TryLater::OURS) };
    let conversation = converse(worker, credentials.api, &content);
    let (Some(settings), Some(mut conversation)) = (&credentials.refresh, conversation) else {
        return Asked::TryLater(TryLater::OURS);
    };
    let said = Said { what: REFRESH, template: &settings.call, limit: LIMIT };
    let prepare = credentials.prepare.as_ref();
    match say(&mut conversation, prepare, said, &content, HeaderMap::new()).await {
        Ok(answered) => judge(&answered, conversation, settings, &content),
        Err(fault) => {
            tracing::warn!(target: "crossgate::refresh", session = %kept.handle(), "no answer to the refresh: {fault}");
            Asked::TryLater(after_failure(&fault))
        }
    }
}

/// Where no connection was made, or the refresh itself was not asked for, nothing was said that could be lost.
fn after_failure(fault: &CallFault) -> TryLater {
    let side_fails = TryLater { blame: Blame::PerhapsSide, ..TryLater::OURS };
    match fault {
        CallFault::Unanswered { what: REFRESH, error } => {
            let was_sent = !matches!(
                error,
                UpstreamError::Connect(_) | UpstreamError::ConnectTimeout | UpstreamError::Request(_)
            );
            let blame = if was_sent { Blame::PerhapsSide } else { Blame::Side };
            TryLater { is_answer_lost: was_sent, blame, ..side_fails }
        }
        CallFault::Unanswered { .. } | CallFault::Answer { fault: AnswerFault::ApiFailed(_), .. } => {
            side_fails
        }
        CallFault::Unwritten { .. } | CallFault::Answer { .. } => TryLater::OURS,
    }
}

fn judge(
    answered: &CallAnswer,
    conversation: Conversation<'_>,
    settings: &RefreshSettings,
    content: &SessionContent,
) -> Asked<Fresh> {
    let (news, now) = (conversation.news, conversation.now);
    match judge_refresh(&answered.into(), settings, content.tokens.as_ref(), now) {
        Ok(Renewal::Refused) => Asked::Refused,
        Ok(Renewal::Renewed(tokens)) => Asked::Renewed(Box::new(move |content| {
            if tokens.is_some() {
                content.tokens.clone_from(&tokens);
            }
            news.take_into(&mut content.cookies, now);
            content.cookies.set_aside_older_than(now);
        })),
        Err(fault) => {
            tracing::warn!(target: "crossgate::refresh", "{fault}");
            Asked::TryLater(after_fault(&fault, answered))
        }
    }
}

/// An API that fails in the middle may have given tokens that it could not send.
fn after_fault(fault: &RefreshFault, answered: &CallAnswer) -> TryLater {
    let asks_to_wait =
        matches!(answered.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
    TryLater {
        after: retry_after(&answered.headers),
        is_answer_lost: !asks_to_wait
            && (answered.status.is_server_error() || matches!(fault, RefreshFault::Answer(_))),
        // Who asks one to wait may mean that one alone.
        blame: if answered.status.is_server_error() { Blame::PerhapsSide } else { Blame::Session },
    }
}

/// `Retry-After` in seconds (RFC 9110 §10.2.3). A date is passed over: clocks differ.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

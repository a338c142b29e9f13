//! New tokens, or cookies, from the API that people sign in with.

use std::time::Duration;

use crossgate_core::credentials::{ApiAnswer, RefreshFault, RefreshSettings, Renewal, judge_refresh};
use crossgate_core::session::SessionContent;
use crossgate_core::time::Timestamp;
use crossgate_core::upstream_cookie::CookieSource;
use http::{HeaderMap, StatusCode, header};

use super::port::Fresh;
use super::protocol::{Asked, TryLater};
use crate::gateway::Worker;
use crate::session::LiveSession;
use crate::session_call::build;
use crate::upstream::{CallAnswer, UpstreamError, call};

/// How long it may take. Long, because an answer that is given up is lost.
const LIMIT: Duration = Duration::from_secs(30);

/// Asks.
pub(super) async fn ask(worker: &Worker, kept: &LiveSession) -> Asked<Fresh> {
    let credentials = worker.gateway.settings.credentials.as_ref();
    let settings = credentials.and_then(|credentials| Some((credentials.refresh.as_ref()?, credentials.api)));
    let Some((settings, Some(pool))) = settings.map(|(settings, api)| (settings, worker.api(api))) else {
        return Asked::TryLater(TryLater::OURS);
    };
    let built = match build(&settings.call, &kept.content, worker.gateway.now()) {
        Ok(built) => built,
        Err(error) => {
            tracing::error!(target: "crossgate::refresh", session = %kept.handle(), %error, "the refresh cannot be written");
            return Asked::TryLater(TryLater::OURS);
        }
    };
    let path = built.path.clone();
    match call(pool, &worker.gateway.public_side, built, LIMIT).await {
        Ok(answered) => judge(&answered, &path, settings, &kept.content, worker.gateway.now()),
        Err(error) => {
            tracing::warn!(target: "crossgate::refresh", session = %kept.handle(), "no answer to the refresh: {error}");
            Asked::TryLater(after_failure(&error))
        }
    }
}

/// Where no connection was made, nothing was said that could have been answered.
fn after_failure(error: &UpstreamError) -> TryLater {
    let was_sent = !matches!(
        error,
        UpstreamError::Connect(_) | UpstreamError::ConnectTimeout | UpstreamError::Request(_)
    );
    TryLater { after: None, is_answer_lost: was_sent, is_side_failing: true }
}

fn judge(
    answered: &CallAnswer,
    path: &str,
    settings: &RefreshSettings,
    content: &SessionContent,
    now: Timestamp,
) -> Asked<Fresh> {
    let answer = ApiAnswer { status: answered.status, headers: &answered.headers, body: &answered.body };
    match judge_refresh(&answer, settings, content.tokens.as_ref(), now) {
        Ok(Renewal::Refused) => Asked::Refused,
        Ok(Renewal::Renewed(tokens)) => {
            let (headers, path) = (answered.headers.clone(), path.to_owned());
            Asked::Renewed(Box::new(move |content| {
                if tokens.is_some() {
                    content.tokens.clone_from(&tokens);
                }
                content.cookies.take_in(&CookieSource { headers: &headers, path: &path, now });
            }))
        }
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
        is_side_failing: asks_to_wait || answered.status.is_server_error(),
    }
}

/// `Retry-After` in seconds (RFC 9110 §10.2.3). A date is passed over: clocks differ.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

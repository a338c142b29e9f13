//! Cookies in the answers of an API whose cookies the session keeps: they go into the session and not to the browser.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crossgate_core::cookie::name_set_by;
use crossgate_core::session::SessionContent;
use crossgate_core::settings::{ApiIndex, ApiSettings};
use crossgate_core::token::UpstreamToken;
use crossgate_core::upstream_cookie::CookieSource;
use http::{HeaderMap, HeaderValue, header};

use crate::gateway::Worker;
use crate::session::{LiveSession, SessionFault};

/// How often the store is asked to keep them, and the time between: nobody else has them.
const ATTEMPTS: u32 = 10;
const PAUSE: Duration = Duration::from_millis(100);

/// An answer whose cookies are to be kept.
pub(crate) struct Answered<'a> {
    pub(crate) api: ApiIndex,
    pub(crate) session: Option<&'a Arc<LiveSession>>,
    /// Path and query of the request.
    pub(crate) path: &'a str,
}

/// Takes the cookies out of the answer and keeps them, before the browser has the answer: its next request shall carry
/// them. Those that the browser may have stay.
pub(crate) async fn keep(worker: &Rc<Worker>, answered: Answered<'_>, headers: &mut HeaderMap) {
    let Some(api) = worker.gateway.settings.apis.get(answered.api.0) else { return };
    if !matches!(api.token, UpstreamToken::Cookie) || !headers.contains_key(header::SET_COOKIE) {
        return;
    }
    let taken = take_out(headers, api);
    let gateway = &worker.gateway;
    // Where another API gave this session its cookies, those of this one have no place in it.
    let Some(session) = answered.session else { return };
    let Ok(content) = session.content() else { return };
    if gateway.tokens.giver_of_cookies(&content) != Some(answered.api) {
        return;
    }
    let (path, now) = (answered.path.to_owned(), gateway.now());
    let changes = content.cookies.clone().take_in_aside(&CookieSource { headers: &taken, path: &path, now });
    if changes && let Err(fault) = Box::pin(write_down(worker, session, taken, path)).await {
        tracing::error!(target: "crossgate::session", session = %session.handle(), "the API's cookies could not be kept: {fault}");
    }
}

/// The lines that the browser must not see.
fn take_out(headers: &mut HeaderMap, api: &ApiSettings) -> HeaderMap {
    let is_browsers = |line: &HeaderValue| {
        let name = std::str::from_utf8(name_set_by(line.as_bytes()));
        name.is_ok_and(|name| api.cookies.iter().any(|listed| listed == name))
    };
    let (left, taken): (Vec<_>, Vec<_>) =
        headers.get_all(header::SET_COOKIE).iter().cloned().partition(is_browsers);
    headers.remove(header::SET_COOKIE);
    headers.extend(left.into_iter().map(|line| (header::SET_COOKIE, line)));
    // With an optional name each line would take the place of the one before.
    let mut jar = HeaderMap::new();
    jar.extend(taken.into_iter().map(|line| (header::SET_COOKIE, line)));
    jar
}

/// A browser that goes away meanwhile cancels nothing.
async fn write_down(
    worker: &Rc<Worker>,
    session: &LiveSession,
    taken: HeaderMap,
    path: String,
) -> Result<(), SessionFault> {
    let (worker, id) = (Rc::clone(worker), session.id());
    let writing = tokio::task::spawn_local(async move {
        let _busy = Rc::clone(&worker.busy);
        let now = worker.gateway.now();
        let change = |content: &mut SessionContent| {
            content.cookies.take_in_aside(&CookieSource { headers: &taken, path: &path, now })
        };
        let mut left = ATTEMPTS;
        loop {
            left -= 1;
            match worker.gateway.sessions.amend(id, &change, now).await {
                Err(SessionFault::Store(_)) if left > 0 => tokio::time::sleep(PAUSE).await,
                written => return written.map(drop),
            }
        }
    });
    writing.await.unwrap_or(Err(SessionFault::Cut))
}

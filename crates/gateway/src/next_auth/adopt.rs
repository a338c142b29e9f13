//! What an answer of the app makes of its session cookie. It never reaches the browser; where the operator wants it, its
//! claims become those of the session, its removal is a sign-out, and one of nobody's session is a sign-in.

use std::rc::Rc;
use std::sync::Arc;

use crossgate_core::csrf::{is_state_changing, judge_origin};
use crossgate_core::identity::Subject;
use crossgate_core::page::Transport;
use crossgate_core::route::RouteTarget;
use crossgate_core::session::SessionContent;
use serde_json::{Map, Value};

use super::claims::{ClaimChanges, claims_of, without_app_claims};
use super::cookies::SaidOfSession;
use super::hook::{LARGEST_CLAIMS, size_of};
use super::seal::AppCookie;
use crate::answer::{Answer, set_cookie};
use crate::endpoints::{Visitor, sign_in_by_app, sign_out_by_app};
use crate::gateway::{Gateway, Worker};
use crate::listener::InboundRequest;
use crate::permit::Permit;
use crate::refusal::Refusal;
use crate::request_id::RequestId;
use crate::session::{LiveSession, SessionFault};

/// Longest token that is opened at all.
const LONGEST_TOKEN: usize = 2 * LARGEST_CLAIMS;

/// Who asked the app, where what it says about its session cookie may count.
pub(crate) struct AppExchange {
    who: Who,
    id: RequestId,
}

enum Who {
    /// The session as the app was told of it.
    SignedIn(Arc<LiveSession>),
    Nobody(Visitor),
}

impl AppExchange {
    /// To be called before the request goes on. None where nothing that the app says counts: it is not wanted, or nobody
    /// looked whose request this is, or another site had the browser send it, which shall not sign anybody in.
    pub(crate) fn of(gateway: &Gateway, inbound: &InboundRequest, permit: &Permit) -> Option<Self> {
        gateway.app_cookie.as_ref().filter(|cookie| cookie.is_adopted())?;
        let is_page = matches!(permit.target(), RouteTarget::App(transport) if transport != Transport::Asset);
        if !is_page || permit.keeps_bearer() {
            return None;
        }
        let id = inbound.id;
        if let Some(session) = permit.session() {
            return Some(Self { who: Who::SignedIn(Arc::clone(session)), id });
        }
        let is_own = !is_state_changing(&inbound.method)
            || judge_origin(&inbound.headers, &gateway.settings.public_origin).is_ok();
        let visitor = Visitor { headers: inbound.headers.clone(), client: inbound.client, id };
        is_own.then_some(Self { who: Who::Nobody(visitor), id })
    }
}

/// Takes everything about next-auth's cookies out of an answer, and does what is to be done about it before the browser
/// has the answer.
///
/// # Errors
/// When a session should begin or end, and cannot.
pub(crate) async fn take_app_cookies(
    worker: &Rc<Worker>,
    exchange: Option<AppExchange>,
    answer: &mut Answer,
) -> Result<(), Refusal> {
    let Some(cookie) = worker.gateway.app_cookie.clone() else { return Ok(()) };
    let taken = cookie.names().take_out(answer.headers_mut());
    let Some(exchange) = exchange.filter(|_| !taken.is_empty()) else { return Ok(()) };
    let id = exchange.id;
    match (SaidOfSession::read(&taken, cookie.name(), worker.gateway.now()), exchange.who) {
        (SaidOfSession::Nothing, _) | (SaidOfSession::Removed, Who::Nobody(_)) => {}
        (SaidOfSession::Broken, _) => dropped(id, "its pieces are no whole"),
        (SaidOfSession::Removed, Who::SignedIn(session)) => {
            let line = Box::pin(sign_out_by_app(worker, session.id())).await?;
            answer.body_mut().outlive_session();
            set_cookie(answer.headers_mut(), &line);
        }
        (SaidOfSession::Set(token), who) => match judge(worker, &cookie, &who, &token) {
            Err(why) => dropped(id, why),
            Ok(claims) => {
                let line = Box::pin(adopt(worker, who, claims)).await?;
                line.iter().for_each(|line| set_cookie(answer.headers_mut(), line));
            }
        },
    }
    Ok(())
}

fn dropped(id: RequestId, why: &'static str) {
    tracing::warn!(target: "crossgate::next_auth", request_id = %id, "a session cookie that the app set was dropped: {why}");
}

/// Whether a token that the app set counts:
///
/// 1. It is not too long.
/// 2. It opens under a secret of ours, and is live.
/// 3. Its claims are not too large.
/// 4. With a session: it is that session's.
/// 5. Without one: it names no session, and says whom it is about.
fn judge(
    worker: &Worker,
    cookie: &AppCookie,
    who: &Who,
    token: &str,
) -> Result<Map<String, Value>, &'static str> {
    // Step 1.
    if token.len() > LONGEST_TOKEN {
        return Err("it is too long");
    }
    // Step 2.
    let claims = cookie.open(token, worker.gateway.now()).ok_or("it does not open, or is not live")?;
    // Step 3.
    if size_of(&claims) > LARGEST_CLAIMS {
        return Err("its claims are larger than 16 KiB");
    }
    match (who, claims.get("sid")) {
        // Step 4.
        (Who::SignedIn(session), Some(sid)) if sid == session.handle().as_str() => Ok(claims),
        (Who::SignedIn(_), Some(_)) => Err("it is another session's"),
        (Who::SignedIn(_), None) => Err("it is no session's, and somebody is signed in"),
        // Step 5.
        (Who::Nobody(_), Some(_)) => Err("it is a session's, and nobody is signed in"),
        (Who::Nobody(_), None) => Ok(claims),
    }
}

/// Gives the line that sets our cookie, where a session begins.
async fn adopt(worker: &Rc<Worker>, who: Who, claims: Map<String, Value>) -> Result<Option<String>, Refusal> {
    match who {
        Who::Nobody(visitor) => match claims.get("sub").map(Subject::from_json) {
            Some(Ok(subject)) => sign_in_by_app(worker, visitor, subject, claims).await.map(Some),
            _ => {
                dropped(visitor.id, "it does not say whom it is about");
                Ok(None)
            }
        },
        Who::SignedIn(session) => {
            if let Err(fault) = take_over(worker, &session, claims).await {
                tracing::error!(target: "crossgate::next_auth", session = %session.handle(), "the app's claims could not be kept: {fault}");
            }
            Ok(None)
        }
    }
}

/// Why an app's claims could not be kept. For the operator.
#[derive(Debug, thiserror::Error)]
enum KeepFault {
    #[error(transparent)]
    Session(#[from] SessionFault),
    #[error("the claim template cannot be filled in: {0}")]
    Template(#[from] crossgate_core::template::MissingVariable),
}

/// Only what differs from what this very request said counts: somebody else may have changed the rest meanwhile. A browser
/// that goes away cancels nothing.
async fn take_over(
    worker: &Rc<Worker>,
    session: &Arc<LiveSession>,
    claims: Map<String, Value>,
) -> Result<(), KeepFault> {
    let settings = &worker.gateway.settings.app.next_auth;
    let content = session.content().map_err(SessionFault::from)?;
    let changes = ClaimChanges::between(&claims_of(&content, settings)?, claims);
    if changes.is_empty() {
        return Ok(());
    }
    let follows = without_app_claims(&content, settings)?;
    let (worker, id) = (Rc::clone(worker), session.id());
    let writing = tokio::task::spawn_local(async move {
        let _busy = Rc::clone(&worker.busy);
        let change = |content: &mut SessionContent| {
            changes.apply(&mut content.app_claims, |name| follows.contains_key(name))
        };
        worker.gateway.sessions.amend(id, &change, worker.gateway.now()).await.map(drop)
    });
    Ok(writing.await.unwrap_or(Err(SessionFault::Cut))?)
}

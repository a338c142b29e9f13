//! Moving in: somebody who was signed in before Crossgate stood in front still is.
//!
//! A browser that holds a live cookie from that time gets a session for it at its first request, whatever that is. The id
//! of the session follows from the cookie, so requests that arrive at the same time, also at other processes, come to the
//! same one; the store takes an id once, so nothing that ended comes back by it.

mod next_auth;
mod person;

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crossgate_core::cookie::{PresentedCookie, find, set_line};
use crossgate_core::csrf::keyed_hash;
use crossgate_core::page::Transport;
use crossgate_core::route::{RouteDecision, RouteTarget};
use crossgate_core::secret::SecretText;
use crossgate_core::session::{SessionContent, SessionId};
use crossgate_core::time::Timestamp;
use crossgate_store::{FirstUse, StoreError};
use http::{HeaderMap, HeaderValue, header};

use crate::answer::{Answer, set_cookie};
use crate::endpoints::{COOKIE_SECONDS, first_use, to_the_end, was_used};
use crate::gateway::{Gateway, Worker};
use crate::listener::InboundRequest;
use crate::refusal::Refusal;
use crate::session::{LiveSession, SessionFault};
use crate::upstream::guard_caches;

pub(crate) use next_auth::NextAuthCookies;

/// How long the same cookie still leads to its session: for requests that were under way, and for answers that were lost.
/// Later it is a copy.
const GRACE: Duration = Duration::from_secs(10 * 60);

/// What is used once.
const KIND: &[u8] = b"former session";

/// Where people may have been signed in before.
pub(crate) trait FormerSessions: Send + Sync {
    /// The names of its cookies that a request carries.
    fn cookies(&self, headers: &HeaderMap) -> Vec<String>;

    /// What they say, where they are those of somebody who is signed in there.
    fn read(&self, headers: &HeaderMap, now: Timestamp) -> Option<Former>;
}

/// Somebody who is signed in somewhere else.
pub(crate) struct Former {
    /// What the browser brought: nobody else can have it.
    pub(crate) proof: SecretText,
    /// From when on it would be worth nothing there either.
    pub(crate) worthless_at: Timestamp,
    pub(crate) content: SessionContent,
}

/// What became of a request's cookies from before.
pub(crate) struct Moved {
    session: Option<SessionId>,
    /// Cookies that have done their duty.
    cookies: Vec<String>,
}

/// Finds out. Where somebody moved in, the request carries the cookie of their session afterwards, as if the browser had
/// sent it.
///
/// # Errors
/// When the store does not answer: then nobody can tell who this is.
pub(crate) async fn move_in(
    worker: &Rc<Worker>,
    inbound: &mut InboundRequest,
    decision: &RouteDecision<'_>,
) -> Result<Moved, Refusal> {
    let gateway = &*worker.gateway;
    let nobody = Moved { session: None, cookies: Vec::new() };
    let Some(source) = gateway.former_sessions.as_deref().filter(|_| asks_who_it_is(decision)) else {
        return Ok(nobody);
    };
    let cookies = source.cookies(&inbound.headers);
    if cookies.is_empty() {
        return Ok(nobody);
    }
    Box::pin(find_out(worker, inbound, (source, cookies))).await
}

async fn find_out(
    worker: &Rc<Worker>,
    inbound: &mut InboundRequest,
    (source, cookies): (&dyn FormerSessions, Vec<String>),
) -> Result<Moved, Refusal> {
    let gateway = &*worker.gateway;
    if find(&inbound.headers, gateway.cookies.session) != PresentedCookie::Absent {
        return Ok(Moved { session: None, cookies });
    }
    let Some(former) = source.read(&inbound.headers, gateway.now()) else {
        return Ok(Moved { session: None, cookies: Vec::new() });
    };
    let id = session_id(gateway, &former.proof);
    let session = arrive(worker, id.clone(), former).await?;
    if session.is_some() {
        carry(&mut inbound.headers, gateway.cookies.session, &id);
        tracing::info!(target: "crossgate::sign_in", request_id = %inbound.id, session = %id.hash().handle(), "moved in");
    }
    Ok(Moved { session: session.map(|_| id), cookies })
}

/// Build output is nobody's.
pub(crate) fn asks_who_it_is(decision: &RouteDecision<'_>) -> bool {
    match decision {
        RouteDecision::Forward(forward) => forward.target != RouteTarget::App(Transport::Asset),
        RouteDecision::Endpoint(_) => true,
        RouteDecision::Refuse(_) => false,
    }
}

fn session_id(gateway: &Gateway, proof: &SecretText) -> SessionId {
    let proof = proof.expose_secret().as_bytes();
    SessionId::from_derived(keyed_hash(&gateway.former_sessions_key, &[proof]))
}

/// The session that this cookie leads to, if it still leads to one.
async fn arrive(
    worker: &Rc<Worker>,
    id: SessionId,
    former: Former,
) -> Result<Option<Arc<LiveSession>>, Refusal> {
    let sessions = &worker.gateway.sessions;
    let now = worker.gateway.now();
    let is_new = |session: &Arc<LiveSession>| now.since(session.created_at()) < GRACE;
    if let Some(session) = sessions.reload(id.hash(), now).await? {
        // Whoever began it may have failed to.
        remember(&worker.gateway, &former, now).await?;
        return Ok(Some(session).filter(is_new));
    }
    match begin(worker, id.clone(), former, now).await {
        // Another request with the same cookie may have begun it after we had looked.
        Ok(None) | Err(Refusal::Session(SessionFault::Store(StoreError::AlreadyExists { .. }))) => {
            Ok(sessions.reload(id.hash(), now).await?.filter(is_new))
        }
        begun => begun,
    }
}

/// Begins the session. The store remembers why sessions ended for thirty days; a cookie that lives longer is remembered as
/// used for as long as it does. That is asked before there is a session, which a second request would find.
async fn begin(
    worker: &Rc<Worker>,
    id: SessionId,
    former: Former,
    now: Timestamp,
) -> Result<Option<Arc<LiveSession>>, Refusal> {
    let worker = Rc::clone(worker);
    to_the_end(async move {
        let gateway = &*worker.gateway;
        if was_used(gateway, KIND, former.proof.expose_secret(), now).await? {
            return Ok(None);
        }
        let session = gateway.sessions.begin_as(&id, former.content.clone(), None, now).await?;
        remember(gateway, &former, now).await?;
        Ok(Some(session))
    })
    .await
}

/// Of several at the same time one is the first to say so. All of them are about the same session.
async fn remember(gateway: &Gateway, former: &Former, now: Timestamp) -> Result<(), Refusal> {
    let proof = former.proof.expose_secret();
    if !was_used(gateway, KIND, proof, now).await? {
        let (FirstUse::Yes | FirstUse::No) =
            first_use(gateway, KIND, proof, (former.worthless_at, now)).await?;
    }
    Ok(())
}

/// Puts the session's cookie into a request that has none.
fn carry(headers: &mut HeaderMap, name: &str, id: &SessionId) {
    let Ok(mut line) = HeaderValue::try_from(format!("{name}={}", id.expose_cookie_value())) else { return };
    line.set_sensitive(true);
    headers.append(header::COOKIE, line);
}

impl Moved {
    /// Gives the browser its new cookie and takes the old ones.
    pub(crate) fn settle(self, gateway: &Gateway, answer: Answer) -> Answer {
        let mut answer = answer;
        if self.session.is_none() && self.cookies.is_empty() {
            return answer;
        }
        let names = gateway.cookies;
        let headers = answer.headers_mut();
        if let Some(id) = self.session.filter(|_| !sets(headers, names.session)) {
            let value = id.expose_cookie_value();
            set_cookie(headers, &set_line(names.session, &value, names.secure, Some(COOKIE_SECONDS)));
        }
        for name in &self.cookies {
            // Browsers take a line for a prefixed name only with `Secure`, also one that removes.
            let is_secure = names.secure || name.starts_with("__");
            set_cookie(headers, &set_line(name, "", is_secure, Some(0)));
        }
        guard_caches(headers, true);
        answer
    }
}

/// Whether an answer says something about a cookie already: somebody signed in or out by this very request.
fn sets(headers: &HeaderMap, cookie: &str) -> bool {
    let mut lines = headers.get_all(header::SET_COOKIE).iter();
    lines.any(|line| crossgate_core::cookie::name_set_by(line.as_bytes()) == cookie.as_bytes())
}

//! Session, CSRF and token steps: what a request needs before an upstream may see it.
//!
//! A [`Permit`] can be made here and nowhere else, and nothing can be forwarded without one.

use std::rc::Rc;
use std::sync::Arc;

use crossgate_core::csrf::{CsrfBinding, CsrfMode, is_state_changing, judge_origin};
use crossgate_core::page::Transport;
use crossgate_core::route::{Access, Forward, PageBefore, RouteTarget};
use crossgate_core::session::EndReason;
use crossgate_core::time::Timestamp;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::gateway::{Gateway, Worker};
use crate::listener::InboundRequest;
use crate::refusal::Refusal;
use crate::session::{CSRF_TOKEN, LiveSession, ReadyValue, SessionAnswer, Sessions};
use crate::token::{Equipped, TokenRefusal, TokenUse, UpstreamHeaders};

/// The right to forward one request.
#[derive(Debug)]
pub(crate) struct Permit {
    target: RouteTarget,
    session: Option<Arc<LiveSession>>,
    headers: UpstreamHeaders,
    keeps_bearer: bool,
    keeps_next_url: bool,
}

impl Permit {
    pub(crate) fn target(&self) -> RouteTarget {
        self.target
    }

    pub(crate) fn session(&self) -> Option<&Arc<LiveSession>> {
        self.session.as_ref()
    }

    /// Whether the caller's own `Authorization` goes on.
    pub(crate) fn keeps_bearer(&self) -> bool {
        self.keeps_bearer
    }

    /// Whether the app may hear which page the caller comes from.
    pub(crate) fn keeps_next_url(&self) -> bool {
        self.keeps_next_url
    }

    /// Whether the answer may be different for somebody else.
    pub(crate) fn depends_on_session(&self) -> bool {
        self.session.is_some() || self.keeps_bearer
    }

    /// Has a stranger's request say something more to the app. The answer may depend on it.
    pub(crate) fn tell(&mut self, cookies: &HeaderValue) {
        self.headers.cookies = Some(ReadyValue::whole(cookies));
    }

    /// Writes the cookies that are sent beside those of the browser.
    pub(crate) fn write_own_cookies(&self, line: &mut Vec<u8>) {
        self.headers.cookies.iter().for_each(|cookies| self.write(cookies, line));
    }

    /// The headers that say who is asking, to be [written](Self::write).
    pub(crate) fn upstream_headers(&self) -> impl Iterator<Item = (HeaderName, &ReadyValue)> {
        [&self.headers.token, &self.headers.identity]
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.clone(), value))
    }

    pub(crate) fn write(&self, value: &ReadyValue, line: &mut Vec<u8>) {
        value.write_to(self.session.as_deref(), line);
    }

    fn of(sessions: &Sessions, forward: Forward<'_>, equipped: Equipped) -> Self {
        let Equipped { headers, session } = equipped;
        let keeps_next_url = may_see_before(forward.before, Some((sessions, &session)));
        Self { target: forward.target, session: Some(session), headers, keeps_bearer: false, keeps_next_url }
    }

    fn anonymous(forward: Forward<'_>) -> Self {
        let keeps_next_url = may_see_before(forward.before, None);
        let headers = UpstreamHeaders::default();
        Self { target: forward.target, session: None, headers, keeps_bearer: false, keeps_next_url }
    }

    fn bearer(forward: Forward<'_>) -> Self {
        Self { keeps_bearer: true, ..Self::anonymous(forward) }
    }
}

/// Whether Next.js may show something of the page before around what is asked for.
fn may_see_before(before: PageBefore<'_>, session: Option<(&Sessions, &LiveSession)>) -> bool {
    match before {
        PageBefore::Open => true,
        PageBefore::Needs(access) => {
            session.is_some_and(|(sessions, session)| check_claims(sessions, access, session).is_ok())
        }
        PageBefore::Unreadable => false,
    }
}

/// Judges a request against the decision about its route.
///
/// # Errors
/// With the reason why it may not pass.
pub(crate) async fn permit(
    worker: &Rc<Worker>,
    inbound: &InboundRequest,
    forward: Forward<'_>,
    now: Timestamp,
) -> Result<Permit, Refusal> {
    let gateway = &*worker.gateway;
    if forward.target == RouteTarget::App(Transport::Asset) {
        return Ok(Permit::anonymous(forward));
    }
    if forward.accept_bearer && has_bearer(&inbound.headers) {
        return Ok(Permit::bearer(forward));
    }
    let answer = gateway.sessions.find(&inbound.headers, now).await;
    match (answer, forward.access) {
        (SessionAnswer::Active(session), access) => {
            match (equip(worker, inbound, forward.target, session, access, now).await, access) {
                (Ok(equipped), _) => Ok(Permit::of(&gateway.sessions, forward, equipped)),
                // It ended when its tokens were to be renewed: what is open is open to nobody in particular too.
                (Err(Refusal::Token(TokenRefusal::SessionEnded(_))), Access::Open) => {
                    Ok(Permit::anonymous(forward))
                }
                (Err(refusal), _) => Err(refusal),
            }
        }
        // We cannot tell who it is; an anonymous answer would be a guess.
        (SessionAnswer::Unavailable(fault), _) => Err(fault.into()),
        (_, Access::Open) => Ok(Permit::anonymous(forward)),
        (SessionAnswer::Absent, Access::Session(_)) => Err(Refusal::NotSignedIn),
        (SessionAnswer::Expired(timeout), Access::Session(_)) => {
            Err(Refusal::SessionEnded(Some(EndReason::Expired(timeout))))
        }
        (SessionAnswer::Ended(reason), Access::Session(_)) => Err(Refusal::SessionEnded(Some(reason))),
        (SessionAnswer::Unknown, Access::Session(_)) => Err(Refusal::SessionEnded(None)),
    }
}

async fn equip(
    worker: &Rc<Worker>,
    inbound: &InboundRequest,
    target: RouteTarget,
    session: Arc<LiveSession>,
    access: &Access,
    now: Timestamp,
) -> Result<Equipped, Refusal> {
    let gateway = &*worker.gateway;
    check_claims(&gateway.sessions, access, &session)?;
    check_csrf(gateway, inbound, target, &session)?;
    let wanted = TokenUse { target, path: inbound.target.as_str(), now };
    match access {
        Access::Open => Ok(gateway.tokens.equip_for_open(worker, session, &wanted).await?),
        Access::Session(_) => Ok(gateway.tokens.equip(worker, session, &wanted).await?),
    }
}

fn check_claims(sessions: &Sessions, access: &Access, session: &LiveSession) -> Result<(), Refusal> {
    match access {
        Access::Session(required) if !required.iter().all(|claim| sessions.fulfils(session, claim)) => {
            Err(Refusal::Forbidden)
        }
        _ => Ok(()),
    }
}

/// State-changing requests and WebSockets that ride on the cookie must come from our own pages. Requests to an API
/// need the token too; a page's own forms and Server Actions cannot send it, and Next.js compares their origin
/// once more.
fn check_csrf(
    gateway: &Gateway,
    inbound: &InboundRequest,
    target: RouteTarget,
    session: &LiveSession,
) -> Result<(), Refusal> {
    if !is_state_changing(&inbound.method) && !inbound.wants_websocket {
        return Ok(());
    }
    judge_origin(&inbound.headers, &gateway.settings.public_origin)?;
    let is_api = matches!(target, RouteTarget::Api(_));
    if is_api && !inbound.wants_websocket && gateway.settings.csrf == CsrfMode::Token {
        let token = inbound.headers.get(CSRF_TOKEN).and_then(|value| value.to_str().ok());
        gateway.csrf.verify(token, CsrfBinding::Session(session.id()))?;
    }
    Ok(())
}

fn has_bearer(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION)
}

//! `session`: who is signed in. Polling it is not activity.

use std::sync::Arc;

use crossgate_core::cookie::set_line;
use crossgate_core::template::MissingVariable;
use crossgate_nextauth::{empty_session_body, session_body_of};
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::Value;

use super::ask::Ask;
use super::csrf;
use crate::answer::{self, Answer, set_cookie};
use crate::next_auth::claims_of;
use crate::refusal::Refusal;
use crate::session::{CSRF_TOKEN, LiveSession, SessionAnswer};

/// Why the session of this browser has ended, for the app to tell the person.
const SESSION_ENDED: HeaderName = HeaderName::from_static("x-session-ended");

/// `GET session`.
pub(super) async fn read(ask: &Ask) -> Result<Answer, Refusal> {
    match ask.peek().await {
        SessionAnswer::Absent => match passed_on(ask).await? {
            Some(session) => Ok(answer::json(StatusCode::OK, &body_of(ask, &session)?)),
            None => Ok(nobody(ask, &SessionAnswer::Absent)),
        },
        session => describe(ask, session),
    }
}

/// The session whose token the app's own server passes on: `getSession({ req })` of v4 asks with the cookies that the
/// app was sent, and ours is not among them. Good for looking, and for nothing else.
pub(super) async fn passed_on(ask: &Ask) -> Result<Option<Arc<LiveSession>>, Refusal> {
    let (gateway, now) = (ask.gateway(), ask.now);
    let presented = gateway.app_cookie.as_ref().and_then(|cookie| cookie.presented(&ask.headers, now));
    let Some(handle) = presented else { return Ok(None) };
    let Some(id) = gateway.sessions.alive(handle, now).await? else { return Ok(None) };
    match gateway.sessions.look_up(id, now).await {
        SessionAnswer::Active(session) => Ok(Some(session)),
        SessionAnswer::Unavailable(fault) => Err(fault.into()),
        _ => Ok(None),
    }
}

/// What the app's session says: it follows from the claims of the token.
fn body_of(ask: &Ask, session: &LiveSession) -> Result<Value, Refusal> {
    let settings = &ask.settings().app.next_auth;
    let fault =
        |missing: MissingVariable| Refusal::Internal(format!("the session cannot be told: {missing}"));
    let claims = claims_of(&*session.content()?, settings).map_err(fault)?;
    let expires = ask.gateway().sessions.expires_at(session);
    session_body_of(&claims, &settings.session, expires).map_err(fault)
}

pub(super) fn describe(ask: &Ask, session: SessionAnswer) -> Result<Answer, Refusal> {
    match session {
        SessionAnswer::Active(session) => {
            let mut answer = answer::json(StatusCode::OK, &body_of(ask, &session)?);
            answer.headers_mut().extend(session.csrf_token().map(|token| (CSRF_TOKEN, token)));
            Ok(answer)
        }
        SessionAnswer::Unavailable(fault) => Err(fault.into()),
        SessionAnswer::Absent => Ok(nobody(ask, &SessionAnswer::Absent)),
        gone @ (SessionAnswer::Expired(_) | SessionAnswer::Ended(_) | SessionAnswer::Unknown) => {
            let mut answer = nobody(ask, &gone);
            if let Some(reason) = gone.end_reason() {
                answer.headers_mut().insert(SESSION_ENDED, HeaderValue::from_static(reason.code()));
            }
            set_cookie(answer.headers_mut(), &removal(ask));
            Ok(answer)
        }
    }
}

/// Nobody is signed in; a browser that has a name gets its token all the same.
fn nobody(ask: &Ask, session: &SessionAnswer) -> Answer {
    let mut answer = answer::json(StatusCode::OK, &empty_session_body(ask.dialect()));
    if let Some(Ok(token)) = csrf::known(ask, session).map(|token| HeaderValue::from_str(&token)) {
        answer.headers_mut().insert(CSRF_TOKEN, token);
    }
    answer
}

/// The line that removes the session cookie. Only for sessions that are certainly over.
pub(super) fn removal(ask: &Ask) -> String {
    let cookies = ask.gateway().cookies;
    set_line(cookies.session, "", cookies.secure, Some(0))
}

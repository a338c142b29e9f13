//! `session`: who is signed in. Polling it is not activity.

use crossgate_core::cookie::set_line;
use crossgate_nextauth::{empty_session_body, session_body, update_refused_body};
use http::{HeaderName, HeaderValue, StatusCode};

use super::ask::Ask;
use super::body::read_fields;
use super::csrf;
use crate::answer::{self, Answer, set_cookie};
use crate::refusal::Refusal;
use crate::session::SessionAnswer;

/// Why the session of this browser has ended, for the app to tell the person.
const SESSION_ENDED: HeaderName = HeaderName::from_static("x-session-ended");

/// `GET session`.
pub(super) async fn read(ask: &Ask) -> Result<Answer, Refusal> {
    describe(ask, ask.peek().await)
}

/// `POST session`, next-auth's `update()`. What the caller sends is not taken over: nothing in a session may be
/// changed by the person it is about.
pub(super) async fn update(ask: Ask) -> Result<Answer, Refusal> {
    let mut ask = ask;
    let body = ask.body.take();
    let fields = read_fields(&ask.headers, body).await?;
    if csrf::check(&ask, &fields).is_err() {
        return Ok(answer::json(StatusCode::BAD_REQUEST, &update_refused_body()));
    }
    describe(&ask, ask.gateway().sessions.find(&ask.headers, ask.now).await)
}

fn describe(ask: &Ask, session: SessionAnswer) -> Result<Answer, Refusal> {
    match session {
        SessionAnswer::Active(session) => {
            let expires = ask.gateway().sessions.expires_at(&session);
            let body = session_body(Some(&session.content.identity), expires, ask.dialect());
            let mut answer = answer::json(StatusCode::OK, &body);
            answer.headers_mut().insert("x-csrf-token", session.csrf_token.clone());
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
        answer.headers_mut().insert("x-csrf-token", token);
    }
    answer
}

/// The line that removes the session cookie. Only for sessions that are certainly over.
pub(super) fn removal(ask: &Ask) -> String {
    let cookies = ask.gateway().cookies;
    set_line(cookies.session, "", cookies.secure, Some(0))
}

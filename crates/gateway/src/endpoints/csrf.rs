//! The CSRF token: to what it is bound, where it is given, how it is checked at our own endpoints.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossgate_core::cookie::{PresentedCookie, find, set_line};
use crossgate_core::csrf::{CsrfBinding, CsrfRefusal, judge_origin};
use crossgate_core::entropy::random_bytes;
use crossgate_nextauth::csrf_body;
use http::{HeaderMap, StatusCode};

use super::ask::Ask;
use super::body::Fields;
use super::csrf_for_app::passed_on;
use crate::answer::{self, Answer, set_cookie};
use crate::gateway::Gateway;
use crate::refusal::Refusal;
use crate::session::{CSRF_TOKEN, SessionAnswer};

/// Characters of a browser's random name in its cookie: 256 bits in base64url.
const BROWSER_LENGTH: usize = 43;

/// A token, and the cookie that has to be set along with it, if any.
pub(super) struct GivenToken {
    pub(super) token: String,
    pub(super) cookie: Option<String>,
}

impl GivenToken {
    /// Sets the cookie on an answer.
    pub(super) fn attach(&self, answer: &mut Answer) {
        self.cookie.iter().for_each(|line| set_cookie(answer.headers_mut(), line));
    }
}

/// `GET csrf`.
pub(super) async fn token(ask: &Ask) -> Result<Answer, Refusal> {
    if let Some(token) = passed_on(ask).await? {
        return Ok(answer::json(StatusCode::OK, &csrf_body(&token)));
    }
    let given = give(ask, &ask.peek().await)?;
    let mut answer = answer::json(StatusCode::OK, &csrf_body(&given.token));
    given.attach(&mut answer);
    Ok(answer)
}

/// The token for this request's session, or for its browser when nobody is signed in. Only here and on our own
/// pages is a browser given its name, so that two requests of a first visit do not overwrite each other's.
pub(super) fn give(ask: &Ask, session: &SessionAnswer) -> Result<GivenToken, Refusal> {
    if let SessionAnswer::Active(session) = session {
        let token = ask.gateway().csrf.token(CsrfBinding::Session(session.id()));
        return Ok(GivenToken { token, cookie: None });
    }
    if let Some(browser) = browser(ask) {
        return Ok(GivenToken {
            token: ask.gateway().csrf.token(CsrfBinding::Browser(browser)),
            cookie: None,
        });
    }
    let (browser, line) = name_browser(ask.gateway())?;
    let token = ask.gateway().csrf.token(CsrfBinding::Browser(&browser));
    Ok(GivenToken { token, cookie: Some(line) })
}

/// A new name for a browser, and the line that gives it.
pub(super) fn name_browser(gateway: &Gateway) -> Result<(String, String), Refusal> {
    let fresh: [u8; 32] =
        random_bytes(&*gateway.entropy).map_err(|error| Refusal::Internal(error.to_string()))?;
    let browser = URL_SAFE_NO_PAD.encode(fresh);
    let line = set_line(gateway.cookies.browser, &browser, gateway.cookies.secure, None);
    Ok((browser, line))
}

/// The token for this request's session or browser, where it has either.
pub(super) fn known(ask: &Ask, session: &SessionAnswer) -> Option<String> {
    let binding = match session {
        SessionAnswer::Active(session) => CsrfBinding::Session(session.id()),
        _ => CsrfBinding::Browser(browser(ask)?),
    };
    Some(ask.gateway().csrf.token(binding))
}

fn browser(ask: &Ask) -> Option<&str> {
    browser_in(&ask.headers, ask.gateway())
}

/// The name of this browser, if its cookie has the form of one.
pub(super) fn browser_in<'a>(headers: &'a HeaderMap, gateway: &Gateway) -> Option<&'a str> {
    match find(headers, gateway.cookies.browser) {
        PresentedCookie::One(value) if value.len() == BROWSER_LENGTH => Some(value),
        _ => None,
    }
}

/// Everything that tells this browser from others: its own name, and the session that its cookie names.
pub(super) fn bindings(ask: &Ask) -> impl Iterator<Item = CsrfBinding<'_>> {
    let session = ask.gateway().sessions.presented(&ask.headers).map(CsrfBinding::Session);
    browser(ask).map(CsrfBinding::Browser).into_iter().chain(session)
}

/// Both halves at our own endpoints. The token may be in the body, as next-auth sends it, or in the header. While
/// somebody signs in or out the session may change under a page that is open already, so a token of the session
/// that the cookie names and one of this browser are both good.
pub(super) fn check(ask: &Ask, fields: &Fields) -> Result<(), CsrfRefusal> {
    judge_origin(&ask.headers, &ask.settings().public_origin)?;
    let header = ask.headers.get(CSRF_TOKEN).and_then(|value| value.to_str().ok());
    let token = fields.get("csrfToken").or(header);
    let csrf = &ask.gateway().csrf;
    let given = token.filter(|token| !token.is_empty()).ok_or(CsrfRefusal::MissingToken)?;
    let is_good = |binding| csrf.verify(Some(given), binding).is_ok();
    if bindings(ask).any(is_good) { Ok(()) } else { Err(CsrfRefusal::InvalidToken) }
}

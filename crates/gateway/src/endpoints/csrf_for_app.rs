//! `getCsrfToken({ req })` of next-auth 4 on the app's own server, for a form without a script. It asks with the cookies
//! that the app was sent, and neither of ours is among them: somebody who is signed in is known by the app's session
//! cookie, and a stranger at the app's sign-in page by a cookie of next-auth's own name with the token in it.

use crossgate_core::cookie::{PresentedCookie, find};
use crossgate_core::csrf::CsrfBinding;
use crossgate_core::settings::Dialect;
use http::{HeaderMap, HeaderValue, Method};

use super::ask::Ask;
use super::csrf::{browser_in, name_browser};
use super::session::passed_on as session_passed_on;
use crate::answer::{Answer, set_cookie};
use crate::gateway::Gateway;
use crate::listener::InboundRequest;
use crate::permit::Permit;
use crate::refusal::Refusal;
use crate::upstream::guard_caches;

/// What the browser learns of it.
#[derive(Default)]
pub(crate) struct Introduction {
    /// Its new name, where it had none.
    line: Option<String>,
}

/// Tells the app's sign-in page the token of the browser that opens it.
///
/// # Errors
/// When the source of randomness fails.
pub(crate) fn introduce(
    gateway: &Gateway,
    inbound: &InboundRequest,
    permit: &mut Permit,
) -> Result<Introduction, Refusal> {
    if permit.depends_on_session() || inbound.method != Method::GET || !is_sign_in_page(gateway, inbound) {
        return Ok(Introduction::default());
    }
    let (browser, line) = match browser_in(&inbound.headers, gateway) {
        Some(browser) => (browser.to_owned(), None),
        None => name_browser(gateway).map(|(browser, line)| (browser, Some(line)))?,
    };
    let token = gateway.csrf.token(CsrfBinding::Browser(&browser));
    let voucher = gateway.csrf.token(CsrfBinding::PassedOn(&token));
    let pair = format!("{}={token}|{voucher}", cookie_name(gateway));
    permit.tell(&HeaderValue::from_str(&pair).map_err(|error| Refusal::Internal(error.to_string()))?);
    Ok(Introduction { line })
}

impl Introduction {
    pub(crate) fn settle(self, answer: &mut Answer) {
        if let Some(line) = self.line {
            set_cookie(answer.headers_mut(), &line);
            guard_caches(answer.headers_mut(), true);
        }
    }
}

/// Only where the app's server may ask at all: it is written for version 4, and its secret is known.
fn is_sign_in_page(gateway: &Gateway, inbound: &InboundRequest) -> bool {
    let settings = &gateway.settings;
    let Some(own) = settings.own_pages.sign_in.as_deref() else { return false };
    let page = |target: &str| {
        let path = target.split(['?', '#']).next().unwrap_or_default();
        settings.routes.page_of(path).page.into_owned()
    };
    gateway.app_cookie.is_some()
        && settings.app.next_auth.dialect == Dialect::V4
        && page(inbound.target.path()) == page(own)
}

/// As next-auth calls it.
fn cookie_name(gateway: &Gateway) -> &'static str {
    if gateway.cookies.secure { "__Host-next-auth.csrf-token" } else { "next-auth.csrf-token" }
}

/// The token of whoever the app's server asks for. None for a request with a cookie of ours: that is a browser.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn passed_on(ask: &Ask) -> Result<Option<String>, Refusal> {
    let gateway = ask.gateway();
    let is_browser = [gateway.cookies.session, gateway.cookies.browser]
        .iter()
        .any(|name| find(&ask.headers, name) != PresentedCookie::Absent);
    if is_browser {
        return Ok(None);
    }
    match session_passed_on(ask).await? {
        Some(session) => Ok(Some(gateway.csrf.token(CsrfBinding::Session(session.id())))),
        None => Ok(vouched_for(&ask.headers, gateway)),
    }
}

/// A token that we told the app. Whoever plants one gives a browser a token that is not its own, which is good for nothing.
fn vouched_for(headers: &HeaderMap, gateway: &Gateway) -> Option<String> {
    let PresentedCookie::One(value) = find(headers, cookie_name(gateway)) else { return None };
    let (token, voucher) = value.split_once('|')?;
    gateway.csrf.verify(Some(voucher), CsrfBinding::PassedOn(token)).ok()?;
    Some(token.to_owned())
}

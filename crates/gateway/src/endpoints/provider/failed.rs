//! What the person reads, and the one line that the operator reads, when a sign-in at a provider came to nothing.

use crossgate_core::credentials::LoginRefusal;
use crossgate_core::error_code::ErrorCode;
use crossgate_nextauth::{Outcome, ProviderStage, ReplyMode, reply_to};
use http::{StatusCode, header};

use crate::answer::{self, Answer};
use crate::endpoints::ask::Ask;
use crate::endpoints::pages::template_fault;
use crate::pages::{self, ErrorPage, Link};
use crate::refusal::{Loudness, Refusal};

/// The answer, in next-auth's words and with our code.
pub(super) fn reply(
    ask: &Ask,
    stage: ProviderStage,
    mode: ReplyMode,
    refusal: &Refusal,
) -> Result<Answer, Refusal> {
    let description = refusal.describe();
    log(ask, refusal);
    ask.gateway().metrics.sign_in(description.code.as_str());
    let stage = match description.code {
        ErrorCode::ProviderDenied | ErrorCode::ProviderRefused if stage == ProviderStage::Callback => {
            ProviderStage::Declined
        }
        _ => stage,
    };
    let mut answer = match refusal {
        Refusal::AccountRefused(refused) => account_refused(ask, mode, refused)?,
        _ => {
            let outcome = Outcome::ProviderFailed { stage, code: description.code };
            answer::of_reply(&reply_to(&outcome, ask.urls(), mode))
        }
    };
    if let Some(seconds) = description.retry_after {
        answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    Ok(answer)
}

fn log(ask: &Ask, refusal: &Refusal) {
    let description = refusal.describe();
    let (id, code) = (ask.id, description.code.as_str());
    match description.loudness {
        Loudness::Alarming => {
            tracing::error!(target: "crossgate::sign_in", request_id = %id, code, "sign-in failed: {refusal}");
        }
        Loudness::Quiet | Loudness::Notable => {
            tracing::info!(target: "crossgate::sign_in", request_id = %id, code, "sign-in refused: {refusal}");
        }
    }
}

/// The API's own words are for the person and come through no address: an app with an error page of its own gets
/// them as next-auth would hand them over, everybody else reads them here.
fn account_refused(ask: &Ask, mode: ReplyMode, refused: &LoginRefusal) -> Result<Answer, Refusal> {
    let message = refused.message.as_deref();
    let is_a_navigation = matches!(mode, ReplyMode::Redirect(_));
    if !is_a_navigation || ask.urls().own_error_page().is_some() {
        let outcome = Outcome::AccountRefused { message, code: refused.code.as_deref() };
        return Ok(answer::of_reply(&reply_to(&outcome, ask.urls(), mode)));
    }
    let html = pages::error(&ErrorPage {
        app_name: ask.settings().public_origin.authority(),
        status: StatusCode::FORBIDDEN,
        title: "This account cannot sign in here",
        sentence: ErrorCode::AccountRefused.message(),
        quoted: message,
        code: Some(ErrorCode::AccountRefused.as_str()),
        request_id: Some(&ask.id.to_string()),
        links: &[
            Link { label: "Sign in another way", href: &ask.endpoint("signin") },
            Link { label: "Go to the front page", href: "/" },
        ],
    });
    Ok(answer::page(StatusCode::FORBIDDEN, html.map_err(template_fault)?))
}

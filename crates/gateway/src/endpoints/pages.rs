//! The built-in pages, filled with what a request needs.

use crossgate_core::error_code::ErrorCode;
use crossgate_core::provider::ProviderSettings;
use crossgate_core::return_to::ReturnTo;
use crossgate_core::session::EndReason;
use crossgate_nextauth::{Outcome, answer_verify_request};
use http::{HeaderValue, StatusCode, header};

use super::ask::Ask;
use super::credentials::Form;
use super::csrf::{self, GivenToken};
use super::session::removal;
use crate::answer::{self, Answer, set_cookie};
use crate::pages::{self, Notice, ProviderButton, SecondStepPage, SignInPage, SignOutPage};
use crate::refusal::Refusal;
use crate::session::SessionAnswer;

/// The endpoint that forms to sign in go to.
const SIGN_IN: &str = "callback/credentials";

/// The sign-in page.
pub(super) async fn sign_in(
    ask: &Ask,
    return_to: &ReturnTo,
    notice: Option<Notice<'_>>,
) -> Result<Answer, Refusal> {
    sign_in_with(ask, return_to, notice, &[], StatusCode::OK).await
}

/// The sign-in page again, after an attempt that did not succeed, with what was typed but the secrets.
pub(super) async fn sign_in_again(ask: &Ask, form: &Form, outcome: &Outcome<'_>) -> Result<Answer, Refusal> {
    let (status, notice) = notice_of(outcome);
    let fields = ask.settings().credentials.iter().flat_map(|settings| &settings.fields);
    let open = fields.filter(|field| !field.secret);
    let values: Vec<(&str, &str)> =
        open.filter_map(|field| Some((field.name.as_str(), form.fields.get(&field.name)?))).collect();
    sign_in_with(ask, &form.return_to, Some(notice), &values, status).await
}

/// What there is to say to the person about an attempt that did not succeed.
pub(super) fn notice_of<'a>(outcome: &Outcome<'a>) -> (StatusCode, Notice<'a>) {
    let text = |message: &Option<&'a str>, code: ErrorCode| message.unwrap_or(code.message());
    match outcome {
        Outcome::WrongCredentials { message, .. } => {
            (StatusCode::UNAUTHORIZED, Notice::WrongInput(text(message, ErrorCode::InvalidCredentials)))
        }
        Outcome::AccountLocked { message, .. } => {
            (StatusCode::FORBIDDEN, Notice::Failure(text(message, ErrorCode::AccountLocked)))
        }
        Outcome::SecondStepExpired => {
            (StatusCode::UNAUTHORIZED, Notice::Failure(ErrorCode::SecondStepExpired.message()))
        }
        Outcome::MissingField => {
            (StatusCode::BAD_REQUEST, Notice::WrongInput(ErrorCode::MissingField.message()))
        }
        Outcome::CsrfFailed { .. } => {
            (StatusCode::FORBIDDEN, Notice::Failure(ErrorCode::CsrfInvalid.message()))
        }
        Outcome::Throttled => {
            (StatusCode::TOO_MANY_REQUESTS, Notice::Failure(ErrorCode::TooManyAttempts.message()))
        }
        Outcome::Unavailable => {
            (StatusCode::SERVICE_UNAVAILABLE, Notice::Failure(ErrorCode::SignInUnavailable.message()))
        }
        _ => (StatusCode::BAD_GATEWAY, Notice::Failure(ErrorCode::SignInMisconfigured.message())),
    }
}

/// The form of the second step. `message` is what the API says about it.
pub(super) async fn second_step(
    ask: &Ask,
    return_to: &ReturnTo,
    message: Option<&str>,
) -> Result<Answer, Refusal> {
    let notice = Notice::Information(message.unwrap_or(ErrorCode::SecondStep.message()));
    second_step_with(ask, return_to, notice, StatusCode::OK).await
}

/// The same again, after an attempt that did not succeed. A code is not shown again: it is good once, if at all.
pub(super) async fn second_step_again(
    ask: &Ask,
    return_to: &ReturnTo,
    outcome: &Outcome<'_>,
) -> Result<Answer, Refusal> {
    let (status, notice) = notice_of(outcome);
    second_step_with(ask, return_to, notice, status).await
}

async fn second_step_with(
    ask: &Ask,
    return_to: &ReturnTo,
    notice: Notice<'_>,
    status: StatusCode,
) -> Result<Answer, Refusal> {
    let session = ask.peek().await;
    let given = csrf::give(ask, &session)?;
    let step = ask.settings().credentials.as_ref().and_then(|settings| settings.second_step.as_ref());
    let mut query = form_urlencoded::Serializer::new(String::new());
    let query = query.append_pair("callbackUrl", return_to.absolute()).finish();
    let html = pages::second_step(&SecondStepPage {
        app_name: ask.settings().public_origin.authority(),
        csrf_token: &given.token,
        callback_url: return_to.absolute(),
        action: &ask.endpoint(SIGN_IN),
        fields: step.map_or(&[], |step| &step.fields),
        notice,
        back: &format!("{}?{query}", ask.endpoint("signin")),
    });
    finish(ask, status, html, &given, &session)
}

async fn sign_in_with(
    ask: &Ask,
    return_to: &ReturnTo,
    notice: Option<Notice<'_>>,
    values: &[(&str, &str)],
    status: StatusCode,
) -> Result<Answer, Refusal> {
    let session = ask.peek().await;
    let given = csrf::give(ask, &session)?;
    let notice = notice.or_else(|| notice_of_end(&session));
    let fields = ask.settings().credentials.as_ref().map_or(&[][..], |settings| &settings.fields);
    let buttons: Vec<_> =
        ask.settings().providers.iter().map(|provider| button_texts(ask, provider)).collect();
    let buttons: Vec<_> = buttons.iter().map(|(label, action)| ProviderButton { label, action }).collect();
    let html = pages::sign_in(&SignInPage {
        app_name: ask.settings().public_origin.authority(),
        csrf_token: &given.token,
        callback_url: return_to.absolute(),
        action: &ask.endpoint(SIGN_IN),
        fields,
        values,
        notice,
        providers: &buttons,
    });
    finish(ask, status, html, &given, &session)
}

/// Somebody whose session ended without their doing wonders why they are asked.
fn notice_of_end(session: &SessionAnswer) -> Option<Notice<'static>> {
    let reason = session.end_reason()?;
    let is_own_doing = matches!(
        reason,
        EndReason::SignedOut
            | EndReason::SignedOutEverywhere
            | EndReason::Replaced
            | EndReason::RevokedByOwner
            | EndReason::SignedOutByApp
    );
    (!is_own_doing).then(|| Notice::Failure(ErrorCode::SessionEnded.message()))
}

/// Label and address of a provider's button.
fn button_texts(ask: &Ask, settings: &ProviderSettings) -> (String, String) {
    (format!("Continue with {}", settings.name), ask.endpoint(&format!("signin/{}", settings.id)))
}

/// The page that goes on to another site by itself, and has a link for browsers that do not.
pub(super) fn leaving(ask: &Ask, url: &str) -> Result<Answer, Refusal> {
    let html = pages::leaving(ask.settings().public_origin.authority(), url);
    let mut answer = answer::page(StatusCode::OK, html.map_err(template_fault)?);
    let refresh = HeaderValue::from_str(&format!("0; url={url}"));
    answer.headers_mut().insert(
        header::REFRESH,
        refresh
            .map_err(|_| Refusal::Internal("the provider's address cannot stand in a header".to_owned()))?,
    );
    Ok(answer)
}

/// After a sign-out at a provider that does not say where to go on.
pub(super) fn signed_out(ask: &Ask) -> Result<Answer, Refusal> {
    let html = pages::signed_out(ask.settings().public_origin.authority(), &ask.endpoint("signin"));
    html.map(|html| answer::page(StatusCode::OK, html)).map_err(template_fault)
}

/// The sign-out page.
pub(super) async fn sign_out(ask: &Ask, return_to: &ReturnTo) -> Result<Answer, Refusal> {
    let session = ask.peek().await;
    let given = csrf::give(ask, &session)?;
    let person = match &session {
        SessionAnswer::Active(session) => {
            let identity = session.content()?.into_owned().identity;
            identity.name.or(identity.email)
        }
        _ => None,
    };
    let html = pages::sign_out(&SignOutPage {
        app_name: ask.settings().public_origin.authority(),
        csrf_token: &given.token,
        callback_url: return_to.absolute(),
        action: &ask.endpoint("signout"),
        person: person.as_deref(),
        notice: None,
    });
    finish(ask, StatusCode::OK, html, &given, &session)
}

/// "Look at your e-mail": the app's own page, or ours.
pub(super) fn verify_request(ask: &Ask) -> Result<Answer, Refusal> {
    if let Some(own) = answer_verify_request(&ask.query, ask.urls(), ask.dialect()) {
        return Ok(answer::redirect(&own));
    }
    let html = pages::verify_request(ask.settings().public_origin.authority());
    html.map(|html| answer::page(StatusCode::OK, html)).map_err(template_fault)
}

/// A cookie whose session is certainly over is removed along the way.
fn finish(
    ask: &Ask,
    status: StatusCode,
    html: Result<String, askama::Error>,
    given: &GivenToken,
    session: &SessionAnswer,
) -> Result<Answer, Refusal> {
    let mut answer = answer::page(status, html.map_err(template_fault)?);
    allow_form_targets(ask, &mut answer);
    given.attach(&mut answer);
    if matches!(session, SessionAnswer::Expired(_) | SessionAnswer::Ended(_) | SessionAnswer::Unknown) {
        set_cookie(answer.headers_mut(), &removal(ask));
    }
    Ok(answer)
}

/// Browsers hold the redirect after a form to the policy too (`form-action`, CSP 3 §6.4.1), so the origins that a
/// person may be sent to afterwards must be in it.
fn allow_form_targets(ask: &Ask, answer: &mut Answer) {
    let origins = ask.settings().return_to.allowed_origins();
    if let Ok(policy) = HeaderValue::from_str(&pages::content_security_policy(origins)) {
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

pub(super) fn template_fault(error: askama::Error) -> Refusal {
    Refusal::Internal(format!("a page could not be rendered: {error}"))
}

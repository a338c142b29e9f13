//! Outcomes as a v4 client reads them: the status counts, and a message of the login travels in `error`.

use crossgate_core::error_code::ErrorCode;
use crossgate_core::settings::Dialect;
use http::StatusCode;

use super::{CsrfAction, Outcome, ProviderStage};
use crate::text::{LONGEST_TEXT, clean_text};
use crate::urls::{CREDENTIALS_PROVIDER, EndpointUrls, with_query};

pub(super) fn answer(outcome: &Outcome<'_>, urls: &EndpointUrls) -> (StatusCode, String) {
    match outcome {
        Outcome::SignedIn { return_to } | Outcome::SignedOut { return_to } => {
            (StatusCode::OK, return_to.absolute().to_owned())
        }
        Outcome::SignInPage => (StatusCode::OK, urls.action("signin")),
        Outcome::CsrfFailed { action } => (StatusCode::OK, csrf_url(*action, urls)),
        Outcome::AccessDenied => denied(urls),
        Outcome::Configuration => thrown("Configuration", urls),
        Outcome::WrongCredentials { message, .. } => spoken(*message, urls).unwrap_or_else(|| wrong(urls)),
        Outcome::AccountLocked { message, .. } => spoken(*message, urls).unwrap_or_else(|| denied(urls)),
        Outcome::Leave { url } => (StatusCode::OK, (*url).to_owned()),
        Outcome::ProviderFailed { stage, code } => (StatusCode::OK, provider_failed(*stage, *code, urls)),
        Outcome::AccountRefused { message, .. } => {
            spoken(*message, urls).unwrap_or_else(|| account_refused(urls))
        }
        // A v4 client hands on nothing but `error`, and apps tell a second step by what was thrown.
        Outcome::SecondStep => thrown(ErrorCode::SecondStep.as_str(), urls),
        Outcome::SecondStepExpired => thrown(ErrorCode::SecondStepExpired.as_str(), urls),
        Outcome::MissingField => thrown(ErrorCode::MissingField.message(), urls),
        Outcome::Throttled => thrown(ErrorCode::TooManyAttempts.message(), urls),
        Outcome::Unavailable => thrown(ErrorCode::SignInUnavailable.message(), urls),
    }
}

/// The reference's word for a bad token is a URL without an error, which the client takes for success; kept,
/// because apps look for `csrf=true`.
fn csrf_url(action: CsrfAction, urls: &EndpointUrls) -> String {
    let page = match action {
        CsrfAction::SignIn | CsrfAction::Callback => "signin",
        CsrfAction::SignOut => "signout",
    };
    with_query(&urls.action(page), &[("csrf", "true")], Dialect::V4)
}

/// "authorize throws": what was thrown stands in `error`.
fn spoken(message: Option<&str>, urls: &EndpointUrls) -> Option<(StatusCode, String)> {
    clean_text(message?, LONGEST_TEXT).map(|message| thrown(&message, urls))
}

fn thrown(error: &str, urls: &EndpointUrls) -> (StatusCode, String) {
    (StatusCode::UNAUTHORIZED, error_url(&[("error", error)], urls))
}

/// "authorize returns nothing".
fn wrong(urls: &EndpointUrls) -> (StatusCode, String) {
    let pairs = [("error", "CredentialsSignin"), ("provider", CREDENTIALS_PROVIDER)];
    (StatusCode::UNAUTHORIZED, error_url(&pairs, urls))
}

/// "signIn callback false".
fn denied(urls: &EndpointUrls) -> (StatusCode, String) {
    (StatusCode::FORBIDDEN, error_url(&[("error", "AccessDenied")], urls))
}

/// The reference's words, and a code that says more to pages that look for it.
fn provider_failed(stage: ProviderStage, code: ErrorCode, urls: &EndpointUrls) -> String {
    let word = match stage {
        ProviderStage::Start => "OAuthSignin",
        ProviderStage::Declined => "Callback",
        ProviderStage::Callback => "OAuthCallback",
    };
    error_url(&[("error", word), ("code", code.as_str())], urls)
}

fn account_refused(urls: &EndpointUrls) -> (StatusCode, String) {
    let pairs = [("error", "AccessDenied"), ("code", ErrorCode::AccountRefused.as_str())];
    (StatusCode::FORBIDDEN, error_url(&pairs, urls))
}

/// Always our own endpoint: it forwards to the app's page where there is one (contract §3.12).
fn error_url(pairs: &[(&str, &str)], urls: &EndpointUrls) -> String {
    with_query(&urls.action("error"), pairs, Dialect::V4)
}

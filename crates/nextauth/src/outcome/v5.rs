//! Outcomes as a v5 client reads them: always 200, a closed list of errors, and `code` for what the login said.

use crossgate_core::error_code::ErrorCode;
use crossgate_core::settings::Dialect;
use http::StatusCode;

use super::{Outcome, ProviderStage};
use crate::text::clean_code;
use crate::urls::{EndpointUrls, with_query};

pub(super) fn answer(outcome: &Outcome<'_>, urls: &EndpointUrls) -> (StatusCode, String) {
    (StatusCode::OK, url(outcome, urls))
}

fn url(outcome: &Outcome<'_>, urls: &EndpointUrls) -> String {
    match outcome {
        Outcome::SignedIn { return_to } | Outcome::SignedOut { return_to } => return_to.absolute().to_owned(),
        Outcome::SignInPage => sign_in_url(&[], urls),
        Outcome::CsrfFailed { .. } => sign_in_url(&[("error", "MissingCSRF")], urls),
        Outcome::AccessDenied => error_url(&[("error", "AccessDenied")], urls),
        Outcome::WrongCredentials { code, .. } => coded(*code, "credentials", urls),
        Outcome::AccountLocked { code, .. } => coded(*code, ErrorCode::AccountLocked.as_str(), urls),
        Outcome::SecondStep => coded(None, ErrorCode::SecondStep.as_str(), urls),
        Outcome::SecondStepExpired => coded(None, ErrorCode::SecondStepExpired.as_str(), urls),
        Outcome::MissingField => coded(None, ErrorCode::MissingField.as_str(), urls),
        Outcome::Throttled => coded(None, "rate_limited", urls),
        Outcome::Unavailable => unconfigured(ErrorCode::SignInUnavailable, urls),
        Outcome::Leave { url } => (*url).to_owned(),
        Outcome::ProviderFailed { stage: ProviderStage::Declined, code } => {
            sign_in_url(&[("error", "OAuthCallbackError"), ("code", code.as_str())], urls)
        }
        Outcome::ProviderFailed { code, .. } => unconfigured(*code, urls),
        Outcome::AccountRefused { code, .. } => {
            let code = code.and_then(clean_code);
            let code = code.as_deref().unwrap_or(ErrorCode::AccountRefused.as_str());
            error_url(&[("error", "AccessDenied"), ("code", code)], urls)
        }
        Outcome::Configuration => error_url(&[("error", "Configuration")], urls),
    }
}

/// A sign-in error with a code; the API's own, where it gave a usable one.
fn coded(code: Option<&str>, fallback: &str, urls: &EndpointUrls) -> String {
    let code = code.and_then(clean_code);
    let code = code.as_deref().unwrap_or(fallback);
    sign_in_url(&[("error", "CredentialsSignin"), ("code", code)], urls)
}

/// The reference hides every fault behind `Configuration`; the code tells pages that look for it that trying again
/// helps.
fn unconfigured(code: ErrorCode, urls: &EndpointUrls) -> String {
    error_url(&[("error", "Configuration"), ("code", code.as_str())], urls)
}

fn sign_in_url(pairs: &[(&str, &str)], urls: &EndpointUrls) -> String {
    let built_in = urls.action("signin");
    with_query(urls.own_sign_in_page().unwrap_or(&built_in), pairs, Dialect::V5)
}

fn error_url(pairs: &[(&str, &str)], urls: &EndpointUrls) -> String {
    let built_in = urls.action("error");
    with_query(urls.own_error_page().unwrap_or(&built_in), pairs, Dialect::V5)
}

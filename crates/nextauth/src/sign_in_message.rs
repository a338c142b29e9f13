//! What a sign-in page says for the `error` and `code` in its query. The sentences are a fixed list: nothing of the
//! query is repeated.

use crossgate_core::error_code::ErrorCode;

/// A sentence for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignInMessage {
    /// How it is meant.
    pub kind: MessageKind,
    /// The sentence.
    pub sentence: &'static str,
}

/// How a message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// Nothing went wrong.
    Information,
    /// What was typed is wrong.
    WrongInput,
    /// It did not work, whatever was typed.
    Failure,
}

const DIFFERENT_WAY: &str = "Sign-in did not work. Please try again, or choose another way to sign in.";
const ORIGINAL_WAY: &str = "This e-mail address belongs to an account with another way to sign in. Please use the way you used first.";
const MAIL_NOT_SENT: &str = "The e-mail could not be sent. Please check the address and try again.";
const DENIED: &str = "You do not have permission to sign in.";
const GENERIC: &str = "Sign-in did not work. Please try again.";

/// The message for an `error` (contract §9) and, where the error is `CredentialsSignin`, its `code`.
#[must_use]
pub fn sign_in_message(error: &str, code: Option<&str>) -> SignInMessage {
    use MessageKind::{Failure, Information};
    let (kind, sentence) = match error {
        "SessionRequired" => (Information, ErrorCode::NotSignedIn.message()),
        "CredentialsSignin" => return credentials_message(code),
        "second_step" | "second_step_expired" => return credentials_message(Some(error)),
        "MissingCSRF" => (Failure, ErrorCode::CsrfMissing.message()),
        "AccessDenied" => (Failure, of_provider(code).map_or(DENIED, ErrorCode::message)),
        "Configuration" => (Failure, unconfigured(code)),
        "OAuthAccountNotLinked" | "AccountNotLinked" => (Failure, ORIGINAL_WAY),
        "EmailSignin" => (Failure, MAIL_NOT_SENT),
        "Signin" | "OAuthSignin" | "OAuthCallback" | "OAuthCallbackError" | "OAuthCreateAccount"
        | "EmailCreateAccount" | "Callback" => return provider_message(code),
        _ => (Failure, GENERIC),
    };
    SignInMessage { kind, sentence }
}

/// Codes that we set ourselves have sentences of their own; an API's code is for the app's own page.
fn credentials_message(code: Option<&str>) -> SignInMessage {
    let (kind, meaning) = match code {
        Some("rate_limited") => (MessageKind::Failure, ErrorCode::TooManyAttempts),
        Some("account_locked") => (MessageKind::Failure, ErrorCode::AccountLocked),
        Some("second_step") => (MessageKind::Information, ErrorCode::SecondStep),
        Some("second_step_expired") => (MessageKind::Failure, ErrorCode::SecondStepExpired),
        Some("missing_field") => (MessageKind::WrongInput, ErrorCode::MissingField),
        _ => (MessageKind::WrongInput, ErrorCode::InvalidCredentials),
    };
    SignInMessage { kind, sentence: meaning.message() }
}

/// Codes of a sign-in at a provider.
const OF_PROVIDERS: [ErrorCode; 10] = [
    ErrorCode::TooManyAttempts,
    ErrorCode::SignInNotBegunHere,
    ErrorCode::SignInExpired,
    ErrorCode::ProviderDenied,
    ErrorCode::ProviderRefused,
    ErrorCode::ProviderUnavailable,
    ErrorCode::ProviderInvalid,
    ErrorCode::ProviderMisconfigured,
    ErrorCode::AccountRefused,
    ErrorCode::LinkRefused,
];

fn of_provider(code: Option<&str>) -> Option<ErrorCode> {
    OF_PROVIDERS.into_iter().find(|known| Some(known.as_str()) == code)
}

/// Somebody who changed their mind did nothing wrong.
fn provider_message(code: Option<&str>) -> SignInMessage {
    let kind = match of_provider(code) {
        Some(ErrorCode::ProviderDenied) => MessageKind::Information,
        _ => MessageKind::Failure,
    };
    SignInMessage { kind, sentence: of_provider(code).map_or(DIFFERENT_WAY, ErrorCode::message) }
}

/// The sentence for `Configuration`, which also stands for "not available now".
pub(crate) fn unconfigured(code: Option<&str>) -> &'static str {
    let known = [ErrorCode::SignInUnavailable, ErrorCode::StoreUnavailable];
    let known = known.into_iter().chain(OF_PROVIDERS).find(|known| Some(known.as_str()) == code);
    known.unwrap_or(ErrorCode::SignInMisconfigured).message()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_needs_a_session_is_no_error() {
        let message = sign_in_message("SessionRequired", None);
        assert_eq!((message.kind, message.sentence), (MessageKind::Information, "Please sign in."));
    }

    #[test]
    fn wrong_input_is_told_apart_from_failures() {
        for (error, code, kind) in [
            ("CredentialsSignin", None, MessageKind::WrongInput),
            ("CredentialsSignin", Some("credentials"), MessageKind::WrongInput),
            ("CredentialsSignin", Some("missing_field"), MessageKind::WrongInput),
            ("CredentialsSignin", Some("rate_limited"), MessageKind::Failure),
            ("CredentialsSignin", Some("account_locked"), MessageKind::Failure),
            ("CredentialsSignin", Some("second_step"), MessageKind::Information),
            ("second_step", None, MessageKind::Information),
            ("CredentialsSignin", Some("second_step_expired"), MessageKind::Failure),
            ("second_step_expired", None, MessageKind::Failure),
            ("Configuration", Some("sign_in_unavailable"), MessageKind::Failure),
            ("MissingCSRF", None, MessageKind::Failure),
        ] {
            assert_eq!(sign_in_message(error, code).kind, kind, "{error} {code:?}");
        }
    }

    #[test]
    fn nothing_of_the_query_is_repeated() {
        for (error, code) in [("<script>", None), ("CredentialsSignin", Some("<b>"))] {
            assert!(!sign_in_message(error, code).sentence.contains('<'));
        }
    }

    #[test]
    fn an_outage_asks_to_try_again_and_a_wrong_set_up_does_not() {
        let sentence = |code| sign_in_message("Configuration", code).sentence;
        assert!(sentence(Some("sign_in_unavailable")).contains("try again"));
        assert!(!sentence(None).contains("try again"));
    }
}

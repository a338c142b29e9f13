//! From what happened at a state-changing endpoint to what the client reads: status and absolute URL
//! (contract §3.6, §3.7, §3.11, §9, §12.10).

mod v4;
mod v5;

use crossgate_core::error_code::ErrorCode;
use crossgate_core::return_to::ReturnTo;
use crossgate_core::settings::Dialect;
use http::StatusCode;
use serde_json::{Value, json};

use crate::reply_mode::ReplyMode;
use crate::urls::EndpointUrls;

/// Status of every redirect. The reference uses 302; 303 says outright that a GET follows
/// (RFC 9110 §15.4.4), so that no client repeats a password towards the target. No known client tells them apart.
pub const REDIRECT: StatusCode = StatusCode::SEE_OTHER;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// Somebody is signed in.
    SignedIn {
        /// Where the browser goes.
        return_to: &'a ReturnTo,
    },
    /// Nobody is signed in any more; also the answer when nobody was.
    SignedOut {
        /// Where the browser goes.
        return_to: &'a ReturnTo,
    },
    /// Nothing yet: the person has to fill in the sign-in page (`signin` without a provider that has a flow of its
    /// own, or with one that is not known).
    SignInPage,
    /// The API does not know these credentials.
    WrongCredentials {
        /// The API's message for the person.
        message: Option<&'a str>,
        /// The API's code.
        code: Option<&'a str>,
    },
    /// The API knows the account and does not let it in now.
    AccountLocked {
        /// The API's message for the person.
        message: Option<&'a str>,
        /// The API's code.
        code: Option<&'a str>,
    },
    /// The API asks for one more step: a one-time code and the like.
    SecondStep,
    /// A second step without a first one of this browser, or too late: everything begins anew.
    SecondStepExpired,
    /// A declared field was not sent.
    MissingField,
    /// Somebody is known but may not sign in here.
    AccessDenied,
    /// The request could not be told from a cross-site one; nothing changed.
    CsrfFailed {
        /// At which endpoint.
        action: CsrfAction,
    },
    /// Too many failed attempts.
    Throttled,
    /// The API's login or the session store cannot be reached now.
    Unavailable,
    /// The API answered something that the configuration does not cover, or a fault of ours.
    Configuration,
    /// The browser goes on to a provider.
    Leave {
        /// Absolute URL at the provider.
        url: &'a str,
    },
    /// A sign-in at a provider came to nothing.
    ProviderFailed {
        /// How far it came.
        stage: ProviderStage,
        /// Why.
        code: ErrorCode,
    },
    /// The provider vouched for somebody whom the API does not let in.
    AccountRefused {
        /// The API's message for the person.
        message: Option<&'a str>,
        /// The API's code.
        code: Option<&'a str>,
    },
}

/// How far a sign-in at a provider came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderStage {
    /// The browser did not leave.
    Start,
    /// The provider answered with an error; often the person changed their mind.
    Declined,
    /// What came back could not be used.
    Callback,
}

/// Endpoints that ask for the CSRF token and answer with a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsrfAction {
    /// `POST signin/<provider>`.
    SignIn,
    /// `POST callback/<credentials provider>`.
    Callback,
    /// `POST signout`.
    SignOut,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// JSON with [`json_body`](Self::json_body).
    Json {
        /// The status; a v5 client gets 200 for everything that has a URL.
        status: StatusCode,
        /// Absolute URL.
        url: String,
    },
    /// A redirect.
    Redirect {
        /// [`REDIRECT`].
        status: StatusCode,
        /// Absolute URL.
        location: String,
    },
}

impl Reply {
    /// The status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Json { status, .. } | Self::Redirect { status, .. } => *status,
        }
    }

    /// Where the client goes, absolute.
    #[must_use]
    pub fn url(&self) -> &str {
        match self {
            Self::Json { url, .. } => url,
            Self::Redirect { location, .. } => location,
        }
    }

    /// `{"url": …}`.
    #[must_use]
    pub fn json_body(&self) -> Value {
        json!({ "url": self.url() })
    }
}

/// The answer to a POST in this mode.
#[must_use]
pub fn reply_to(outcome: &Outcome<'_>, urls: &EndpointUrls, mode: ReplyMode) -> Reply {
    let (status, url) = match mode.dialect() {
        Dialect::V4 => v4::answer(outcome, urls),
        Dialect::V5 => v5::answer(outcome, urls),
    };
    match mode {
        ReplyMode::Json(_) => Reply::Json { status, url },
        ReplyMode::Redirect(_) => Reply::Redirect { status: REDIRECT, location: url },
    }
}

#[cfg(test)]
mod tests;

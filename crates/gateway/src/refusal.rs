//! Why a request is not served, in two languages: a code for the caller, a cause for the operator.

use std::time::Duration;

use crossgate_core::credentials::LoginRefusal;
use crossgate_core::csrf::CsrfRefusal;
use crossgate_core::error_code::ErrorCode;
use crossgate_core::provider::ProviderId;
use crossgate_core::route::RouteRefusal;
use crossgate_core::session::{ContentError, EndReason};
use crossgate_core::target::TargetError;
use http::StatusCode;

use crate::listener::HeadError;
use crate::provider::ProviderFault;
use crate::session::SessionFault;
use crate::token::{IssueError, TokenRefusal};
use crate::upstream::UpstreamError;

/// Why a request is not served.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("ambiguous framing: {0}")]
    Head(HeadError),
    #[error("ambiguous target: {0}")]
    Target(#[from] TargetError),
    #[error("the request is for another host")]
    WrongHost,
    #[error("the method is never served")]
    Method,
    #[error("not a known way to ask for a protected page")]
    UnknownTransport,
    #[error("there is nothing here")]
    NotFound,
    #[error("nobody is signed in")]
    NotSignedIn,
    #[error("the session has ended: {}", .0.map_or("unknown", EndReason::code))]
    SessionEnded(Option<EndReason>),
    #[error("the person lacks a claim that the route asks for")]
    Forbidden,
    #[error(transparent)]
    Csrf(#[from] CsrfRefusal),
    #[error("no token for the upstream: {0}")]
    Token(#[from] TokenRefusal),
    #[error("the session store does not answer: {0}")]
    Session(#[from] SessionFault),
    #[error("the body is larger than {0} bytes")]
    BodyTooLarge(u64),
    #[error("nothing of the body came for too long")]
    BodyTooSlow,
    #[error("the body is malformed: {0}")]
    MalformedBody(&'static str),
    #[error("content type not accepted")]
    UnsupportedMediaType,
    #[error("too many attempts")]
    TooManyAttempts(Duration),
    #[error("upstream `{name}`: {error}")]
    Upstream { name: String, error: UpstreamError },
    #[error("the client did not prove who it is: {0}")]
    ClientRefused(&'static str),
    #[error("{0}")]
    SignInUnavailable(String),
    #[error("{0}")]
    SignInMisconfigured(String),
    #[error("provider `{provider}`: {fault}")]
    Provider { provider: ProviderId, fault: Box<ProviderFault> },
    #[error("the API's account hook refused ({:?})", .0.kind)]
    AccountRefused(Box<LoginRefusal>),
    #[error("the claims hook did not say which claims the app's token has: {0}")]
    ClaimsUnavailable(Box<Refusal>),
    #[error("the account cannot be linked: {0}")]
    LinkRefused(&'static str),
    #[error("{0}")]
    Internal(String),
}

/// How loud a refusal is in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loudness {
    /// Ordinary life.
    Quiet,
    /// Somebody tried something.
    Notable,
    /// Something of ours, or behind us, does not work.
    Alarming,
}

/// What the edge makes of a refusal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Description {
    pub(crate) status: StatusCode,
    pub(crate) code: ErrorCode,
    pub(crate) loudness: Loudness,
    /// Only where the reader is the developer.
    pub(crate) hint: Option<&'static str>,
    pub(crate) retry_after: Option<u64>,
}

impl From<ContentError> for Refusal {
    fn from(error: ContentError) -> Self {
        Self::Session(error.into())
    }
}

impl From<RouteRefusal> for Refusal {
    fn from(refusal: RouteRefusal) -> Self {
        match refusal {
            RouteRefusal::OursAlone => Self::NotFound,
            RouteRefusal::ReservedQuery => Self::Target(TargetError::ReservedQuery),
            RouteRefusal::UnknownTransport => Self::UnknownTransport,
        }
    }
}

impl Refusal {
    /// The one place where causes become statuses, codes and log levels.
    pub(crate) fn describe(&self) -> Description {
        use ErrorCode as Code;
        use Loudness::{Alarming, Notable, Quiet};
        let (status, code, loudness) = match self {
            Self::Head(error) if error.code() == Code::HeadTooLarge => {
                (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, Code::HeadTooLarge, Notable)
            }
            Self::Head(_) => (StatusCode::BAD_REQUEST, Code::BadFraming, Notable),
            Self::Target(_) => (StatusCode::BAD_REQUEST, Code::BadTarget, Notable),
            Self::WrongHost => (StatusCode::MISDIRECTED_REQUEST, Code::WrongHost, Notable),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, Code::MethodNotAllowed, Notable),
            Self::UnknownTransport => (StatusCode::NOT_FOUND, Code::UnknownTransport, Notable),
            Self::NotFound => (StatusCode::NOT_FOUND, Code::NotFound, Quiet),
            Self::NotSignedIn => (StatusCode::UNAUTHORIZED, Code::NotSignedIn, Quiet),
            Self::SessionEnded(_) | Self::Token(TokenRefusal::SessionEnded(_)) => {
                (StatusCode::UNAUTHORIZED, Code::SessionEnded, Quiet)
            }
            Self::Forbidden => (StatusCode::FORBIDDEN, Code::Forbidden, Notable),
            Self::Csrf(CsrfRefusal::ForeignOrigin) => (StatusCode::FORBIDDEN, Code::CsrfOrigin, Notable),
            Self::Csrf(CsrfRefusal::MissingToken) => (StatusCode::FORBIDDEN, Code::CsrfMissing, Notable),
            Self::Csrf(CsrfRefusal::InvalidToken) => (StatusCode::FORBIDDEN, Code::CsrfInvalid, Notable),
            Self::Token(TokenRefusal::Expired | TokenRefusal::Absent) => {
                (StatusCode::UNAUTHORIZED, Code::TokenExpired, Quiet)
            }
            Self::Token(TokenRefusal::Later(_)) => {
                (StatusCode::SERVICE_UNAVAILABLE, Code::TokenUnavailable, Alarming)
            }
            Self::Token(TokenRefusal::Issue(IssueError::OutOfDate(_))) => {
                (StatusCode::SERVICE_UNAVAILABLE, Code::StoreUnavailable, Alarming)
            }
            Self::Token(TokenRefusal::Issue(_)) => {
                (StatusCode::INTERNAL_SERVER_ERROR, Code::Internal, Alarming)
            }
            Self::Session(_) => (StatusCode::SERVICE_UNAVAILABLE, Code::StoreUnavailable, Alarming),
            Self::BodyTooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, Code::BodyTooLarge, Notable),
            Self::BodyTooSlow => (StatusCode::REQUEST_TIMEOUT, Code::BodyTooSlow, Notable),
            Self::MalformedBody(_) => (StatusCode::BAD_REQUEST, Code::MalformedBody, Notable),
            Self::UnsupportedMediaType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::UnsupportedMediaType, Notable)
            }
            Self::TooManyAttempts(_) => (StatusCode::TOO_MANY_REQUESTS, Code::TooManyAttempts, Notable),
            Self::Upstream { error, .. } => return Description { retry_after: None, ..error.describe() },
            Self::ClientRefused(_) => (StatusCode::UNAUTHORIZED, Code::InvalidClient, Notable),
            Self::SignInUnavailable(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, Code::SignInUnavailable, Alarming)
            }
            Self::SignInMisconfigured(_) => (StatusCode::BAD_GATEWAY, Code::SignInMisconfigured, Alarming),
            Self::Provider { fault, .. } => return fault.describe(),
            Self::AccountRefused(_) => (StatusCode::FORBIDDEN, Code::AccountRefused, Notable),
            Self::ClaimsUnavailable(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, Code::ClaimsUnavailable, Alarming)
            }
            Self::LinkRefused(_) => (StatusCode::CONFLICT, Code::LinkRefused, Notable),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, Code::Internal, Alarming),
        };
        Description { status, code, loudness, hint: self.hint(), retry_after: self.retry_after() }
    }

    /// Why the session ended, if that is why, and known.
    pub(crate) const fn end_reason(&self) -> Option<EndReason> {
        match self {
            Self::SessionEnded(reason) | Self::Token(TokenRefusal::SessionEnded(reason)) => *reason,
            _ => None,
        }
    }

    fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Csrf(CsrfRefusal::MissingToken | CsrfRefusal::InvalidToken) => Some(
                "send the X-CSRF-Token header with the value of the X-CSRF-Token response header of GET session, or of GET csrf, below /api/auth (or app.next_auth.base_path)",
            ),
            Self::Csrf(CsrfRefusal::ForeignOrigin) => Some(
                "state-changing requests must come from the origin in public_url, as Origin or Sec-Fetch-Site say",
            ),
            Self::WrongHost => Some("open the address in public_url, or change public_url to this one"),
            _ => None,
        }
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Session(_)
            | Self::ClaimsUnavailable(_)
            | Self::Token(TokenRefusal::Issue(IssueError::OutOfDate(_))) => Some(5),
            Self::TooManyAttempts(wait) | Self::Token(TokenRefusal::Later(wait)) => {
                Some(wait.as_secs().max(1))
            }
            _ => None,
        }
    }
}

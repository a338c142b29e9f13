//! Why a sign-in at a provider, or a message of one, came to nothing.

use crossgate_core::entropy::EntropyError;
use crossgate_core::error_code::ErrorCode;
use crossgate_core::provider::ProfileError;
use crossgate_oidc::authorization::{PushedRequestError, ResponseError};
use crossgate_oidc::client_authentication::ProofError;
use crossgate_oidc::id_token::IdTokenError;
use crossgate_oidc::key_set::KeySetError;
use crossgate_oidc::logout::{LogoutTokenError, RevocationError};
use crossgate_oidc::metadata::MetadataError;
use crossgate_oidc::token::TokenError;
use crossgate_oidc::transaction::TransactionError;
use crossgate_oidc::user_info::UserInfoError;
use http::StatusCode;

use super::ExchangeError;
use crate::refusal::{Description, Loudness};

/// For the operator; the person gets the code.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderFault {
    #[error("{what}: {error}")]
    Exchange { what: &'static str, error: ExchangeError },
    #[error("it failed a moment ago; it is asked again shortly")]
    Pausing,
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    #[error(transparent)]
    KeySet(#[from] KeySetError),
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    #[error(transparent)]
    Proof(#[from] ProofError),
    #[error(transparent)]
    Pushed(#[from] PushedRequestError),
    #[error(transparent)]
    Transaction(#[from] TransactionFault),
    #[error(transparent)]
    Response(#[from] ResponseError),
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error("the token endpoint's answer has no ID token")]
    NoIdToken,
    #[error(transparent)]
    IdToken(#[from] IdTokenError),
    #[error(transparent)]
    UserInfo(#[from] UserInfoError),
    #[error(transparent)]
    Profile(#[from] ProfileError),
    #[error(transparent)]
    LogoutToken(#[from] LogoutTokenError),
    #[error("a logout token that was used before")]
    LogoutTokenReplayed,
    #[error(transparent)]
    Revocation(#[from] RevocationError),
}

/// Why an answer of a provider belongs to no sign-in that this browser began. These are different things for the
/// operator and the same for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TransactionFault {
    #[error("this browser has no cookie for this state: begun elsewhere, finished already, or made up")]
    Absent,
    #[error("the browser has several cookies for this state")]
    Ambiguous,
    #[error(transparent)]
    Cookie(#[from] TransactionError),
    #[error("this answer was used before")]
    Replayed,
    #[error("the answer came in another way than it was asked for")]
    WrongResponseMode,
}

impl ProviderFault {
    /// What the edge makes of it.
    pub(crate) fn describe(&self) -> Description {
        let code = self.code();
        Description {
            status: status_of(code),
            code,
            loudness: self.loudness(code),
            hint: None,
            retry_after: (code == ErrorCode::ProviderUnavailable).then_some(5),
        }
    }

    fn code(&self) -> ErrorCode {
        use ErrorCode as Code;
        match self {
            Self::Exchange { .. } | Self::Pausing => Code::ProviderUnavailable,
            Self::Metadata(error) if error.is_temporary() => Code::ProviderUnavailable,
            Self::Pushed(error) if error.is_temporary() => Code::ProviderUnavailable,
            Self::KeySet(KeySetError::ProviderFailed(_))
            | Self::UserInfo(UserInfoError::ProviderFailed(_))
            | Self::Token(TokenError::ProviderFailed(_)) => Code::ProviderUnavailable,
            Self::Revocation(_) => Code::ProviderUnavailable,
            Self::Entropy(_) => Code::Internal,
            Self::Metadata(_) | Self::Proof(_) | Self::Pushed(_) => Code::ProviderMisconfigured,
            Self::Token(TokenError::ClientRefused { .. }) => Code::ProviderMisconfigured,
            Self::Transaction(TransactionFault::Cookie(TransactionError::Expired)) => Code::SignInExpired,
            Self::Transaction(_) => Code::SignInNotBegunHere,
            Self::Response(error) => code_of_response(error),
            Self::Token(TokenError::Refused { .. } | TokenError::InvalidGrant { .. }) => {
                Code::ProviderRefused
            }
            Self::LogoutToken(_) | Self::LogoutTokenReplayed => Code::LogoutTokenInvalid,
            Self::KeySet(_)
            | Self::Token(_)
            | Self::NoIdToken
            | Self::IdToken(_)
            | Self::UserInfo(_)
            | Self::Profile(_) => Code::ProviderInvalid,
        }
    }

    /// Strangers can make up answers and logout tokens as they like, so these are never loud.
    fn loudness(&self, code: ErrorCode) -> Loudness {
        match (self, code) {
            (
                Self::Transaction(_) | Self::Response(_) | Self::LogoutToken(_) | Self::LogoutTokenReplayed,
                _,
            )
            | (_, ErrorCode::ProviderRefused) => Loudness::Notable,
            _ => Loudness::Alarming,
        }
    }
}

fn code_of_response(error: &ResponseError) -> ErrorCode {
    match error {
        ResponseError::Denied { .. } => ErrorCode::ProviderDenied,
        ResponseError::Provider { .. } => ErrorCode::ProviderRefused,
        ResponseError::WrongProvider
        | ResponseError::WrongTransactionIssuer
        | ResponseError::WrongIssuer
        | ResponseError::MissingIssuer => ErrorCode::ProviderInvalid,
        _ => ErrorCode::SignInNotBegunHere,
    }
}

fn status_of(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::SignInNotBegunHere | ErrorCode::SignInExpired | ErrorCode::LogoutTokenInvalid => {
            StatusCode::BAD_REQUEST
        }
        ErrorCode::ProviderDenied => StatusCode::FORBIDDEN,
        ErrorCode::ProviderUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_GATEWAY,
    }
}

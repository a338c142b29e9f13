//! Why an upstream gave no usable answer.

use std::io;

use crossgate_core::error_code::ErrorCode;
use http::StatusCode;

use super::answer_head::AnswerError;
use super::answer_stream::StreamError;
use crate::refusal::{Description, Loudness};
use crate::upstream::BodyFault;

/// Why an upstream gave no usable answer. For the operator; the person gets the code.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UpstreamError {
    #[error("cannot connect: {0}")]
    Connect(#[source] io::Error),
    #[error("no connection within the limit")]
    ConnectTimeout,
    #[error("no answer within the limit")]
    AnswerTimeout,
    #[error("the connection failed: {0}")]
    Connection(#[source] io::Error),
    #[error("the answer is not usable HTTP: {0}")]
    Answer(#[source] AnswerError),
    #[error("the body of the answer: {0}")]
    Stream(#[from] StreamError),
    #[error("it switched protocols without being asked")]
    UnaskedSwitch,
    #[error("the answer is larger than {0} bytes")]
    AnswerTooLarge(usize),
    #[error("the request's body: {0}")]
    Body(BodyFault),
    #[error("the request cannot be written: {0}")]
    Request(#[source] http::Error),
}

impl UpstreamError {
    pub(crate) fn describe(&self) -> Description {
        let (status, code, loudness) = match self {
            Self::Connect(_)
            | Self::ConnectTimeout
            | Self::Connection(_)
            | Self::Request(_)
            | Self::Stream(
                StreamError::Connection(_) | StreamError::Incomplete | StreamError::RequestBody(_),
            ) => (StatusCode::BAD_GATEWAY, ErrorCode::UpstreamUnreachable, Loudness::Alarming),
            Self::AnswerTimeout => {
                (StatusCode::GATEWAY_TIMEOUT, ErrorCode::UpstreamTimeout, Loudness::Alarming)
            }
            Self::Answer(_)
            | Self::Stream(StreamError::Chunks(_))
            | Self::AnswerTooLarge(_)
            | Self::UnaskedSwitch => {
                (StatusCode::BAD_GATEWAY, ErrorCode::UpstreamInvalid, Loudness::Alarming)
            }
            Self::Body(BodyFault::TooLarge(_)) => {
                (StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::BodyTooLarge, Loudness::Notable)
            }
            Self::Body(BodyFault::TooSlow) => {
                (StatusCode::REQUEST_TIMEOUT, ErrorCode::BodyTooSlow, Loudness::Notable)
            }
            Self::Body(BodyFault::Broken) => {
                (StatusCode::BAD_REQUEST, ErrorCode::BadFraming, Loudness::Notable)
            }
        };
        Description { status, code, loudness, hint: None, retry_after: None }
    }
}

//! The head of an upstream's answer, read as strictly as those of requests: what has two readings is refused, and the
//! connection is closed.

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use std::mem::MaybeUninit;

use crate::listener::end_of_head;

/// Largest head of an answer, and most header lines in it.
const LARGEST_HEAD: usize = 64 * 1024;
const MOST_LINES: usize = 100;
/// Lines that we add at most, as a rule: a map that grows is made anew.
const OWN_LINES: usize = 4;

/// Why an answer is not usable. The texts are for the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AnswerError {
    #[error("a line does not end in CRLF")]
    LineEnding,
    #[error("an empty line stands before the status line")]
    EmptyLine,
    #[error("{0}")]
    Malformed(httparse::Error),
    #[error("a header value has a forbidden character")]
    HeaderValue,
    #[error("both Content-Length and Transfer-Encoding")]
    BothFramings,
    #[error("Content-Length is repeated or not a plain decimal number")]
    ContentLength,
    #[error("Transfer-Encoding is repeated, not exactly `chunked`, or used with HTTP/1.0")]
    TransferEncoding,
    #[error("the head is larger than the limit")]
    TooLarge,
    #[error("too many interim answers")]
    Interim,
    #[error("the connection ended within the head")]
    Incomplete,
}

/// How the body of an answer is delimited (RFC 9112 §6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerFraming {
    Length(u64),
    Chunked,
    UntilClose,
}

/// See the [module](self).
#[derive(Debug)]
pub(super) struct AnswerHead {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) framing: AnswerFraming,
    /// Whether the connection may serve another request afterwards.
    pub(super) keeps_alive: bool,
}

/// Takes a head out of the front of what was read; none while it is not complete. `searched` says how much of it was
/// looked through before, in vain.
pub(super) fn take_head(
    buffer: &mut BytesMut,
    searched: &mut usize,
    method: &Method,
) -> Result<Option<AnswerHead>, AnswerError> {
    let end = end_of_head(buffer, *searched).map_err(|_| AnswerError::LineEnding)?;
    if end.unwrap_or(buffer.len()) > LARGEST_HEAD {
        return Err(AnswerError::TooLarge);
    }
    let Some(end) = end else {
        *searched = buffer.len();
        return Ok(None);
    };
    *searched = 0;
    parse(&buffer.split_to(end).freeze(), method).map(Some)
}

fn parse(head: &Bytes, method: &Method) -> Result<AnswerHead, AnswerError> {
    // The parser would pass over it, and call what stands before it part of this answer.
    if head.starts_with(b"\r") {
        return Err(AnswerError::EmptyLine);
    }
    let mut lines = [const { MaybeUninit::uninit() }; MOST_LINES];
    let mut parsed = httparse::Response::new(&mut []);
    let outcome =
        httparse::ParserConfig::default().parse_response_with_uninit_headers(&mut parsed, head, &mut lines);
    outcome.map_err(AnswerError::Malformed)?;
    // From 600 on there is no class that would say what it means (RFC 9110 §15).
    let status = parsed.code.filter(|code| *code < 600).and_then(|code| StatusCode::from_u16(code).ok());
    let status = status.ok_or(AnswerError::Malformed(httparse::Error::Status))?;
    let mut headers = HeaderMap::with_capacity(parsed.headers.len() + OWN_LINES);
    for line in parsed.headers.iter() {
        let name = HeaderName::from_bytes(line.name.as_bytes())
            .map_err(|_| AnswerError::Malformed(httparse::Error::HeaderName))?;
        let value = HeaderValue::from_maybe_shared(head.slice_ref(line.value))
            .map_err(|_| AnswerError::HeaderValue)?;
        headers.append(name, value);
    }
    let is_current = parsed.version == Some(1);
    // Judged also where no body follows: browsers get these headers as they stand.
    let said = framing_of(&headers, is_current)?;
    let framing = if is_bodiless(status, method) { AnswerFraming::Length(0) } else { said };
    let keeps_alive = is_current && framing != AnswerFraming::UntilClose && !says_close(&headers);
    Ok(AnswerHead { status, headers, framing, keeps_alive })
}

/// Whatever the headers say (RFC 9112 §6.3, points 1 and 2).
fn is_bodiless(status: StatusCode, method: &Method) -> bool {
    status.is_informational()
        || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
        || *method == Method::HEAD
}

/// RFC 9112 §6.3, points 3 to 8, without what they let a recipient repair.
fn framing_of(headers: &HeaderMap, is_current: bool) -> Result<AnswerFraming, AnswerError> {
    let the_one = |name| {
        let mut lines = headers.get_all(name).iter();
        (lines.next(), lines.next())
    };
    match (the_one(header::TRANSFER_ENCODING), the_one(header::CONTENT_LENGTH)) {
        ((None, _), (None, _)) => Ok(AnswerFraming::UntilClose),
        ((None, _), (Some(length), None)) => Ok(AnswerFraming::Length(decimal(length)?)),
        ((None, _), (Some(_), Some(_))) => Err(AnswerError::ContentLength),
        ((Some(_), _), (Some(_), _)) => Err(AnswerError::BothFramings),
        ((Some(coding), None), _) if is_current && coding.as_bytes().eq_ignore_ascii_case(b"chunked") => {
            Ok(AnswerFraming::Chunked)
        }
        _ => Err(AnswerError::TransferEncoding),
    }
}

fn decimal(value: &HeaderValue) -> Result<u64, AnswerError> {
    let digits = value.to_str().ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    digits.and_then(|digits| digits.parse().ok()).ok_or(AnswerError::ContentLength)
}

fn says_close(headers: &HeaderMap) -> bool {
    let is_close = |line: &HeaderValue| {
        line.as_bytes()
            .split(|byte| *byte == b',')
            .any(|element| element.trim_ascii().eq_ignore_ascii_case(b"close"))
    };
    headers.get_all(header::CONNECTION).iter().any(is_close)
}

#[cfg(test)]
#[path = "answer_head_tests.rs"]
mod tests;

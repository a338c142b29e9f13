//! The head of an answer, in bytes, and how its body is delimited.

use std::io::Write as _;

use http::{HeaderMap, HeaderName, StatusCode, header};

use super::request::Manner;
use crate::request_id::RequestId;

/// How the reader finds the end of a body (RFC 9112 §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerFraming {
    /// There is none.
    None,
    Length,
    Chunked,
    UntilClose,
}

/// What the head says about the body and the connection.
pub(super) struct Delimited {
    /// As the body says it, if it knows.
    pub(super) length: Option<u64>,
    pub(super) manner: Manner,
    /// No request is read after this one.
    pub(super) closes: bool,
}

/// Whether a body can follow at all (RFC 9110 §6.4.1).
const fn may_have_body(status: StatusCode, manner: Manner) -> bool {
    !manner.is_head && !matches!(status.as_u16(), 100..=199 | 204 | 304)
}

/// Decides how the body is delimited.
pub(super) const fn framing_of(status: StatusCode, said: &Delimited) -> AnswerFraming {
    match said.length {
        _ if !may_have_body(status, said.manner) => AnswerFraming::None,
        Some(_) => AnswerFraming::Length,
        None if said.manner.is_old => AnswerFraming::UntilClose,
        None => AnswerFraming::Chunked,
    }
}

/// Writes the head (RFC 9112 §4 and §5). What the headers say about framing, connection and the request's name is ours to
/// say, except the length that a `HEAD` asks for, and a switch of protocols. Names and values cannot hold a line end: their
/// types see to it.
pub(super) fn write_head(
    head: &mut Vec<u8>,
    status: StatusCode,
    headers: &HeaderMap,
    (said, id): (&Delimited, RequestId),
    date: impl FnOnce(&mut Vec<u8>),
) {
    write_status(head, status, said.manner);
    write_line(head, RequestId::NAME.as_str(), &id.text());
    let (mut has_date, mut has_length) = (false, false);
    for (name, value) in headers {
        let is_length = *name == header::CONTENT_LENGTH;
        if (is_length && !said.manner.is_head) || is_ours_to_say(name, status) {
            continue;
        }
        has_length |= is_length;
        has_date |= *name == header::DATE;
        write_line(head, name.as_str(), value.as_bytes());
    }
    if !has_date {
        date(head);
    }
    write_framing(head, status, has_length, said);
    write_connection(head, status, said);
    head.extend_from_slice(b"\r\n");
}

fn is_ours_to_say(name: &HeaderName, status: StatusCode) -> bool {
    *name == header::TRANSFER_ENCODING
        || *name == RequestId::NAME
        || *name == header::CONNECTION && status != StatusCode::SWITCHING_PROTOCOLS
}

fn write_status(head: &mut Vec<u8>, status: StatusCode, manner: Manner) {
    head.extend_from_slice(if manner.is_old { b"HTTP/1.0 " } else { b"HTTP/1.1 " });
    head.extend_from_slice(status.as_str().as_bytes());
    head.push(b' ');
    head.extend_from_slice(status.canonical_reason().unwrap_or_default().as_bytes());
    head.extend_from_slice(b"\r\n");
}

fn write_framing(head: &mut Vec<u8>, status: StatusCode, has_length: bool, said: &Delimited) {
    match (framing_of(status, said), said.length) {
        (AnswerFraming::Length, Some(length)) => write_length(head, length),
        // The length that a GET would have had, where the body knows it.
        (AnswerFraming::None, Some(length @ 1..)) if said.manner.is_head && !has_length => {
            write_length(head, length)
        }
        (AnswerFraming::Chunked, _) => write_line(head, "transfer-encoding", b"chunked"),
        _ => {}
    }
}

/// Writing to memory cannot fail.
fn write_length(head: &mut Vec<u8>, length: u64) {
    drop(write!(head, "content-length: {length}\r\n"));
}

/// RFC 9112 §9.3 and §9.6.
fn write_connection(head: &mut Vec<u8>, status: StatusCode, said: &Delimited) {
    match (said.closes, said.manner.is_old) {
        _ if status == StatusCode::SWITCHING_PROTOCOLS => {}
        (true, _) => write_line(head, "connection", b"close"),
        (false, true) => write_line(head, "connection", b"keep-alive"),
        (false, false) => {}
    }
}

fn write_line(head: &mut Vec<u8>, name: &str, value: &[u8]) {
    for part in [name.as_bytes(), b": ", value, b"\r\n"] {
        head.extend_from_slice(part);
    }
}

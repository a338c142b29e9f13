//! Answers of upstreams out of memory, for the fuzz targets.

use bytes::{Bytes, BytesMut};
use http::Method;

use super::answer_head::{AnswerFraming, AnswerHead, take_head};
use super::response::clean;
use crate::fuzzing::{Delimiting, lines_of};
use crate::listener::http1_fuzzing::answer_head_of;

/// The head of an answer as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadAnswer {
    /// From 100 to 599.
    pub status: u16,
    /// Names in lower case.
    pub lines: Vec<(String, Vec<u8>)>,
    /// How its body is delimited.
    pub framing: Delimiting,
    /// Whether the connection may serve another request.
    pub keeps_alive: bool,
    /// How many bytes follow the head.
    pub left: usize,
    /// The head that a browser would get.
    pub passed_on: Bytes,
}

/// Reads the head of an answer to `GET` or `HEAD` that comes in these pieces; none while it is not complete.
///
/// # Errors
/// With the rule that it breaks.
pub fn read_answer(pieces: &[&[u8]], is_head: bool) -> Result<Option<ReadAnswer>, String> {
    let method = if is_head { Method::HEAD } else { Method::GET };
    let (mut buffer, mut searched, mut head) = (BytesMut::new(), 0, None);
    for piece in pieces {
        buffer.extend_from_slice(piece);
        if head.is_none() {
            head = take_head(&mut buffer, &mut searched, &method).map_err(|error| error.to_string())?;
        }
    }
    Ok(head.map(|head| describe(head, buffer.len(), is_head)))
}

fn describe(head: AnswerHead, left: usize, is_head: bool) -> ReadAnswer {
    let AnswerHead { status, headers, framing, keeps_alive } = head;
    let lines = lines_of(&headers);
    let (framing, length) = match framing {
        AnswerFraming::Length(length) => (Delimiting::Length(length), Some(length)),
        AnswerFraming::Chunked => (Delimiting::Chunked, None),
        AnswerFraming::UntilClose => (Delimiting::UntilClose, None),
    };
    let mut headers = headers;
    clean(&mut headers, &[]);
    let passed_on = answer_head_of(status, &headers, (length, is_head));
    ReadAnswer { status: status.as_u16(), lines, framing, keeps_alive, left, passed_on }
}

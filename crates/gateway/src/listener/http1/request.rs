//! From the bytes of a head to a request. The head is read once: what [`judge_head`] accepts line by line is what the
//! request is made of, and its values are slices of the same bytes.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, Version};

use crate::listener::head::{Framing, HeadError, judge_head};

/// Longest target that the type for it takes, in bytes.
const LONGEST_TARGET: usize = 65_534;

/// How the sender wants to be answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    /// The answer has no body (RFC 9110 §9.3.2).
    pub(super) is_head: bool,
    /// HTTP/1.0, which knows no chunks and keeps no connection unless it says so.
    pub(super) is_old: bool,
    /// No other request follows.
    pub(super) closes: bool,
}

/// A request without its body.
pub(super) struct RequestHead {
    pub(super) request: Request<()>,
    pub(super) framing: Framing,
    pub(super) manner: Manner,
    /// The sender waits to be told before it sends the body.
    pub(super) asks_first: bool,
}

/// Reads a complete head.
///
/// # Errors
/// With the rule that it breaks.
pub(super) fn read_request(head: &Bytes, most_lines: usize) -> Result<RequestHead, HeadError> {
    let mut headers = HeaderMap::with_capacity(memchr::memchr_iter(b'\n', head).count().min(most_lines));
    let judged = judge_head(head, most_lines, |name, value| {
        let name = HeaderName::from_bytes(name).map_err(|_| HeadError::HeaderName)?;
        let value =
            HeaderValue::from_maybe_shared(head.slice_ref(value)).map_err(|_| HeadError::HeaderValue)?;
        headers.try_append(name, value).map_err(|_| HeadError::TooMany).map(drop)
    })?;
    if judged.target.len() > LONGEST_TARGET {
        return Err(HeadError::TooLarge);
    }
    let mut request = Request::new(());
    *request.method_mut() = Method::from_bytes(judged.method).map_err(|_| HeadError::RequestLine)?;
    *request.uri_mut() =
        Uri::from_maybe_shared(head.slice_ref(judged.target)).map_err(|_| HeadError::RequestLine)?;
    *request.version_mut() = if judged.is_old { Version::HTTP_10 } else { Version::HTTP_11 };
    *request.headers_mut() = headers;
    let is_head = *request.method() == Method::HEAD;
    let manner = Manner { is_head, is_old: judged.is_old, closes: judged.closes };
    Ok(RequestHead { request, framing: judged.framing, manner, asks_first: judged.asks_first })
}

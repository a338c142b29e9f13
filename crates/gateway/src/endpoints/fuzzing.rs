//! Bodies of requests to our endpoints out of memory, for the fuzz targets.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use http::{HeaderMap, HeaderValue, header};
use serde_json::Value;

use super::body::{Fields, read_fields, read_fields_and, read_parameters};
use crate::listener::http1_fuzzing::body_of;
use crate::refusal::Refusal;

/// What an endpoint reads: the fields, or the status and the reason of its refusal.
pub type BodyReading = Result<Vec<(String, String)>, (u16, String)>;

/// Reads a body as the endpoints for browsers do, and one member of it as the JSON value that it is.
pub fn read_endpoint_body(content_type: &[u8], body: &[u8], member: &str) -> (BodyReading, Option<Value>) {
    let Some(headers) = headers_of(content_type) else { return (Err((400, String::new())), None) };
    let fields = told(at_once(read_fields(&headers, Some(body_of(body)))));
    let value = at_once(read_fields_and(&headers, Some(body_of(body)), member));
    (fields, value.ok().and_then(|(_, value)| value))
}

/// Reads a body of at most `limit` bytes as the endpoints for APIs do: a form, and nothing else.
pub fn read_form_only(content_type: &[u8], body: &[u8], limit: usize) -> BodyReading {
    let Some(headers) = headers_of(content_type) else { return Err((400, String::new())) };
    told(at_once(read_parameters(&headers, Some(body_of(body)), limit)))
}

fn told(read: Result<Fields, Refusal>) -> BodyReading {
    read.map(Fields::into_pairs).map_err(|refusal| (refusal.describe().status.as_u16(), refusal.to_string()))
}

/// An empty one is none.
fn headers_of(content_type: &[u8]) -> Option<HeaderMap> {
    let value = HeaderValue::from_bytes(content_type).ok()?;
    let line = (!value.is_empty()).then_some((header::CONTENT_TYPE, value));
    Some(line.into_iter().collect())
}

/// The whole body is there, so nothing waits.
fn at_once<T>(reading: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
    match pin!(reading).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(read) => read,
        Poll::Pending => Err(Refusal::Internal("a body out of memory was waited for".to_owned())),
    }
}

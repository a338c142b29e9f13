//! A call of our own to an API: bounded in time and size, never redirected.

use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use crossgate_core::credentials::BuiltCall;
use http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};

use super::body::RequestBody;
use super::error::UpstreamError;
use super::forward::PublicSide;
use super::pool::Pool;

/// Largest answer that is read.
const LARGEST_ANSWER: usize = 256 * 1024;

/// The whole answer of an API.
#[derive(Debug)]
pub(crate) struct CallAnswer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Makes the call. It says under which address browsers know us, as forwarded requests do: an API that sets `Secure`
/// cookies, or that tells tenants apart by host, answers as it would to a browser. A redirect is an answer like any other; it is not followed.
pub(crate) async fn call(
    pool: &Rc<Pool>,
    public: &PublicSide,
    call: BuiltCall,
    limit: Duration,
) -> Result<CallAnswer, UpstreamError> {
    let request = build(public, call).map_err(UpstreamError::Request)?;
    tokio::time::timeout(limit, exchange(pool, request)).await.map_err(|_| UpstreamError::AnswerTimeout)?
}

fn build(public: &PublicSide, call: BuiltCall) -> Result<Request<RequestBody>, http::Error> {
    let body = Bytes::copy_from_slice(call.body.expose_secret().as_bytes());
    let mut request = Request::builder().method(call.method).uri(call.path).body(RequestBody::whole(body))?;
    *request.headers_mut() = call.headers;
    public.describe(request.headers_mut());
    request.headers_mut().insert(header::USER_AGENT, HeaderValue::from_static("crossgate"));
    Ok(request)
}

async fn exchange(pool: &Rc<Pool>, request: Request<RequestBody>) -> Result<CallAnswer, UpstreamError> {
    // What we call must not be sent twice, and what was lost must be known as lost.
    let answered = pool.send_on_new_connection(request).await?;
    let (parts, incoming) = answered.response.into_parts();
    let body = Limited::new(incoming, LARGEST_ANSWER).collect().await.map_err(|error| match error
        .downcast::<hyper::Error>()
    {
        Ok(error) => UpstreamError::from_hyper(*error),
        Err(_) => UpstreamError::AnswerTooLarge(LARGEST_ANSWER),
    })?;
    answered.lease.give_back();
    Ok(CallAnswer { status: parts.status, headers: parts.headers, body: body.to_bytes() })
}

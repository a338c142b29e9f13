//! A call of our own to an API: bounded in time and size, never redirected.

use std::future::poll_fn;
use std::rc::Rc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use crossgate_core::credentials::BuiltCall;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::body::RequestBody;
use super::error::UpstreamError;
use super::forward::PublicSide;
use super::outgoing::{Outgoing, OwnHeaders, UpstreamRequest};
use super::pool::{Answered, Pool};

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

fn build(public: &PublicSide, call: BuiltCall) -> Result<UpstreamRequest, http::Error> {
    let body = RequestBody::whole(Bytes::copy_from_slice(call.body.expose_secret().as_bytes()));
    let (method, target, headers) = (call.method, call.path.parse()?, call.headers);
    let mut own = OwnHeaders::new();
    public.describe(&mut own);
    own.say(header::USER_AGENT, HeaderValue::from_static("crossgate"));
    Ok(UpstreamRequest { method, target, headers, own, body })
}

async fn exchange(pool: &Rc<Pool>, request: UpstreamRequest) -> Result<CallAnswer, UpstreamError> {
    // What we call must not be sent twice, and what was lost must be known as lost.
    let Answered { status, headers, mut stream } =
        pool.send_on_new_connection(Outgoing::new(request)).await?;
    let mut body = BytesMut::new();
    while let Some(piece) = poll_fn(|cx| stream.poll_data(cx)).await {
        let piece = piece?;
        if body.len() + piece.len() > LARGEST_ANSWER {
            return Err(UpstreamError::AnswerTooLarge(LARGEST_ANSWER));
        }
        body.extend_from_slice(&piece);
    }
    Ok(CallAnswer { status, headers, body: body.freeze() })
}

//! A call of our own to an API: bounded in time and size, never redirected.

use std::future::poll_fn;
use std::rc::Rc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use crossgate_core::credentials::BuiltCall;
use http::{HeaderMap, StatusCode, header};

use super::body::RequestBody;
use super::error::UpstreamError;
use super::forward::PublicSide;
use super::outgoing::{Outgoing, UpstreamRequest};
use super::outgoing_head::OutgoingHead;
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
    let outgoing = build(public, call).map_err(UpstreamError::Request)?;
    tokio::time::timeout(limit, exchange(pool, outgoing)).await.map_err(|_| UpstreamError::AnswerTimeout)?
}

fn build(public: &PublicSide, call: BuiltCall) -> Result<Box<Outgoing>, http::Error> {
    let body = RequestBody::whole(Bytes::copy_from_slice(call.body.expose_secret().as_bytes()));
    let mut head = OutgoingHead::new(&call.method, &call.path.parse()?);
    public.describe(&mut head);
    head.say(header::USER_AGENT, b"crossgate");
    Ok(Outgoing::new(UpstreamRequest { method: &call.method, head, headers: &call.headers, body }))
}

async fn exchange(pool: &Rc<Pool>, outgoing: Box<Outgoing>) -> Result<CallAnswer, UpstreamError> {
    // What we call must not be sent twice, and what was lost must be known as lost.
    let Answered { status, headers, mut stream } = pool.send_on_new_connection(outgoing).await?;
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

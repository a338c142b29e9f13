//! The admin listener's answers. Nothing of it is on the public listener.

use std::time::Duration;

use http::{HeaderValue, Method, Response, StatusCode, header};

use crate::gateway::Gateway;
use crate::upstream::AnswerBody;

/// A store that takes longer than this to be written to and read does not count as reached: a load balancer must leave out
/// a process that is cut off before the others' sign-outs, which it does not hear of, are a second old.
const REACHED_WITHIN: Duration = Duration::from_millis(300);

/// Answers a request to the admin listener.
pub(crate) async fn answer(gateway: &Gateway, method: &Method, path: &str) -> Response<AnswerBody> {
    match (method, path) {
        (&Method::GET | &Method::HEAD, "/live") => text(StatusCode::OK, "live\n"),
        (&Method::GET | &Method::HEAD, "/ready") => readiness(gateway).await,
        (&Method::GET | &Method::HEAD, "/metrics") => text(StatusCode::OK, &gateway.metrics.text()),
        (&Method::GET | &Method::HEAD, _) => {
            text(StatusCode::NOT_FOUND, "there are /live, /ready and /metrics here\n")
        }
        _ => text(StatusCode::METHOD_NOT_ALLOWED, "only GET\n"),
    }
}

async fn readiness(gateway: &Gateway) -> Response<AnswerBody> {
    match tokio::time::timeout(REACHED_WITHIN, gateway.store.check()).await {
        Ok(Ok(())) => text(StatusCode::OK, "ready\n"),
        Ok(Err(error)) => text(StatusCode::SERVICE_UNAVAILABLE, &format!("not ready: {error}\n")),
        Err(_) => text(StatusCode::SERVICE_UNAVAILABLE, "not ready: the store does not answer in time\n"),
    }
}

fn text(status: StatusCode, body: &str) -> Response<AnswerBody> {
    let mut answer = Response::new(AnswerBody::whole(body.to_owned()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

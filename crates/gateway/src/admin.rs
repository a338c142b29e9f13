//! The admin listener's answers. Nothing of it is on the public listener.

use http::{HeaderValue, Method, Response, StatusCode, header};

use crate::gateway::Gateway;
use crate::upstream::AnswerBody;

/// Answers a request to the admin listener.
pub(crate) async fn answer(gateway: &Gateway, method: &Method, path: &str) -> Response<AnswerBody> {
    match (method, path) {
        (&Method::GET | &Method::HEAD, "/live") => text(StatusCode::OK, "live\n"),
        (&Method::GET | &Method::HEAD, "/ready") => match gateway.store.check().await {
            Ok(()) => text(StatusCode::OK, "ready\n"),
            Err(error) => text(StatusCode::SERVICE_UNAVAILABLE, &format!("not ready: {error}\n")),
        },
        (&Method::GET | &Method::HEAD, "/metrics") => text(StatusCode::OK, &gateway.metrics.text()),
        (&Method::GET | &Method::HEAD, _) => {
            text(StatusCode::NOT_FOUND, "there are /live, /ready and /metrics here\n")
        }
        _ => text(StatusCode::METHOD_NOT_ALLOWED, "only GET\n"),
    }
}

fn text(status: StatusCode, body: &str) -> Response<AnswerBody> {
    let mut answer = Response::new(AnswerBody::whole(body.to_owned()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

//! A client that speaks HTTP/2.

use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper::rt::Executor;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;

/// One connection. Clones share it.
#[derive(Clone)]
pub struct Http2Client {
    sender: SendRequest<Full<Bytes>>,
}

/// Ends when the connection does.
pub type ConnectionEnd = JoinHandle<Result<(), hyper::Error>>;

/// An answer whose body was read.
#[derive(Debug)]
pub struct Http2Answer {
    /// The status.
    pub status: u16,
    /// The header lines.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl Http2Client {
    /// Begins; must run inside a `LocalSet`.
    ///
    /// # Panics
    /// When the other side does not speak HTTP/2.
    pub async fn open(stream: impl AsyncRead + AsyncWrite + Unpin + 'static) -> (Self, ConnectionEnd) {
        let (sender, connection) = handshake(OnThisThread, TokioIo::new(stream)).await.expect("HTTP/2");
        (Self { sender }, tokio::task::spawn_local(connection))
    }

    /// Asks, and gives the head of the answer.
    ///
    /// # Errors
    /// When there is none.
    pub async fn begin(&self, request: Request<String>) -> Result<Response<Incoming>, hyper::Error> {
        let mut sender = self.sender.clone();
        sender.ready().await?;
        sender.send_request(request.map(|body| Full::new(Bytes::from(body)))).await
    }

    /// Asks.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn ask(&self, request: Request<String>) -> Http2Answer {
        let answer = self.begin(request).await.expect("an answer");
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.expect("the whole body").to_bytes();
        let body = String::from_utf8_lossy(&body).into_owned();
        Http2Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }
}

#[derive(Clone, Copy)]
struct OnThisThread;

impl<F: Future<Output = ()> + 'static> Executor<F> for OnThisThread {
    fn execute(&self, future: F) {
        tokio::task::spawn_local(future);
    }
}

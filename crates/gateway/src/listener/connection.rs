//! Serves one connection: TLS where there is a certificate, then the HTTP that both sides speak.

use std::convert::Infallible;
use std::io;
use std::rc::Rc;
use std::sync::Arc;

use crossgate_core::client_address::PeerAddress;
use crossgate_core::settings::Http2Mode;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::accept::Shutdown;
use super::http2::{PREFACE, serve_http2};
use super::replay::ReplayedStream;
use super::strict::{HeadLimits, Signals, StrictStream};
use super::tls::{self, CurrentCertificate};
use crate::gateway::Worker;
use crate::serve::serve;

/// Buffers of a connection grow up to this many bytes, unless the head limit is larger.
const MOST_BUFFERED: usize = 64 * 1024;

/// What all connections of a worker have in common.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) worker: Rc<Worker>,
    pub(super) certificate: Option<CurrentCertificate>,
    pub(super) shutdown: Shutdown,
}

/// Why a connection ended before its client wanted.
#[derive(Debug, thiserror::Error)]
enum ConnectionFault {
    #[error(transparent)]
    Stream(#[from] io::Error),
    #[error(transparent)]
    Http(#[from] hyper::Error),
}

/// Until it ends.
pub(super) async fn serve_connection(door: &Door, socket: TcpStream, peer: PeerAddress) {
    if let Err(error) = serve_socket(door, socket, peer).await {
        tracing::debug!(target: "crossgate::listener", %error, "a connection ended");
    }
}

async fn serve_socket(door: &Door, socket: TcpStream, peer: PeerAddress) -> Result<(), ConnectionFault> {
    socket.set_nodelay(true)?;
    let settings = &door.worker.gateway.settings;
    let limit = settings.limits.head_timeout;
    match &door.certificate {
        Some(certificate) => {
            let stream = tls::accept(socket, certificate, limit).await?;
            let is_http2 = tls::speaks_http2(&stream);
            serve_http(door, stream, peer, is_http2).await
        }
        None if settings.listen.http2 == Http2Mode::Cleartext => {
            let (is_http2, stream) = ReplayedStream::begins_with(PREFACE, socket, limit).await?;
            serve_http(door, stream, peer, is_http2).await
        }
        None => serve_http(door, socket, peer, false).await,
    }
}

async fn serve_http<S>(
    door: &Door,
    stream: S,
    peer: PeerAddress,
    is_http2: bool,
) -> Result<(), ConnectionFault>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    // Boxed: each takes kilobytes, and a connection needs one of them.
    let served = if is_http2 {
        Box::pin(serve_http2(door, stream, peer)).await
    } else {
        Box::pin(serve_http1(door, stream, peer)).await
    };
    served.map_err(ConnectionFault::from)
}

async fn serve_http1<S>(door: &Door, stream: S, peer: PeerAddress) -> Result<(), hyper::Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let limits = door.worker.gateway.settings.limits;
    let signals = Arc::new(Signals::default());
    let head_limits = HeadLimits { bytes: limits.head_bytes, lines: limits.header_count };
    let stream = StrictStream::new(stream, head_limits, Arc::clone(&signals));
    let service = service_fn(|request| {
        let (worker, signals) = (Rc::clone(&door.worker), Arc::clone(&signals));
        async move { Ok::<_, Infallible>(serve(worker, &signals, peer, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_timeout)
        .max_buf_size(MOST_BUFFERED.max(limits.head_bytes))
        .max_headers(limits.header_count)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let (mut connection, mut shutdown) = (std::pin::pin!(connection), door.shutdown.clone());
    tokio::select! {
        outcome = connection.as_mut() => outcome,
        _ = shutdown.wait_for(|stopping| *stopping) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    }
}

//! Serves one connection: TLS where there is a certificate, then the HTTP that both sides speak.

use std::io;
use std::rc::Rc;

use crossgate_core::client_address::PeerAddress;
use crossgate_core::settings::Http2Mode;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::accept::Shutdown;
use super::http1::{Http1Connection, Stopping};
use super::http2::{PREFACE, serve_http2};
use super::replay::ReplayedStream;
use super::tls::{self, CurrentCertificate};
use crate::gateway::Worker;

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
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    // Boxed: each takes kilobytes, and a connection needs one of them.
    if is_http2 {
        Box::pin(serve_http2(door, stream, peer)).await?;
    } else {
        Box::pin(serve_http1(door, stream, peer)).await;
    }
    Ok(())
}

async fn serve_http1<S>(door: &Door, stream: S, peer: PeerAddress)
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let stopping = Stopping::default();
    let connection = Http1Connection::new(Rc::clone(&door.worker), peer, stream, stopping.clone());
    let (mut running, mut shutdown) = (std::pin::pin!(connection.run()), door.shutdown.clone());
    tokio::select! {
        // First, since it is what nearly every waking is for.
        biased;
        () = running.as_mut() => return,
        _ = shutdown.wait_for(|stopping| *stopping) => stopping.begin(),
    }
    running.await;
}

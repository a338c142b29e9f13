//! The admin listener: another address, plain answers.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

use super::accept::Shutdown;
use crate::admin::answer;
use crate::gateway::Gateway;

const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// Serves `/live`, `/ready` and `/metrics` until shutdown. Must run inside a `LocalSet`.
///
/// # Errors
/// When the listener cannot be used.
pub async fn serve_admin(
    gateway: Arc<Gateway>,
    listener: std::net::TcpListener,
    shutdown: Shutdown,
) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let mut stop = shutdown;
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((socket, _)) = accepted {
                    tokio::task::spawn_local(serve_connection(Arc::clone(&gateway), socket));
                }
            }
            _ = stop.wait_for(|stopping| *stopping) => return Ok(()),
        }
    }
}

async fn serve_connection(gateway: Arc<Gateway>, socket: TcpStream) {
    let service = service_fn(|request: Request<Incoming>| {
        let gateway = Arc::clone(&gateway);
        async move { Ok::<_, Infallible>(answer(&gateway, request.method(), request.uri().path()).await) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(socket), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(target: "crossgate::admin", %error, "an admin connection ended");
    }
}

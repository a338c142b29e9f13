//! Accepts connections and serves them on this thread.

use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crossgate_core::client_address::PeerAddress;
use crossgate_core::entropy::EntropyError;
use crossgate_core::error_code::ErrorCode;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::connection::{Door, serve_connection};
use super::tls::CurrentCertificate;
use crate::gateway::{Gateway, Worker};

/// Connections that wait to be accepted.
const BACKLOG: i32 = 1024;
/// Pause after a failed accept (out of descriptors), so that the loop does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How often connections that upstreams closed are looked for.
const TIDY_EVERY: Duration = Duration::from_secs(5);

/// Becomes true when the process is to stop.
pub type Shutdown = watch::Receiver<bool>;

/// Binds the address so that several workers can accept on it side by side (`SO_REUSEPORT`).
///
/// # Errors
/// When the address cannot be bound.
pub fn bind(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    #[cfg(unix)]
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Where browsers, or a load balancer, connect.
pub struct PublicListener {
    /// See [`bind`].
    pub socket: std::net::TcpListener,
    /// The certificate, where TLS ends here.
    pub certificate: Option<CurrentCertificate>,
}

/// Serves until shutdown, then lets what is in flight finish. Must run inside a `LocalSet`.
///
/// # Errors
/// When the listener cannot be used.
pub async fn serve_worker(
    gateway: Arc<Gateway>,
    listener: PublicListener,
    shutdown: Shutdown,
) -> Result<(), WorkerError> {
    let PublicListener { socket, certificate } = listener;
    let listener = TcpListener::from_std(socket)?;
    let worker = Worker::new(gateway)?;
    let connections = Rc::new(());
    let mut stop = shutdown.clone();
    let door = Door { worker: Rc::clone(&worker), certificate, shutdown };
    let mut tidying = tokio::time::interval(TIDY_EVERY);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((socket, peer)) => admit(&door, socket, peer, &connections),
                Err(error) => {
                    tracing::warn!(target: "crossgate::listener", %error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            _ = tidying.tick() => worker.tidy(),
            _ = stop.wait_for(|stopping| *stopping) => break,
        }
    }
    drop(listener);
    drain(&connections, &worker.busy, worker.gateway.settings.listen.shutdown_grace).await;
    Ok(())
}

/// A worker could not start.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The listener cannot be used.
    #[error(transparent)]
    Listener(#[from] io::Error),
    /// See [`EntropyError`].
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

fn admit(door: &Door, socket: TcpStream, peer: SocketAddr, connections: &Rc<()>) {
    let worker = &door.worker;
    let open = &worker.gateway.metrics.connections;
    let most = i64::try_from(worker.gateway.settings.limits.connections).unwrap_or(i64::MAX);
    if open.get() >= most {
        tracing::warn!(target: "crossgate::listener", most, "too many connections; one was refused");
        refuse(&socket);
        return;
    }
    let counted = Counted::new(Arc::clone(&worker.gateway), Rc::clone(connections));
    let door = door.clone();
    tokio::task::spawn_local(async move {
        serve_connection(&door, socket, PeerAddress(peer.ip())).await;
        drop(counted);
    });
}

/// One open connection, as long as it lives, however it ends.
struct Counted {
    gateway: Arc<Gateway>,
    _of_worker: Rc<()>,
}

impl Counted {
    fn new(gateway: Arc<Gateway>, of_worker: Rc<()>) -> Self {
        gateway.metrics.connections.inc();
        Self { gateway, _of_worker: of_worker }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.gateway.metrics.connections.dec();
    }
}

/// Says why in as many bytes as the socket takes at once; waiting would cost what there is too little of.
fn refuse(socket: &TcpStream) {
    let code = ErrorCode::Busy;
    let body = format!(r#"{{"error":"{}","message":"{}"}}"#, code.as_str(), code.message());
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: {}\r\nretry-after: 5\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    if let Err(error) = socket.try_write(answer.as_bytes()) {
        tracing::debug!(target: "crossgate::listener", %error, "a refusal could not be written");
    }
}

/// Waits until every connection and every refresh is done, at most as long as the grace allows.
async fn drain(connections: &Rc<()>, busy: &Rc<()>, grace: Duration) {
    let done = async {
        while Rc::strong_count(connections) > 1 || Rc::strong_count(busy) > 1 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    if tokio::time::timeout(grace, done).await.is_err() {
        let (left, refreshes) = (Rc::strong_count(connections) - 1, Rc::strong_count(busy) - 1);
        tracing::warn!(target: "crossgate::listener", left, refreshes, "connections were cut at the end of the grace");
    }
}

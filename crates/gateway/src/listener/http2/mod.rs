//! HTTP/2 (RFC 9113). hyper speaks it; what stands here are its limits, and what makes its requests the same as those
//! of HTTP/1.1 before anything looks at them.

mod allowance;
mod frames;
mod guard;

use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crossgate_core::client_address::PeerAddress;
use crossgate_core::settings::Limits;
use http::{HeaderMap, HeaderValue, Request, Version, header};
use hyper::body::Incoming;
use hyper::rt::{Executor, Read, Write};
use hyper::server::conn::http2::{Builder, Connection};
use hyper::service::{HttpService, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};

use self::guard::{AnswerInFlight, GuardedStream, Watch};
use super::accept::Shutdown;
use super::connection::Door;
use super::head::HeadError;
use super::inbound_body::InboundBody;
use crate::answer::Answer;
use crate::gateway::Worker;
use crate::request_id::RequestId;
use crate::serve::{refuse_head, serve};

pub(super) use frames::PREFACE;

/// Requests at the same time on one connection: what RFC 9113 §6.5.2 asks for at least.
const MOST_STREAMS: u32 = 100;
/// Resets that wait to be read; more end the connection (CVE-2023-44487).
const MOST_PENDING_RESETS: usize = 20;
/// Bytes of a body that a client may send before somebody reads them: of one request, and of all on the connection.
const STREAM_WINDOW: u32 = 256 * 1024;
const CONNECTION_WINDOW: u32 = 512 * 1024;
/// Bytes of an answer that wait for a client that does not read.
const MOST_UNSENT: usize = 64 * 1024;

/// Serves one connection until it ends.
pub(super) async fn serve_http2<S>(door: &Door, stream: S, peer: PeerAddress) -> Result<(), hyper::Error>
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let worker = &door.worker;
    let limits = worker.gateway.settings.limits;
    let watch = Rc::new(Watch::default());
    let stream = GuardedStream::new(stream, Arc::clone(&worker.gateway.clock), Rc::clone(&watch));
    let service = service_fn(|request| {
        let (worker, in_flight) = (Rc::clone(worker), watch.begin());
        async move {
            let answer = answer(worker, peer, request).await;
            Ok::<_, Infallible>(answer.map(|body| in_flight.until_the_end_of(body)))
        }
    });
    let connection = Builder::new(OnThisThread)
        .timer(TokioTimer::new())
        .max_concurrent_streams(MOST_STREAMS)
        .max_pending_accept_reset_streams(MOST_PENDING_RESETS)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(MOST_UNSENT)
        .max_header_list_size(u32::try_from(limits.head_bytes).unwrap_or(u32::MAX))
        .serve_connection(TokioIo::new(stream), service);
    drive(std::pin::pin!(connection), &watch, door.shutdown.clone(), &limits).await
}

async fn answer(worker: Rc<Worker>, peer: PeerAddress, request: Request<Incoming>) -> Answer {
    let (id, limits) = (worker.request_ids.next(), worker.gateway.settings.limits);
    let mut answer = if request.headers().len() > limits.header_count {
        refuse_head(&worker, HeadError::TooMany, id)
    } else {
        let request = as_of_http1(request).map(|body| InboundBody::http2(body, limits.body_timeout));
        serve(worker, peer, request, id).await
    };
    answer.headers_mut().insert(RequestId::NAME, id.header());
    answer
}

/// Until the connection ended. It is wound down when the process is to stop, when the client floods it, when nothing was
/// in flight for as long as a head may take, or when its client took nothing of what is there for it for too long; one
/// that then stays as long again is cut.
async fn drive<C: WindDown>(
    connection: Pin<&mut C>,
    watch: &Watch,
    shutdown: Shutdown,
    limits: &Limits,
) -> Result<(), hyper::Error> {
    let (mut connection, mut shutdown, idle) = (connection, shutdown, limits.head_timeout);
    let (mut winding_down, mut begun) = (false, watch.begun());
    let mut stillness = Stillness::new(limits.reader_timeout, idle);
    loop {
        tokio::select! {
            outcome = connection.as_mut() => return outcome,
            _ = shutdown.wait_for(|stopping| *stopping), if !winding_down => {}
            () = watch.flooded.notified(), if !winding_down => tracing::warn!(target: "crossgate::listener", "a client floods its HTTP/2 connection, which is wound down"),
            () = tokio::time::sleep(idle) => {
                let is_over = stillness.look(watch) || watch.is_idle_since(begun);
                begun = watch.begun();
                match (is_over, winding_down) {
                    (false, _) => continue,
                    (true, true) => return Ok(()),
                    (true, false) => {}
                }
            }
        }
        winding_down = true;
        connection.as_mut().wind_down();
    }
}

/// Counts how many looks in a row found that the client takes nothing.
struct Stillness {
    asked: u64,
    looks: u128,
    most: u128,
}

impl Stillness {
    /// `limit` in looks that are `pause` apart.
    const fn new(limit: Duration, pause: Duration) -> Self {
        let pause = if pause.is_zero() { 1 } else { pause.as_nanos() };
        Self { asked: 0, looks: 0, most: limit.as_nanos().div_ceil(pause) }
    }

    /// True once it took too long; then it begins anew.
    fn look(&mut self, watch: &Watch) -> bool {
        self.looks = if watch.is_stuck_since(self.asked) { self.looks + 1 } else { 0 };
        self.asked = watch.asked();
        let is_over = self.looks > self.most;
        if is_over {
            self.looks = 0;
        }
        is_over
    }
}

/// A connection that can refuse what is new and finish what is in flight.
trait WindDown: Future<Output = Result<(), hyper::Error>> {
    fn wind_down(self: Pin<&mut Self>);
}

impl<I, S> WindDown for Connection<I, S, OnThisThread>
where
    S: HttpService<Incoming, ResBody = AnswerInFlight, Error = Infallible>,
    S::Future: 'static,
    I: Read + Write + Unpin,
{
    fn wind_down(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

/// What HTTP/1.1 says in other words. hyper has refused connection headers, repeated pseudo-headers, names in capitals
/// and bodies of another length than was announced (RFC 9113 §8).
///
/// - §8.2.3: `Cookie` may come in crumbs; behind us it is one line.
/// - §8.3.1: `:authority` is the `Host`. Where both stand, both are judged; where one is missing, the other is it.
fn as_of_http1(request: Request<Incoming>) -> Request<Incoming> {
    let mut request = request;
    *request.version_mut() = Version::HTTP_11;
    join_crumbs(request.headers_mut());
    let authority = request.uri().authority().map(|authority| HeaderValue::from_str(authority.as_str()));
    if let Some(Ok(authority)) = authority
        && !request.headers().contains_key(header::HOST)
    {
        request.headers_mut().insert(header::HOST, authority);
    }
    request
}

fn join_crumbs(headers: &mut HeaderMap) {
    if headers.get_all(header::COOKIE).iter().nth(1).is_none() {
        return;
    }
    let crumbs: Vec<_> = headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes).collect();
    if let Ok(line) = HeaderValue::from_bytes(&crumbs.join(&b"; "[..])) {
        headers.insert(header::COOKIE, line);
    }
}

/// Runs the requests of a connection where the connection runs.
#[derive(Clone, Copy)]
struct OnThisThread;

impl<F: Future<Output = ()> + 'static> Executor<F> for OnThisThread {
    fn execute(&self, future: F) {
        tokio::task::spawn_local(future);
    }
}

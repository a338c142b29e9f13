//! Connections to one upstream, kept by one worker. No lock: a pool never leaves its thread.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;

use crossgate_core::settings::UpstreamSettings;
use http::{HeaderMap, Method, StatusCode};

use super::answer_stream::AnswerStream;
use super::connection::Connection;
use super::error::UpstreamError;
use super::exchange::{Exchange, ExchangeError};
use super::outgoing::Outgoing;

/// Idle connections kept per upstream and worker.
const MOST_IDLE: usize = 256;

/// See the [module](self).
#[derive(Debug)]
pub(crate) struct Pool {
    pub(crate) settings: UpstreamSettings,
    /// The one used last stands at the end.
    idle: RefCell<VecDeque<Connection>>,
}

/// The head of an answer, and what will come after it.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) stream: AnswerStream,
}

/// An attempt that came to nothing.
struct Failed {
    error: UpstreamError,
    /// The request, where it may be sent again.
    again: Option<Box<Outgoing>>,
}

impl Pool {
    pub(crate) fn new(settings: UpstreamSettings) -> Rc<Self> {
        Rc::new(Self { settings, idle: RefCell::default() })
    }

    /// Keeps a connection for later.
    pub(super) fn keep(&self, connection: Connection) {
        let mut idle = self.idle.borrow_mut();
        drop_closed(&mut idle);
        if idle.len() < MOST_IDLE && connection.is_quiet() {
            idle.push_back(connection);
        }
    }

    /// Closes what the other side closed. Requests do that as they come by; this is for when none come.
    pub(crate) fn tidy(&self) {
        self.idle.borrow_mut().retain(Connection::is_quiet);
    }

    /// The connection used last, if one is still open.
    fn take(&self) -> Option<Connection> {
        let mut idle = self.idle.borrow_mut();
        drop_closed(&mut idle);
        while let Some(connection) = idle.pop_back() {
            if connection.is_quiet() {
                return Some(connection);
            }
        }
        None
    }

    /// Sends a request and waits for the head of the answer.
    ///
    /// A kept connection may have been closed by the other side meanwhile. A request that never left is sent again;
    /// one that left but was not answered is sent again once, and only if it is idempotent and has no body that
    /// passed through (RFC 9110 §9.2.2).
    pub(super) async fn send(self: &Rc<Self>, outgoing: Box<Outgoing>) -> Result<Answered, UpstreamError> {
        let mut outgoing = outgoing;
        while let Some(connection) = self.take() {
            match self.attempt(connection, outgoing).await {
                Ok(answered) => return Ok(answered),
                Err(Failed { error, again }) => {
                    outgoing = again.ok_or(error)?;
                    if outgoing.has_begun() {
                        outgoing.rewind();
                        break;
                    }
                }
            }
        }
        self.attempt_anew(outgoing).await
    }

    /// As [`send`](Self::send), over a connection of its own: nobody can have closed it meanwhile, so whatever went
    /// wrong, it was not an old connection.
    pub(super) async fn send_on_new_connection(
        self: &Rc<Self>,
        outgoing: Box<Outgoing>,
    ) -> Result<Answered, UpstreamError> {
        self.attempt_anew(outgoing).await
    }

    async fn attempt_anew(self: &Rc<Self>, outgoing: Box<Outgoing>) -> Result<Answered, UpstreamError> {
        // Boxed: seldom needed, and large in the future of every request.
        let connection = Box::pin(Connection::open(&self.settings)).await?;
        self.attempt(connection, outgoing).await.map_err(|failed| failed.error)
    }

    /// The exchange is made before the future that holds it: an argument of its own would be kept beside it.
    fn attempt(
        self: &Rc<Self>,
        connection: Connection,
        outgoing: Box<Outgoing>,
    ) -> impl Future<Output = Result<Answered, Failed>> {
        let mut exchange = Exchange::new(connection, outgoing);
        exchange.connection.patience.renew();
        async move {
            let head = match poll_fn(|cx| exchange.poll_answer_in_time(cx)).await {
                Some(Ok(head)) => head,
                Some(Err(error)) => return Err(failed(error, exchange.outgoing)),
                None => return Err(Failed { error: UpstreamError::AnswerTimeout, again: None }),
            };
            let pool = head.keeps_alive.then(|| Rc::clone(self));
            let stream = AnswerStream::new(exchange, head.framing, pool);
            Ok(Answered { status: head.status, headers: head.headers, stream })
        }
    }
}

/// Those that have waited longest are closed first by the other side.
fn drop_closed(idle: &mut VecDeque<Connection>) {
    while idle.front().is_some_and(|oldest| !oldest.is_quiet()) {
        idle.pop_front();
    }
}

fn failed(error: ExchangeError, outgoing: Box<Outgoing>) -> Failed {
    match error {
        ExchangeError::Answer(error) => Failed { error: UpstreamError::Answer(error), again: None },
        ExchangeError::Body(fault) => Failed { error: UpstreamError::Body(fault), again: None },
        ExchangeError::Unanswered(error) => {
            let may_repeat = !outgoing.has_begun() || is_idempotent(&outgoing.method) && outgoing.is_whole();
            Failed { error: UpstreamError::Connection(error), again: may_repeat.then_some(outgoing) }
        }
    }
}

fn is_idempotent(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::PUT | Method::DELETE)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::net::TcpListener;
    use tokio::runtime::Builder;
    use tokio::time::timeout;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    fn settings(port: u16) -> UpstreamSettings {
        UpstreamSettings {
            name: "api".to_owned(),
            host: "127.0.0.1".to_owned(),
            port,
            connect_timeout: PATIENCE,
            answer_timeout: PATIENCE,
        }
    }

    async fn let_go_of_what_is_closed() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let pool = Pool::new(settings(listener.local_addr().unwrap().port()));
        pool.keep(Connection::open(&pool.settings).await.unwrap());
        let (other_side, _) = listener.accept().await.unwrap();
        pool.tidy();
        assert_eq!(pool.idle.borrow().len(), 1, "an open one is kept");
        drop(other_side);
        while !pool.idle.borrow().is_empty() {
            tokio::task::yield_now().await;
            pool.tidy();
        }
    }

    #[test]
    fn what_the_other_side_closed_is_let_go_though_nobody_asks() {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { timeout(PATIENCE, let_go_of_what_is_closed()).await.unwrap() });
    }
}

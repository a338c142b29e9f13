//! Connections to one upstream, kept by one worker. No lock: a pool never leaves its thread.

use std::cell::RefCell;
use std::rc::Rc;

use crossgate_core::settings::UpstreamSettings;
use http::{Method, Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;

use super::body::{BodyProgress, RequestBody};
use super::connection::{Lease, open};
use super::error::UpstreamError;

/// Idle connections kept per upstream and worker.
const MOST_IDLE: usize = 256;

/// See the [module](self).
#[derive(Debug)]
pub(crate) struct Pool {
    pub(crate) settings: UpstreamSettings,
    idle: RefCell<Vec<SendRequest<RequestBody>>>,
}

/// An answer and the connection it comes over.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) response: Response<Incoming>,
    pub(crate) lease: Lease,
}

/// What became of one attempt.
enum Attempt {
    Answered(Answered),
    /// The request never left: it may be sent again whatever its method.
    NotSent(Request<RequestBody>),
    Failed(UpstreamError),
}

impl Pool {
    pub(crate) fn new(settings: UpstreamSettings) -> Rc<Self> {
        Rc::new(Self { settings, idle: RefCell::new(Vec::new()) })
    }

    /// Keeps a connection for later.
    pub(super) fn keep(&self, sender: SendRequest<RequestBody>) {
        let mut idle = self.idle.borrow_mut();
        if idle.len() < MOST_IDLE && !sender.is_closed() {
            idle.push(sender);
        }
    }

    /// The connection used last, if one is still open.
    fn take(&self) -> Option<SendRequest<RequestBody>> {
        let mut idle = self.idle.borrow_mut();
        while let Some(sender) = idle.pop() {
            if !sender.is_closed() {
                return Some(sender);
            }
        }
        None
    }

    /// Sends a request and waits for the head of the answer.
    ///
    /// A kept connection may have been closed by the other side meanwhile. A request that never left is sent again;
    /// one that left but was not answered is sent again once, and only if it is idempotent and has no body that
    /// passed through (RFC 9110 §9.2.2).
    pub(crate) async fn send(
        self: &Rc<Self>,
        request: Request<RequestBody>,
    ) -> Result<Answered, UpstreamError> {
        let mut request = request;
        while let Some(sender) = self.take() {
            let spare = spare_of(&request);
            match self.attempt(sender, request).await {
                Attempt::Answered(answered) => return Ok(answered),
                Attempt::NotSent(unsent) => request = unsent,
                Attempt::Failed(UpstreamError::Connection(error)) => {
                    request = spare.ok_or(UpstreamError::Connection(error))?;
                    break;
                }
                Attempt::Failed(error) => return Err(error),
            }
        }
        self.send_on_new_connection(request).await
    }

    /// As [`send`](Self::send), over a connection of its own: nobody can have closed it meanwhile, so whatever went
    /// wrong, it was not an old connection.
    pub(crate) async fn send_on_new_connection(
        self: &Rc<Self>,
        request: Request<RequestBody>,
    ) -> Result<Answered, UpstreamError> {
        match self.attempt(open(&self.settings).await?, request).await {
            Attempt::Answered(answered) => Ok(answered),
            Attempt::NotSent(_) => Err(UpstreamError::Connect(std::io::ErrorKind::ConnectionReset.into())),
            Attempt::Failed(error) => Err(error),
        }
    }

    async fn attempt(
        self: &Rc<Self>,
        sender: SendRequest<RequestBody>,
        request: Request<RequestBody>,
    ) -> Attempt {
        let mut sender = sender;
        if sender.ready().await.is_err() {
            return Attempt::NotSent(request);
        }
        let progress = request.body().progress();
        let outcome = match self.within_limit(sender.try_send_request(request), progress.as_deref()).await {
            Err(timeout) => return Attempt::Failed(timeout),
            Ok(outcome) => outcome,
        };
        match outcome {
            Ok(response) => {
                Attempt::Answered(Answered { response, lease: Lease { sender, pool: Rc::clone(self) } })
            }
            Err(mut error) => match (error.take_message(), progress.and_then(|progress| progress.fault())) {
                (_, Some(fault)) => Attempt::Failed(UpstreamError::Body(fault)),
                (Some(request), None) => Attempt::NotSent(request),
                (None, None) => Attempt::Failed(UpstreamError::from_hyper(error.into_error())),
            },
        }
    }

    /// Waits for an answer. The limit begins anew as long as the request's body still makes progress.
    async fn within_limit<T>(
        &self,
        answer: impl Future<Output = T>,
        progress: Option<&BodyProgress>,
    ) -> Result<T, UpstreamError> {
        let mut answer = std::pin::pin!(answer);
        let frames = || progress.map_or(0, BodyProgress::frames);
        loop {
            let before = frames();
            match tokio::time::timeout(self.settings.answer_timeout, answer.as_mut()).await {
                Ok(outcome) => return Ok(outcome),
                Err(_) if frames() != before => {}
                Err(_) => return Err(UpstreamError::AnswerTimeout),
            }
        }
    }
}

/// A copy to send again, where that changes nothing.
fn spare_of(request: &Request<RequestBody>) -> Option<Request<RequestBody>> {
    let idempotent = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS | Method::PUT | Method::DELETE
    );
    let body = request.body().again().filter(|_| idempotent)?;
    let mut spare = Request::new(body);
    *spare.method_mut() = request.method().clone();
    *spare.uri_mut() = request.uri().clone();
    *spare.headers_mut() = request.headers().clone();
    Some(spare)
}

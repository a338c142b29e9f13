//! One request and its answer over one connection, both driven by whoever waits for the answer.

use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, ready};

use super::answer_head::{AnswerError, AnswerHead, take_head};
use super::body::BodyFault;
use super::connection::Connection;
use super::outgoing::{Outgoing, SendFault};

/// Interim answers (RFC 9110 §15.2) that are passed over at most.
const MOST_INTERIM: usize = 16;

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum ExchangeError {
    /// The connection failed before any of the answer came.
    Unanswered(io::Error),
    Answer(AnswerError),
    Body(BodyFault),
}

/// See the [module](self).
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) connection: Connection,
    pub(super) outgoing: Box<Outgoing>,
    /// The connection takes no more of the request; an answer may be there all the same.
    cannot_send: Option<io::Error>,
    searched: usize,
    interim: usize,
    /// How much of the request's body had passed through when the waiting last began.
    passed: u64,
}

impl Exchange {
    pub(super) const fn new(connection: Connection, outgoing: Box<Outgoing>) -> Self {
        Self { connection, outgoing, cannot_send: None, searched: 0, interim: 0, passed: 0 }
    }

    /// Goes on with the request until it is sent, or cannot be; the fault is that of its body.
    pub(super) fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BodyFault>> {
        if self.cannot_send.is_some() || self.outgoing.is_sent() {
            return Poll::Ready(Ok(()));
        }
        match ready!(self.outgoing.poll_send(&mut self.connection, cx)) {
            Ok(()) => {}
            Err(SendFault::Body(fault)) => return Poll::Ready(Err(fault)),
            Err(SendFault::Connection(error)) => self.cannot_send = Some(error),
        }
        Poll::Ready(Ok(()))
    }

    /// Sends what is left of the request although its answer is over, then closes.
    pub(super) fn send_rest(self) {
        let mut exchange = self;
        tokio::task::spawn_local(async move { poll_fn(|cx| exchange.poll_send(cx)).await });
    }

    /// Sends, and waits for the head of the answer.
    pub(super) fn poll_answer(&mut self, cx: &mut Context<'_>) -> Poll<Result<AnswerHead, ExchangeError>> {
        if let Poll::Ready(sent) = self.poll_send(cx) {
            sent.map_err(ExchangeError::Body)?;
        }
        loop {
            if let Some(head) = self.take_head().map_err(ExchangeError::Answer)? {
                return Poll::Ready(Ok(head));
            }
            match ready!(self.connection.wire.poll_fill(cx)) {
                Ok(0) => return Poll::Ready(Err(self.lost(io::ErrorKind::UnexpectedEof.into()))),
                Ok(_) => {}
                Err(error) => return Poll::Ready(Err(self.lost(error))),
            }
        }
    }

    /// As [`poll_answer`](Self::poll_answer); none where it takes too long. The limit begins anew as long as the
    /// request's body makes progress.
    pub(super) fn poll_answer_in_time(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<AnswerHead, ExchangeError>>> {
        if let Poll::Ready(answer) = self.poll_answer(cx) {
            return Poll::Ready(Some(answer));
        }
        while self.connection.patience.poll(cx).is_ready() {
            let passed = self.outgoing.passed();
            if passed == self.passed {
                return Poll::Ready(None);
            }
            self.passed = passed;
            self.connection.patience.renew();
        }
        Poll::Pending
    }

    /// The head of the final answer, once it is there.
    fn take_head(&mut self) -> Result<Option<AnswerHead>, AnswerError> {
        while !self.connection.wire.bytes.is_empty() {
            let head = take_head(&mut self.connection.wire.bytes, &mut self.searched, &self.outgoing.method)?;
            match head {
                Some(head) if is_interim(&head) && self.interim == MOST_INTERIM => {
                    return Err(AnswerError::Interim);
                }
                Some(head) if is_interim(&head) => self.interim += 1,
                head => return Ok(head),
            }
        }
        Ok(None)
    }

    fn lost(&mut self, error: io::Error) -> ExchangeError {
        if self.connection.wire.bytes.is_empty() && self.interim == 0 {
            ExchangeError::Unanswered(self.cannot_send.take().unwrap_or(error))
        } else {
            ExchangeError::Answer(AnswerError::Incomplete)
        }
    }
}

/// An answer that another one follows (RFC 9110 §15.2); after 101 another protocol does.
fn is_interim(head: &AnswerHead) -> bool {
    head.status.is_informational() && head.status != http::StatusCode::SWITCHING_PROTOCOLS
}

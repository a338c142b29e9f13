//! The loop of one connection: read a head, serve the request, write the answer, go on.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use crossgate_core::client_address::PeerAddress;
use http::{HeaderMap, StatusCode, header};
use http_body::Body as _;
use tokio::io::{AsyncReadExt as _, join, split};
use tokio::time::timeout;

use super::answer_head::{AnswerFraming, Delimited, framing_of, write_head};
use super::body::Http1Body;
use super::outbox::Outbox;
use super::request::{Manner, RequestHead, read_request};
use super::wire::{Duplex, Phase, Wire};
use crate::answer::Answer;
use crate::gateway::Worker;
use crate::listener::InboundBody;
use crate::listener::body::ChunkState;
use crate::listener::head::{Framing, HeadError};
use crate::patience::Patience;
use crate::request_id::RequestId;
use crate::serve::{refuse_head, serve};
use crate::upstream::{AnswerBody, Switch};

/// How long, and for how many bytes, we listen to a sender that goes on after our last answer: bytes left unread would
/// make the system take the answer back (RFC 9112 §9.6).
const LINGER_TIME: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 1024 * 1024;

/// After a head that was refused, nothing of the request is known.
const UNKNOWN: Manner = Manner { is_head: false, is_old: false, closes: true };

/// What comes next on a connection.
#[expect(clippy::large_enum_variant, reason = "taken apart at once; a box would cost every request")]
enum Next {
    Request(RequestHead),
    Refused(HeadError),
    /// It was closed, or took too long, or the process stops.
    Over,
}

/// What follows an answer.
enum After {
    NextRequest,
    Close,
    /// The other side is gone, or must not take what it has for whole.
    BreakOff,
    Switch(Box<Switch>),
}

/// Told that the process stops, a connection ends when what is in flight is answered.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stopping(Rc<Cell<bool>>);

impl Stopping {
    /// To be followed by a poll of the connection.
    pub(crate) fn begin(&self) {
        self.0.set(true);
    }
}

/// See the [module](self).
pub(crate) struct Http1Connection {
    worker: Rc<Worker>,
    peer: PeerAddress,
    stopping: Stopping,
    wire: Rc<RefCell<Wire>>,
    outbox: Outbox,
    /// Ends when the next head took too long.
    patience: Patience,
    /// Ends when a reader took nothing for too long, and how much it had taken.
    reader: (Patience, u64),
}

impl Http1Connection {
    pub(crate) fn new(
        worker: Rc<Worker>,
        peer: PeerAddress,
        stream: impl Duplex + 'static,
        stopping: Stopping,
    ) -> Self {
        let limits = worker.gateway.settings.limits;
        let patience = Patience::new(limits.head_timeout);
        let reader = (Patience::new(limits.reader_timeout), 0);
        let wire = Rc::new(RefCell::new(Wire::new(Box::new(stream))));
        Self { worker, peer, stopping, wire, outbox: Outbox::default(), patience, reader }
    }

    /// Serves until the connection is over.
    pub(crate) async fn run(mut self) {
        loop {
            let after = match self.next().await {
                Next::Request(head) => self.exchange(head).await,
                Next::Refused(error) => self.refuse(error).await,
                Next::Over => After::Close,
            };
            match after {
                After::NextRequest => {}
                After::Close => return self.close().await,
                After::BreakOff => return self.wire.borrow_mut().break_off(),
                After::Switch(switch) => return self.switch(*switch).await,
            }
        }
    }

    /// Waits for the next head. What is there already is not waited for.
    async fn next(&mut self) -> Next {
        let limits = self.worker.gateway.settings.limits;
        let mut waits = false;
        let head = poll_fn(|cx| {
            let head = self.poll_head(cx, limits.head_bytes);
            if head.is_pending() {
                if !waits {
                    waits = true;
                    self.patience.renew();
                }
                return self.patience.poll(cx).map(|()| Ok(None));
            }
            head
        });
        match head
            .await
            .and_then(|head| head.map(|head| read_request(&head, limits.header_count)).transpose())
        {
            Ok(Some(request)) => Next::Request(request),
            Ok(None) => Next::Over,
            Err(error) => Next::Refused(error),
        }
    }

    fn poll_head(
        &mut self,
        cx: &mut Context<'_>,
        most_bytes: usize,
    ) -> Poll<Result<Option<Bytes>, HeadError>> {
        let mut wire = self.wire.borrow_mut();
        loop {
            if let Some(head) = wire.take_head(most_bytes)? {
                return Poll::Ready(Ok(Some(head)));
            }
            match wire.poll_fill(cx) {
                Poll::Ready(Ok(1..)) => {}
                Poll::Ready(_) => return Poll::Ready(Ok(None)),
                Poll::Pending if wire.is_empty() && self.stopping.0.get() => return Poll::Ready(Ok(None)),
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    async fn refuse(&mut self, error: HeadError) -> After {
        let id = self.worker.request_ids.next();
        self.answer(refuse_head(&self.worker, error, id), UNKNOWN, id).await
    }

    async fn exchange(&mut self, head: RequestHead) -> After {
        let id = self.worker.request_ids.next();
        let body = self.body_of(&head);
        let patience = self.worker.gateway.settings.limits.body_timeout;
        let request = head.request.map(|()| InboundBody::http1(body, patience));
        let mut serving = pin!(serve(Rc::clone(&self.worker), self.peer, request, id));
        let wire = &self.wire;
        let answer = poll_fn(|cx| match serving.as_mut().poll(cx) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending => wire.borrow_mut().poll_gone(cx).map(|()| None),
        });
        match answer.await {
            Some(answer) => self.answer(answer, head.manner, id).await,
            None => After::BreakOff,
        }
    }

    fn body_of(&self, head: &RequestHead) -> Http1Body {
        let phase = match head.framing {
            Framing::None => Phase::Head,
            Framing::Length(length) => Phase::Length(length),
            Framing::Chunked => Phase::Chunks(ChunkState::START),
            Framing::Upgrade => Phase::Upgrade,
        };
        self.wire.borrow_mut().phase = phase;
        match phase {
            Phase::Length(_) | Phase::Chunks(_) => Http1Body::lent(&self.wire, head.asks_first),
            _ => Http1Body::NONE,
        }
    }

    /// Writes an answer, and waits for what is left of the request.
    async fn answer(&mut self, answer: Answer, manner: Manner, id: RequestId) -> After {
        let (parts, mut body) = answer.into_parts();
        let switch = body.take_switch();
        let loses_body = poll_fn(|cx| Poll::Ready(self.wire.borrow_mut().begin_answer(cx))).await;
        let closes = manner.closes || loses_body || self.stopping.0.get() || says_close(&parts.headers);
        let said = Delimited { length: body.size_hint().exact(), manner, closes };
        self.write_head(parts.status, &parts.headers, &said, id);
        let framing = framing_of(parts.status, &said);
        if let Err(fault) = poll_fn(|cx| self.poll_answer(cx, &mut body, framing)).await {
            tracing::debug!(target: "crossgate::listener", %fault, "an answer broke off");
            return After::BreakOff;
        }
        drop(body);
        match switch {
            Some(switch) => After::Switch(Box::new(switch)),
            None if closes || framing == AnswerFraming::UntilClose => After::Close,
            None => self.after_body().await,
        }
    }

    fn write_head(&mut self, status: StatusCode, headers: &HeaderMap, said: &Delimited, id: RequestId) {
        let worker = &self.worker;
        let date = |head: &mut Vec<u8>| worker.date.write(head, worker.gateway.now());
        write_head(self.outbox.head(), status, headers, (said, id), date);
    }

    async fn after_body(&self) -> After {
        let wire = &self.wire;
        wire.borrow_mut().end_upgrade();
        match poll_fn(|cx| wire.borrow_mut().poll_body_over(cx)).await {
            true => After::NextRequest,
            false => After::Close,
        }
    }

    /// Writes what the body gives; fails when it breaks off, or its reader is gone.
    fn poll_answer(
        &mut self,
        cx: &mut Context<'_>,
        body: &mut AnswerBody,
        framing: AnswerFraming,
    ) -> Poll<io::Result<()>> {
        ready!(self.wire.borrow_mut().poll_finish_interim(cx))?;
        loop {
            // First, so that a head and the beginning of a body leave together.
            let more = if self.outbox.takes_more() {
                self.poll_take_piece(cx, body, framing)?
            } else {
                Poll::Ready(())
            };
            let mut wire = self.wire.borrow_mut();
            let written = self.outbox.poll_write(&mut wire, cx)?;
            if written.is_pending() && poll_stuck(&mut self.reader, self.outbox.taken(), cx).is_ready() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            if written.is_pending() || more.is_pending() {
                return wire.poll_gone(cx).map(|()| Err(io::ErrorKind::BrokenPipe.into()));
            }
            if self.outbox.is_ended() {
                self.outbox.begin_anew();
                return Poll::Ready(Ok(()));
            }
        }
    }

    fn poll_take_piece(
        &mut self,
        cx: &mut Context<'_>,
        body: &mut AnswerBody,
        framing: AnswerFraming,
    ) -> Poll<io::Result<()>> {
        if framing == AnswerFraming::None {
            self.outbox.end(framing);
            return Poll::Ready(Ok(()));
        }
        match ready!(Pin::new(&mut *body).poll_frame(cx)) {
            Some(Ok(frame)) => self.outbox.put(frame.into_data().unwrap_or_default(), framing),
            Some(Err(fault)) => return Poll::Ready(Err(io::Error::other(fault))),
            None => self.outbox.end(framing),
        }
        if body.is_end_stream() {
            self.outbox.end(framing);
        }
        Poll::Ready(Ok(()))
    }

    /// Our last answer is written. Listens to what was on its way before the other side knew that.
    async fn close(self) {
        let wire = self.wire;
        wire.borrow_mut().break_off();
        let mut left = LINGER_BYTES;
        let closed = async {
            poll_fn(|cx| wire.borrow_mut().poll_shutdown(cx)).await?;
            poll_fn(|cx| wire.borrow_mut().poll_discard(cx, &mut left)).await;
            io::Result::Ok(())
        };
        // What still comes then is cut off, and so is who does not even take the end of TLS.
        drop(timeout(LINGER_TIME, closed).await);
    }

    /// From here on bytes are the upstream's business.
    async fn switch(self, switch: Switch) {
        let Some(wire) = Rc::into_inner(self.wire) else { return };
        let (stream, early) = wire.into_inner().into_parts();
        let (reading, writing) = split(stream);
        switch.join(join(io::Cursor::new(early).chain(reading), writing)).await;
    }
}

/// Ready when a reader that has taken so much takes no more.
fn poll_stuck((patience, before): &mut (Patience, u64), taken: u64, cx: &mut Context<'_>) -> Poll<()> {
    if std::mem::replace(before, taken) != taken {
        patience.renew();
    }
    patience.poll(cx)
}

fn says_close(headers: &HeaderMap) -> bool {
    headers.get(header::CONNECTION).is_some_and(|value| value == "close")
}

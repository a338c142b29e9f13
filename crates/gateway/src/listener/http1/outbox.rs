//! What is to be written next: a head or the line of a chunk, data, and what ends a chunk. Written as one.

use std::io::{self, IoSlice};
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes};

use super::answer_head::AnswerFraming;
use super::wire::Wire;

/// Data that is no longer than this is written as part of what leads it: copying costs less than a second piece.
const COPIED: usize = 1024;

/// See the [module](self).
#[derive(Default)]
pub(super) struct Outbox {
    lead: Vec<u8>,
    /// How much of it was written.
    written: usize,
    data: Bytes,
    tail: &'static [u8],
    /// Data and tail stand behind the lead already.
    is_joined: bool,
    ended: bool,
    /// Bytes that were written, of all answers.
    taken: u64,
}

impl Outbox {
    /// Where a head is written to.
    pub(super) const fn head(&mut self) -> &mut Vec<u8> {
        &mut self.lead
    }

    /// To be called when there is nothing but a head in it. An empty piece would be the last chunk (RFC 9112 §7.1).
    pub(super) fn put(&mut self, data: Bytes, framing: AnswerFraming) {
        if data.is_empty() {
            return;
        }
        if framing == AnswerFraming::Chunked {
            self.lead.extend_from_slice(format!("{:x}\r\n", data.len()).as_bytes());
            self.tail = b"\r\n";
        }
        self.data = data;
    }

    /// Nothing more comes.
    pub(super) fn end(&mut self, framing: AnswerFraming) {
        if framing == AnswerFraming::Chunked && !self.ended {
            self.tail = if self.tail.is_empty() { b"0\r\n\r\n" } else { b"\r\n0\r\n\r\n" };
        }
        self.ended = true;
    }

    pub(super) const fn is_ended(&self) -> bool {
        self.ended
    }

    /// The next answer may be put in.
    pub(super) const fn begin_anew(&mut self) {
        self.ended = false;
    }

    /// Whether it is time for the next piece.
    pub(super) fn takes_more(&self) -> bool {
        !self.ended && !self.is_joined && self.written == 0 && self.data.is_empty() && self.tail.is_empty()
    }

    /// Writes all of it.
    pub(super) fn poll_write(&mut self, wire: &mut Wire, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.join();
        while !self.is_empty() {
            let lead = self.lead.get(self.written..).unwrap_or_default();
            let slices = [IoSlice::new(lead), IoSlice::new(&self.data), IoSlice::new(self.tail)];
            let written = ready!(wire.poll_write(cx, &slices))?;
            self.advance(written);
        }
        self.lead.clear();
        (self.written, self.is_joined) = (0, false);
        wire.poll_flush(cx)
    }

    fn join(&mut self) {
        if (1..=COPIED).contains(&self.data.len()) && self.written == 0 {
            self.lead.extend_from_slice(&std::mem::take(&mut self.data));
            self.lead.extend_from_slice(std::mem::take(&mut self.tail));
            self.is_joined = true;
        }
    }

    /// Grows whenever the reader takes something.
    pub(super) const fn taken(&self) -> u64 {
        self.taken
    }

    fn is_empty(&self) -> bool {
        self.written == self.lead.len() && self.data.is_empty() && self.tail.is_empty()
    }

    fn advance(&mut self, written: usize) {
        self.taken = self.taken.wrapping_add(written as u64);
        let of_lead = written.min(self.lead.len() - self.written);
        self.written += of_lead;
        let of_data = (written - of_lead).min(self.data.len());
        self.data.advance(of_data);
        self.tail = self.tail.get(written - of_lead - of_data..).unwrap_or_default();
    }
}

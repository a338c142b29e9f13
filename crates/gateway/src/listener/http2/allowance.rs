//! How much a client of HTTP/2 may say that asks for nothing. Frames are cheap to send and cost work to read, which is
//! what the floods of 2019 (CVE-2019-9512 to 9518), rapid resets (CVE-2023-44487) and CONTINUATION floods
//! (CVE-2024-27316) are made of.

use crossgate_core::time::Timestamp;

use super::frames::Frame;

/// What a connection begins with, and the most that it can save. A client that is right uses a few dozen.
const MOST: u32 = 1000;
/// What each second gives, so that pings of a connection that lives for days are no flood.
const PER_SECOND: u64 = 10;
/// What a request gives: a stream comes with a priority, windows, and perhaps its end.
const PER_REQUEST: u32 = 4;
/// Bytes that we sent for each window update that they may cause.
const BYTES_PER_UPDATE: usize = 1024;
/// Resets that are nobody's business, however few requests there were.
const FREE_RESETS: u64 = 100;
/// What a reset beyond that costs, where more than every second request is taken back.
const COST_OF_RESET: u32 = 20;

/// What becomes of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It goes on.
    Good,
    /// Nothing new is taken on it; what is in flight finishes.
    WindDown,
    /// It is cut.
    Cut,
}

/// See the [module](self).
#[derive(Debug)]
pub(super) struct Allowance {
    left: u32,
    /// Whether what is left is the last of it.
    last: bool,
    refilled: Timestamp,
    requests: u64,
    resets: u64,
}

impl Allowance {
    pub(super) const fn new(now: Timestamp) -> Self {
        Self { left: MOST, last: false, refilled: now, requests: 0, resets: 0 }
    }

    /// Takes what the frame costs.
    pub(super) fn take(&mut self, frame: Frame, now: Timestamp) -> Verdict {
        match frame {
            Frame::Content => self.give(1),
            Frame::Request => {
                self.requests += 1;
                self.give(PER_REQUEST);
            }
            Frame::Reset => {
                self.resets += 1;
                self.refill(now);
                return self.pay(self.cost_of_reset());
            }
            Frame::Idle => {
                self.refill(now);
                return self.pay(1);
            }
        }
        Verdict::Good
    }

    /// What we sent causes window updates.
    pub(super) fn sent(&mut self, bytes: usize) {
        self.give(u32::try_from(bytes.div_ceil(BYTES_PER_UPDATE)).unwrap_or(MOST));
    }

    const fn cost_of_reset(&self) -> u32 {
        if self.resets * 2 > self.requests + 2 * FREE_RESETS { COST_OF_RESET } else { 1 }
    }

    fn give(&mut self, more: u32) {
        self.left = self.left.saturating_add(more).min(MOST);
    }

    fn refill(&mut self, now: Timestamp) {
        let seconds = now.since(self.refilled).as_secs();
        if seconds > 0 {
            self.refilled = now;
            self.give(u32::try_from(seconds.saturating_mul(PER_SECOND)).unwrap_or(MOST));
        }
    }

    fn pay(&mut self, cost: u32) -> Verdict {
        match (self.left.checked_sub(cost), self.last) {
            (Some(left), _) => {
                self.left = left;
                Verdict::Good
            }
            (None, false) => {
                (self.left, self.last) = (MOST, true);
                Verdict::WindDown
            }
            (None, true) => Verdict::Cut,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

    fn verdicts(frames: impl IntoIterator<Item = Frame>) -> Vec<Verdict> {
        let mut allowance = Allowance::new(NOW);
        let verdicts = frames.into_iter().map(|frame| allowance.take(frame, NOW));
        verdicts.filter(|verdict| *verdict != Verdict::Good).collect()
    }

    #[test]
    fn a_flood_winds_the_connection_down_and_then_cuts_it() {
        let flood = verdicts(std::iter::repeat_n(Frame::Idle, 2002));
        assert_eq!(flood, [Verdict::WindDown, Verdict::Cut]);
    }

    #[test]
    fn requests_that_are_all_taken_back_are_a_flood() {
        let rapid = std::iter::repeat_n([Frame::Request, Frame::Reset], 600).flatten();
        assert_eq!(verdicts(rapid).first(), Some(&Verdict::WindDown));
        let now_and_then =
            std::iter::repeat_n([Frame::Request, Frame::Request, Frame::Reset], 5000).flatten();
        assert_eq!(verdicts(now_and_then), [], "every second one may be: people move on");
    }

    #[test]
    fn what_belongs_to_requests_downloads_and_uploads_is_no_flood() {
        let page = [Frame::Request, Frame::Idle, Frame::Idle, Frame::Idle];
        assert_eq!(verdicts(std::iter::repeat_n(page, 5000).flatten()), []);
        let mut allowance = Allowance::new(NOW);
        for _ in 0..50_000 {
            allowance.sent(16 * 1024);
            assert_eq!(allowance.take(Frame::Idle, NOW), Verdict::Good);
        }
    }

    #[test]
    fn pings_over_days_are_no_flood() {
        let mut allowance = Allowance::new(NOW);
        for ping in 0..10_000 {
            let now = NOW.after(Duration::from_secs(ping));
            assert_eq!(allowance.take(Frame::Idle, now), Verdict::Good, "{ping}");
        }
    }
}

//! How far copying has come.

use std::io::{IsTerminal as _, stderr};
use std::time::Duration;

use crossgate_core::session::HashedSessionId;
use crossgate_core::time::{Clock as _, Timestamp};

use crate::system::SystemClock;

/// How often somebody at a terminal is told, and how often a log is.
const AT_TERMINAL: Duration = Duration::from_secs(1);
const IN_LOG: Duration = Duration::from_secs(10);

/// Tells how far it has come. Ids are hashes, so the last one says what share of all is behind it.
pub(super) struct Progress {
    is_terminal: bool,
    told_at: Timestamp,
    is_told: bool,
}

impl Progress {
    pub(super) fn start() -> Self {
        Self { is_terminal: stderr().is_terminal(), told_at: SystemClock.now(), is_told: false }
    }

    /// So many sessions were read, this one last.
    pub(super) fn at(&mut self, last: HashedSessionId, read: usize) {
        let period = if self.is_terminal { AT_TERMINAL } else { IN_LOG };
        if SystemClock.now().since(self.told_at) < period {
            return;
        }
        (self.told_at, self.is_told) = (SystemClock.now(), true);
        let (start, end) = if self.is_terminal { ("\r", "") } else { ("", "\n") };
        eprint!("{start}  sessions      {:3.0} %, {read} read{end}", percent(last));
    }

    /// The line is another one's from here on.
    pub(super) fn end(self) {
        if self.is_terminal && self.is_told {
            eprintln!();
        }
    }
}

fn percent(last: HashedSessionId) -> f64 {
    let [a, b, c, d, ..] = *last.as_bytes();
    f64::from(u32::from_be_bytes([a, b, c, d])) / f64::from(u32::MAX) * 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_id_says_how_far_it_is() {
        for (byte, expected) in [(0, 0.0), (0x80, 50.0), (0xff, 100.0)] {
            let percent = percent(HashedSessionId::from_bytes([byte; 32]));
            assert!((percent - expected).abs() < 0.5, "{byte}: {percent}");
        }
    }
}

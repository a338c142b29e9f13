//! Progress that a person can follow: `[2/6] installing the API … 3.1 s`.
use std::io::{Write, stdout};
use std::time::{Duration, Instant};

use anyhow::Result;

/// A numbered list of things to do.
pub(crate) struct Steps {
    total: usize,
    done: usize,
}

/// How much a step writes while it runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chatter {
    /// Nothing: its time follows on the same line.
    Silent,
    /// Lines of its own: its time comes on a line of its own, too.
    Talks,
}

impl Steps {
    pub(crate) fn new(total: usize) -> Self {
        Self { total, done: 0 }
    }

    /// Does one thing and prints how long it took.
    pub(crate) fn run<T>(
        &mut self,
        what: &str,
        chatter: Chatter,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        self.done += 1;
        let label = format!("[{}/{}] {what}", self.done, self.total);
        announce(&label, chatter);
        let start = Instant::now();
        let result = work();
        finish(&label, chatter, start.elapsed(), result.is_ok());
        result
    }
}

fn announce(label: &str, chatter: Chatter) {
    match chatter {
        Chatter::Silent => print!("{label} … "),
        Chatter::Talks => println!("{label} …"),
    }
    // An unwritten line is not worth failing for.
    stdout().flush().unwrap_or_default();
}

fn finish(label: &str, chatter: Chatter, took: Duration, is_ok: bool) {
    let outcome = if is_ok { seconds(took) } else { "failed".to_owned() };
    match chatter {
        Chatter::Silent => println!("{outcome}"),
        Chatter::Talks => println!("{label} … {outcome}"),
    }
}

/// `3.1 s`
pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

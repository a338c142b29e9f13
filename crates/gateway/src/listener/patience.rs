//! How long somebody may let us wait without anything happening.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

/// See the [module](self). Costs nothing until somebody lets us wait.
pub(super) struct Patience {
    limit: Duration,
    /// Made with the first wait, and used again.
    timer: Option<Pin<Box<Sleep>>>,
    is_waiting: bool,
}

impl Patience {
    pub(super) const fn new(limit: Duration) -> Self {
        Self { limit, timer: None, is_waiting: false }
    }

    /// Something happened: the next wait begins anew.
    pub(super) const fn renew(&mut self) {
        self.is_waiting = false;
    }

    /// To be called whenever there is nothing to do but wait; ready when it took too long.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(self.limit)));
        if !self.is_waiting {
            self.is_waiting = true;
            timer.as_mut().set(sleep(self.limit));
        }
        timer.as_mut().poll(cx)
    }
}

impl std::fmt::Debug for Patience {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Patience").field("limit", &self.limit).finish_non_exhaustive()
    }
}

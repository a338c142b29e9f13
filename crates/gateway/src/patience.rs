//! A limit on waiting that is seldom reached. To look at the clock costs less than to set a timer, so the timer is set
//! anew only when it goes off before its time.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// See the [module](self).
#[derive(Debug)]
pub(crate) struct Patience {
    ends_at: Instant,
    timer: Pin<Box<Sleep>>,
}

impl Patience {
    /// From now on, so long.
    pub(crate) fn new(limit: Duration) -> Self {
        let timer = Box::pin(sleep(limit));
        Self { ends_at: timer.deadline(), timer }
    }

    /// From now on again, so long.
    pub(crate) fn begin(&mut self, limit: Duration) {
        self.ends_at = Instant::now() + limit;
        if self.ends_at < self.timer.deadline() {
            self.timer.as_mut().reset(self.ends_at);
        }
    }

    /// Ready when it is at its end.
    pub(crate) fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            ready!(self.timer.as_mut().poll(cx));
            if self.timer.deadline() >= self.ends_at {
                return Poll::Ready(());
            }
            self.timer.as_mut().reset(self.ends_at);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    async fn ends_after(patience: &mut Patience) -> Duration {
        let start = Instant::now();
        poll_fn(|cx| patience.poll_end(cx)).await;
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_after_the_limit_wherever_it_began_again() {
        let mut patience = Patience::new(LIMIT);
        tokio::time::advance(LIMIT / 2).await;
        assert_eq!(ends_after(&mut patience).await, LIMIT / 2);
        patience.begin(LIMIT);
        assert_eq!(ends_after(&mut patience).await, LIMIT);
        patience.begin(LIMIT);
        tokio::time::advance(LIMIT / 2).await;
        patience.begin(LIMIT);
        assert_eq!(ends_after(&mut patience).await, LIMIT);
        patience.begin(LIMIT);
        patience.begin(LIMIT / 4);
        assert_eq!(ends_after(&mut patience).await, LIMIT / 4);
    }
}

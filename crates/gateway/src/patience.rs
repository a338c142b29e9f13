//! How long somebody may let us wait without anything happening.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// See the [module](self). Costs nothing until somebody lets us wait, and little then: to look at the clock costs less than
/// to set a timer, so the timer is set anew only when it goes off before its time.
#[derive(Debug)]
pub(crate) struct Patience {
    limit: Duration,
    /// While somebody lets us wait.
    ends_at: Option<Instant>,
    /// Made with the first wait, and used again.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    pub(crate) const fn new(limit: Duration) -> Self {
        Self { limit, ends_at: None, timer: None }
    }

    /// Something happened: the next wait begins anew.
    pub(crate) const fn renew(&mut self) {
        self.ends_at = None;
    }

    /// To be called whenever there is nothing to do but wait; ready when it took too long.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(self.limit)));
        let ends_at = *self.ends_at.get_or_insert_with(|| Instant::now() + self.limit);
        loop {
            ready!(timer.as_mut().poll(cx));
            if timer.deadline() >= ends_at {
                return Poll::Ready(());
            }
            timer.as_mut().reset(ends_at);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::time::advance;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    async fn lasts(patience: &mut Patience) -> Duration {
        let start = Instant::now();
        poll_fn(|cx| patience.poll(cx)).await;
        start.elapsed()
    }

    async fn waits_once(patience: &mut Patience) {
        assert!(poll_fn(|cx| Poll::Ready(patience.poll(cx))).await.is_pending());
    }

    #[tokio::test(start_paused = true)]
    async fn it_lasts_as_long_as_it_should_wherever_it_began_anew() {
        let mut patience = Patience::new(LIMIT);
        waits_once(&mut patience).await;
        advance(LIMIT / 2).await;
        assert_eq!(lasts(&mut patience).await, LIMIT / 2, "one wait, looked at twice");
        patience.renew();
        assert_eq!(lasts(&mut patience).await, LIMIT, "a timer that is over is set anew");
        patience.renew();
        waits_once(&mut patience).await;
        advance(LIMIT / 2).await;
        patience.renew();
        advance(LIMIT / 4).await;
        assert_eq!(lasts(&mut patience).await, LIMIT, "a timer that goes off early is set anew");
    }
}

//! Counting attempts.

use std::time::Duration;

use crossgate_core::time::Timestamp;
use crossgate_store::{AttemptCount, CounterName, StoreError, StoreFuture, ThrottleStore};
use redis::Value;

use crate::ValkeyStore;
use crate::keeper::Keeper;
use crate::link::Again;
use crate::values::{self, exactly, number};

impl ThrottleStore for ValkeyStore {
    fn count_attempt(
        &self,
        counters: Vec<CounterName>,
        window: Duration,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<AttemptCount>> {
        self.ask(move |keeper| async move { keeper.count(&counters, window, now).await })
    }

    fn refund_attempt(&self, counters: Vec<CounterName>) -> StoreFuture<'_, ()> {
        self.ask(move |keeper| async move { keeper.refund(&counters).await })
    }

    fn forget_attempts(&self, counters: Vec<CounterName>) -> StoreFuture<'_, ()> {
        self.ask(move |keeper| async move { keeper.forget_counters(&counters).await })
    }
}

impl Keeper {
    async fn count(
        &self,
        counters: &[CounterName],
        window: Duration,
        now: Timestamp,
    ) -> Result<Vec<AttemptCount>, StoreError> {
        if counters.is_empty() {
            return Ok(Vec::new());
        }
        let ends = now.after(window);
        let arguments =
            vec![values::time(ends).into(), values::time(now).into(), values::lifetime(ends, now)];
        let answer =
            self.run(&self.scripts.count, self.counters(counters), arguments, Again::Doubtful).await?;
        values::list(answer)?.into_iter().map(attempt_count).collect()
    }

    async fn refund(&self, counters: &[CounterName]) -> Result<(), StoreError> {
        if counters.is_empty() {
            return Ok(());
        }
        let keys = self.counters(counters);
        self.run(&self.scripts.refund, keys, Vec::new(), Again::Doubtful).await.map(drop)
    }

    async fn forget_counters(&self, counters: &[CounterName]) -> Result<(), StoreError> {
        if counters.is_empty() {
            return Ok(());
        }
        let mut command = redis::cmd("DEL");
        command.arg(self.counters(counters));
        self.write(command).await.map(drop)
    }

    fn counters(&self, counters: &[CounterName]) -> Vec<Vec<u8>> {
        counters.iter().map(|counter| self.names.counter(counter.as_bytes())).collect()
    }
}

fn attempt_count(answer: Value) -> Result<AttemptCount, StoreError> {
    let [count, ends] = exactly(answer)?;
    let count = u64::try_from(number(&count)?).map_err(|_| values::unexpected())?;
    Ok(AttemptCount { count, window_ends_at: values::time_of(&values::bytes(ends)?)? })
}

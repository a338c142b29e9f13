//! What became of sessions: a log per bucket, written by the scripts that change sessions.

use std::pin::Pin;

use crossgate_core::session::{EndReason, HashedSessionId};
use crossgate_store::{EventCursor, EventStore, Events, SessionEvent, StoreError, StoreFuture};
use futures_util::future::try_join_all;
use redis::Value;

use crate::ValkeyStore;
use crate::endings::Ending;
use crate::keeper::Keeper;
use crate::names::{BUCKETS, Bucket};
use crate::values;

/// No log is read further at once.
const MOST_AT_ONCE: usize = 100_000;

impl EventStore for ValkeyStore {
    fn newest_event(&self) -> StoreFuture<'_, EventCursor> {
        self.ask(|keeper| async move { keeper.newest_event().await })
    }

    fn events_after(&self, cursor: EventCursor, limit: usize) -> StoreFuture<'_, Events> {
        self.ask(move |keeper| async move { keeper.events_after(&cursor, limit).await })
    }

    fn woken(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(self.wakes.woken())
    }
}

/// An event as the log has it.
struct Noted {
    number: u64,
    event: SessionEvent,
    /// For an end.
    ending: Option<Ending>,
}

impl Keeper {
    async fn newest_event(&self) -> Result<EventCursor, StoreError> {
        let numbers = Bucket::all().map(async |bucket| {
            let mut command = redis::cmd("HGET");
            command.arg(self.names.of_bucket(bucket, "told")).arg("number");
            let number = values::some_bytes(self.read(command).await?)?;
            number.map_or(Ok(0), |number| values::decimal(&number))
        });
        try_join_all(numbers).await.map(EventCursor::of)
    }

    async fn events_after(&self, cursor: &EventCursor, limit: usize) -> Result<Events, StoreError> {
        if cursor.numbers().len() != usize::from(BUCKETS) {
            return self.incomplete().await;
        }
        let known = cursor.numbers().iter().copied();
        let reads = Bucket::all().zip(known).map(|(bucket, known)| self.log_after(bucket, known, limit));
        let Some(logs) = try_join_all(reads).await?.into_iter().collect::<Option<Vec<_>>>() else {
            return self.incomplete().await;
        };
        let (mut numbers, mut events) = (cursor.numbers().to_vec(), Vec::new());
        for (number, log) in numbers.iter_mut().zip(logs) {
            for noted in log.into_iter().take(limit.saturating_sub(events.len())) {
                *number = noted.number;
                self.remember(&noted);
                events.push(noted.event);
            }
        }
        Ok(Events { events, cursor: EventCursor::of(numbers), is_incomplete: false })
    }

    async fn incomplete(&self) -> Result<Events, StoreError> {
        Ok(Events { events: Vec::new(), cursor: self.newest_event().await?, is_incomplete: true })
    }

    /// What a log has after the event that is known; nothing at all where some is missing. The known event itself is
    /// read along: it is there, unless something after it was forgotten, or it is of another log.
    async fn log_after(
        &self,
        bucket: Bucket,
        known: u64,
        limit: usize,
    ) -> Result<Option<Vec<Noted>>, StoreError> {
        let mut command = redis::cmd("XRANGE");
        command.arg(self.names.of_bucket(bucket, "log")).arg(format!("{known}-0")).arg("+");
        command.arg("COUNT").arg(limit.min(MOST_AT_ONCE) + 1);
        let mut found = values::list(self.read(command).await?)?.into_iter().map(noted);
        if known == 0 {
            let log = found.collect::<Result<Vec<_>, _>>()?;
            return Ok(Some(log).filter(|log| log.first().is_none_or(|first| first.number == 1)));
        }
        if found.next().transpose()?.is_none_or(|first| first.number != known) {
            return Ok(None);
        }
        let log = found.collect::<Result<Vec<_>, _>>()?;
        let is_next = |first: &Noted| first.number == known.saturating_add(1);
        Ok(Some(log).filter(|log| log.first().is_none_or(is_next)))
    }

    fn remember(&self, noted: &Noted) {
        if let (SessionEvent::Ended { id, .. }, Some(ending)) = (noted.event, noted.ending) {
            self.endings.note(id, ending);
        }
    }
}

fn noted(entry: Value) -> Result<Noted, StoreError> {
    let [number, about] = values::exactly(entry)?;
    let number = values::bytes(number)?;
    let number = number.split(|byte| *byte == b'-').next().unwrap_or_default();
    let [_, id, what, value, _, at] = values::exactly(about)?.map(values::bytes);
    let (id, value, at) = (values::id_of(&id?)?, value?, at?);
    let (event, ending) = match what?.as_slice() {
        b"ended" => {
            let reason = reason(&value);
            (SessionEvent::Ended { id, reason }, Some(Ending { reason, now: values::time_of(&at)? }))
        }
        b"changed" => (changed(id, &value)?, None),
        _ => return Err(values::unexpected()),
    };
    Ok(Noted { number: values::decimal(number)?, event, ending })
}

fn changed(id: HashedSessionId, version: &[u8]) -> Result<SessionEvent, StoreError> {
    Ok(SessionEvent::Changed { id, version: values::decimal(version)? })
}

/// A newer Crossgate on the same servers may know more reasons. That the session ended is what counts.
fn reason(code: &[u8]) -> EndReason {
    let known = std::str::from_utf8(code).ok().and_then(EndReason::from_code);
    known.unwrap_or(EndReason::RevokedByOperator)
}

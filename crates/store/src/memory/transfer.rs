//! All that is kept in memory, for another store. There is one page.

use crossgate_core::session::EndedSession;
use crossgate_core::time::Timestamp;

use super::MemoryStore;
use super::session::Sessions;
use crate::{Page, PageMark, StoreFuture, TransferStore, UsedName};

impl Sessions {
    /// Whether a session of ours ended by it.
    fn take_over(&mut self, ended: EndedSession) -> bool {
        if self.end(ended.id, ended.reason, ended.ended_at).is_some() {
            return true;
        }
        self.ended.entry(ended.id).or_insert(ended);
        false
    }
}

impl TransferStore for MemoryStore {
    fn ended_page(&self, _after: Option<PageMark>) -> StoreFuture<'_, Page<EndedSession>> {
        self.with(|tables| Ok(Page { rows: tables.sessions.ended.values().cloned().collect(), next: None }))
    }

    fn used_page(&self, _after: Option<PageMark>, now: Timestamp) -> StoreFuture<'_, Page<UsedName>> {
        self.with(move |tables| {
            let names =
                tables.used_names.0.iter().map(|(name, until)| UsedName { name: *name, until: *until });
            Ok(Page { rows: names.filter(|used| used.until > now).collect(), next: None })
        })
    }

    fn take_over_ended(&self, batch: Vec<EndedSession>) -> StoreFuture<'_, usize> {
        self.with(|tables| {
            Ok(batch.into_iter().filter(|ended| tables.sessions.take_over(ended.clone())).count())
        })
    }
}

//! Taking what is kept to another store.

use crossgate_core::session::EndedSession;
use crossgate_core::time::Timestamp;
use crossgate_store::{Page, PageMark, StoreFuture, TransferStore, UsedName};

use super::{FaultyStore, Operation};

impl TransferStore for FaultyStore {
    fn ended_page(&self, after: Option<PageMark>) -> StoreFuture<'_, Page<EndedSession>> {
        self.pass(Operation::EndedPage, |store| store.ended_page(after))
    }

    fn used_page(&self, after: Option<PageMark>, now: Timestamp) -> StoreFuture<'_, Page<UsedName>> {
        self.pass(Operation::UsedPage, |store| store.used_page(after, now))
    }

    fn take_over_ended(&self, batch: Vec<EndedSession>) -> StoreFuture<'_, usize> {
        self.pass(Operation::TakeOverEnded, |store| store.take_over_ended(batch))
    }
}

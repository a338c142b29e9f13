//! What is kept here, for another store.

use crossgate_core::session::EndedSession;
use crossgate_core::time::Timestamp;
use crossgate_store::{Page, PageMark, StoreError, StoreFuture, TransferStore, UsedName};

use crate::ValkeyStore;

fn not_offered<T>() -> Result<T, StoreError> {
    Err(StoreError::unavailable("this store does not take over or give away what is not a session yet"))
}

impl TransferStore for ValkeyStore {
    fn ended_page(&self, _after: Option<PageMark>) -> StoreFuture<'_, Page<EndedSession>> {
        Box::pin(async { not_offered() })
    }

    fn used_page(&self, _after: Option<PageMark>, _now: Timestamp) -> StoreFuture<'_, Page<UsedName>> {
        Box::pin(async { not_offered() })
    }

    fn take_over_ended(&self, _batch: Vec<EndedSession>) -> StoreFuture<'_, usize> {
        Box::pin(async { not_offered() })
    }
}

//! The part of the port that takes what is kept here to another store. Sessions and signing keys need nothing more
//! than the other parts.

use crossgate_core::session::EndedSession;
use crossgate_core::time::Timestamp;

use crate::{StoreFuture, UseName};

/// Where a page ended. Means something only to the store that gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageMark(Vec<u8>);

impl PageMark {
    /// From whatever lets the store go on.
    #[must_use]
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// For the store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Some of many rows, in the store's own order. A row that was there all the time is on one of the pages at least.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows; there may be none although there are further pages.
    pub rows: Vec<T>,
    /// Where the next page begins; `None` after the last one.
    pub next: Option<PageMark>,
}

impl<T> Page<T> {
    /// Of a store that reads rows in the order of a key: a page that is full may have a next one, which begins after
    /// the key of its last row.
    pub fn of_ordered(rows: Vec<T>, limit: usize, key: impl Fn(&T) -> Vec<u8>) -> Self {
        let next = if rows.len() < limit { None } else { rows.last().map(|row| PageMark::new(key(row))) };
        Self { rows, next }
    }
}

/// What was used, and until when that is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct UsedName {
    /// The name.
    pub name: UseName,
    /// Until when.
    pub until: Timestamp,
}

/// How what is kept gets from one store to another.
pub trait TransferStore: Send + Sync {
    /// Why sessions ended, page by page; `None` begins.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn ended_page(&self, after: Option<PageMark>) -> StoreFuture<'_, Page<EndedSession>>;

    /// The used names that are still remembered at `now`, page by page; `None` begins.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn used_page(&self, after: Option<PageMark>, now: Timestamp) -> StoreFuture<'_, Page<UsedName>>;

    /// Remembers that sessions of another store ended, and why. Those of them that live here end here, and everybody
    /// is told. Gives how many did. Where it was known already that one ended, that stays. Durable when it resolves.
    ///
    /// # Errors
    /// When the store cannot write; some of them may be taken over then. To be called again with the same.
    fn take_over_ended(&self, batch: Vec<EndedSession>) -> StoreFuture<'_, usize>;
}

//! Names that were used, in memory.

use std::collections::HashMap;

use crossgate_core::time::Timestamp;

use super::MemoryStore;
use crate::{FirstUse, ReplayStore, StoreFuture, UseName};

#[derive(Debug, Default)]
pub(super) struct UsedNames(pub(super) HashMap<UseName, Timestamp>);

impl UsedNames {
    fn use_once(&mut self, name: UseName, until: Timestamp, now: Timestamp) -> FirstUse {
        // What has ended may be used again, and must not pile up.
        self.0.retain(|_, until| *until > now);
        if self.0.contains_key(&name) {
            return FirstUse::No;
        }
        self.0.insert(name, until);
        FirstUse::Yes
    }

    fn was_used(&self, name: UseName, now: Timestamp) -> bool {
        self.0.get(&name).is_some_and(|until| *until > now)
    }
}

impl ReplayStore for MemoryStore {
    fn use_once(&self, name: UseName, until: Timestamp, now: Timestamp) -> StoreFuture<'_, FirstUse> {
        self.with(move |tables| Ok(tables.used_names.use_once(name, until, now)))
    }

    fn was_used(&self, name: UseName, now: Timestamp) -> StoreFuture<'_, bool> {
        self.with(move |tables| Ok(tables.used_names.was_used(name, now)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_whose_time_has_passed_do_not_pile_up() {
        let mut names = UsedNames::default();
        for number in 0..100 {
            let (now, until) = (Timestamp::from_seconds(number), Timestamp::from_seconds(number + 10));
            let name = UseName::from_bytes([u8::try_from(number).unwrap(); 32]);
            assert_eq!(names.use_once(name, until, now), FirstUse::Yes);
        }
        assert_eq!(names.0.len(), 10);
    }
}

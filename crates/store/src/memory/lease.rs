//! Leases in memory.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crossgate_core::time::Timestamp;

use super::MemoryStore;
use crate::{
    ABANDONED_LEASE_RETENTION, LONGEST_LEASE, LeaseAnswer, LeaseName, LeaseOwner, LeaseStore, StoreFuture,
};

#[derive(Debug, Default)]
pub(super) struct Leases(HashMap<LeaseName, Lease>);

/// A lease that was taken and not given back.
#[derive(Debug)]
struct Lease {
    /// Nobody where it was abandoned.
    owner: Option<LeaseOwner>,
    until: Timestamp,
    was_abandoned: bool,
}

impl Leases {
    fn take(&mut self, name: LeaseName, owner: LeaseOwner, until: Timestamp, now: Timestamp) -> LeaseAnswer {
        let lease = match self.0.entry(name) {
            Entry::Vacant(free) => free.insert(Lease { owner: Some(owner), until, was_abandoned: false }),
            Entry::Occupied(taken) => taken.into_mut(),
        };
        match lease.owner {
            Some(holder) if holder == owner => lease.until = lease.until.max(until),
            Some(_) if lease.until > now && lease.until <= now.after(LONGEST_LEASE) => {
                return LeaseAnswer::Held { until: lease.until };
            }
            Some(_) | None => *lease = Lease { owner: Some(owner), until, was_abandoned: true },
        }
        LeaseAnswer::Taken { was_abandoned: lease.was_abandoned }
    }

    fn of(&mut self, name: LeaseName, owner: LeaseOwner) -> Option<&mut Lease> {
        self.0.get_mut(&name).filter(|lease| lease.owner == Some(owner))
    }

    fn renew(&mut self, name: LeaseName, owner: LeaseOwner, until: Timestamp) -> bool {
        let own = self.of(name, owner);
        own.map(|lease| lease.until = lease.until.max(until)).is_some()
    }

    fn give_back(&mut self, name: LeaseName, owner: LeaseOwner) {
        if self.of(name, owner).is_some() {
            self.0.remove(&name);
        }
    }

    fn abandon(&mut self, name: LeaseName, owner: LeaseOwner, now: Timestamp) {
        if let Some(lease) = self.of(name, owner) {
            *lease = Lease { owner: None, until: now, was_abandoned: true };
        }
    }

    /// Forgets leases that nobody cared about for long.
    pub(super) fn forget(&mut self, now: Timestamp) {
        self.0.retain(|_, lease| lease.until > now.before(ABANDONED_LEASE_RETENTION));
    }
}

impl LeaseStore for MemoryStore {
    fn take_lease(
        &self,
        name: LeaseName,
        owner: LeaseOwner,
        until: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'_, LeaseAnswer> {
        self.with(move |tables| Ok(tables.leases.take(name, owner, until, now)))
    }

    fn renew_lease(&self, name: LeaseName, owner: LeaseOwner, until: Timestamp) -> StoreFuture<'_, bool> {
        self.with(move |tables| Ok(tables.leases.renew(name, owner, until)))
    }

    fn give_back_lease(&self, name: LeaseName, owner: LeaseOwner) -> StoreFuture<'_, ()> {
        self.with(move |tables| {
            tables.leases.give_back(name, owner);
            Ok(())
        })
    }

    fn abandon_lease(&self, name: LeaseName, owner: LeaseOwner, now: Timestamp) -> StoreFuture<'_, ()> {
        self.with(move |tables| {
            tables.leases.abandon(name, owner, now);
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leases_that_were_abandoned_long_ago_do_not_pile_up() {
        let mut leases = Leases::default();
        let owner = LeaseOwner::from_bytes([1; 16]);
        let [start, end] = [0, 10].map(Timestamp::from_seconds);
        for number in 0..100 {
            let taken = leases.take(LeaseName::from_bytes([number; 32]), owner, end, start);
            assert_eq!(taken, LeaseAnswer::Taken { was_abandoned: false });
        }
        leases.abandon(LeaseName::from_bytes([0; 32]), owner, start);
        leases.forget(start.after(ABANDONED_LEASE_RETENTION));
        assert_eq!(leases.0.len(), 99);
        leases.forget(end.after(ABANDONED_LEASE_RETENTION));
        assert!(leases.0.is_empty());
    }
}

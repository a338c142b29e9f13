//! Leases.

use std::time::Duration;

use crossgate_core::time::Timestamp;
use crossgate_store::{
    ABANDONED_LEASE_RETENTION, LONGEST_LEASE, LeaseAnswer, LeaseName, LeaseOwner, LeaseStore, StoreError,
    StoreFuture,
};

use crate::ValkeyStore;
use crate::keeper::Keeper;
use crate::link::Again;
use crate::values::{self, SLACK, byte_list};

/// When the server forgets a lease that nobody cares about: later than anybody would still want to know of it.
const LIFETIME: Duration = LONGEST_LEASE.saturating_add(ABANDONED_LEASE_RETENTION).saturating_add(SLACK);

impl LeaseStore for ValkeyStore {
    fn take_lease(
        &self,
        name: LeaseName,
        owner: LeaseOwner,
        until: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'_, LeaseAnswer> {
        self.ask(move |keeper| async move { keeper.take_lease(name, owner, until, now).await })
    }

    fn renew_lease(&self, name: LeaseName, owner: LeaseOwner, until: Timestamp) -> StoreFuture<'_, bool> {
        self.ask(move |keeper| async move { keeper.renew_lease(name, owner, until).await })
    }

    fn give_back_lease(&self, name: LeaseName, owner: LeaseOwner) -> StoreFuture<'_, ()> {
        self.ask(move |keeper| async move { keeper.leave_lease(name, owner, None).await })
    }

    fn abandon_lease(&self, name: LeaseName, owner: LeaseOwner, now: Timestamp) -> StoreFuture<'_, ()> {
        self.ask(move |keeper| async move { keeper.leave_lease(name, owner, Some(now)).await })
    }
}

impl Keeper {
    async fn take_lease(
        &self,
        name: LeaseName,
        owner: LeaseOwner,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<LeaseAnswer, StoreError> {
        let times = [until, now, now.after(LONGEST_LEASE), now.before(ABANDONED_LEASE_RETENTION)];
        let mut arguments = vec![owner.as_bytes().to_vec()];
        arguments.extend(times.map(|time| values::time(time).to_vec()));
        arguments.push(lifetime());
        let answer = self.run(&self.scripts.take_lease, self.lease(name), arguments, Again::Harmless).await?;
        match byte_list(answer)?.as_slice() {
            [taken, was_abandoned] if taken == b"taken" => {
                Ok(LeaseAnswer::Taken { was_abandoned: was_abandoned == b"1" })
            }
            [_, until] => Ok(LeaseAnswer::Held { until: values::time_of(until)? }),
            _ => Err(values::unexpected()),
        }
    }

    async fn renew_lease(
        &self,
        name: LeaseName,
        owner: LeaseOwner,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let arguments = vec![owner.as_bytes().to_vec(), values::time(until).into(), lifetime()];
        let renewed =
            self.run(&self.scripts.renew_lease, self.lease(name), arguments, Again::Harmless).await?;
        Ok(values::number(&renewed)? == 1)
    }

    async fn leave_lease(
        &self,
        name: LeaseName,
        owner: LeaseOwner,
        abandoned_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let when = abandoned_at.map_or_else(Vec::new, |now| values::time(now).into());
        let arguments = vec![owner.as_bytes().to_vec(), when];
        self.run(&self.scripts.leave_lease, self.lease(name), arguments, Again::Harmless).await.map(drop)
    }

    fn lease(&self, name: LeaseName) -> Vec<Vec<u8>> {
        vec![self.names.alone("lease", name.as_bytes())]
    }
}

fn lifetime() -> Vec<u8> {
    LIFETIME.as_millis().to_string().into_bytes()
}

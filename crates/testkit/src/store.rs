//! A store that fails on command.

mod operation;
mod transfer;

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crossgate_core::identity::Subject;
use crossgate_core::session::{
    EndReason, EndedSession, HashedSessionId, SessionHandle, SessionLifetimes, SessionRecord,
};
use crossgate_core::time::Timestamp;
use crossgate_store::{
    Activity, AttemptCount, CounterName, EndOutcome, EventCursor, EventStore, Events, FirstUse, KeyStore,
    LeaseAnswer, LeaseName, LeaseOwner, LeaseStore, NewSession, ProviderSelector, ReplaceOutcome,
    ReplayStore, SessionStore, Store, StoreError, StoreFuture, StoredKey, ThrottleStore, UseName,
};
use tokio::sync::watch;

use crate::nth::Nth;

pub use operation::Operation;

#[derive(Debug, Clone, Copy)]
enum Fault {
    Away,
    Damaged,
}

/// Passes everything on to another store, until it is told to fail.
pub struct FaultyStore {
    inner: Arc<dyn Store>,
    /// Which of all calls fails, whatever it asks for.
    nth: Nth,
    state: Mutex<State>,
    holds: watch::Sender<bool>,
}

#[derive(Default)]
struct State {
    everything_away: bool,
    faults: HashMap<Operation, Fault>,
    calls: HashMap<Operation, usize>,
    misses_events: bool,
    held_next: Option<Operation>,
}

impl FaultyStore {
    /// Around a store that works.
    #[must_use]
    pub fn new(inner: Arc<dyn Store>) -> Self {
        Self::with_faults(inner, Nth::default())
    }

    /// Around a store that works, but for these calls.
    #[must_use]
    pub fn with_faults(inner: Arc<dyn Store>, nth: Nth) -> Self {
        Self { inner, nth, state: Mutex::default(), holds: watch::Sender::default() }
    }

    /// From now on nothing works.
    pub fn go_away(&self) {
        self.state.lock().unwrap().everything_away = true;
    }

    /// From now on this does not work.
    pub fn fail(&self, operation: Operation) {
        self.state.lock().unwrap().faults.insert(operation, Fault::Away);
    }

    /// From now on this finds rows that fit nothing.
    pub fn damage(&self, operation: Operation) {
        self.state.lock().unwrap().faults.insert(operation, Fault::Damaged);
    }

    /// Whoever asks next what happened hears that it was forgotten.
    pub fn forget_events(&self) {
        self.state.lock().unwrap().misses_events = true;
    }

    /// Everything works again.
    pub fn heal(&self) {
        let mut state = self.state.lock().unwrap();
        state.everything_away = false;
        state.faults.clear();
    }

    /// The next of these is done, but nobody is told what came of it before [`let_go`](Self::let_go).
    pub fn hold_next(&self, operation: Operation) {
        self.state.lock().unwrap().held_next = Some(operation);
        self.holds.send_replace(true);
    }

    /// Tells what came of it.
    pub fn let_go(&self) {
        self.holds.send_replace(false);
    }

    /// How often this was asked for.
    #[must_use]
    pub fn calls(&self, operation: Operation) -> usize {
        self.state.lock().unwrap().calls.get(&operation).copied().unwrap_or(0)
    }

    fn pass<'a, T: Send + 'a>(
        &'a self,
        operation: Operation,
        work: impl FnOnce(&'a dyn Store) -> StoreFuture<'a, T>,
    ) -> StoreFuture<'a, T> {
        let mut state = self.state.lock().unwrap();
        *state.calls.entry(operation).or_default() += 1;
        let fault = state.faults.get(&operation).copied();
        let is_away = self.nth.is_due() || state.everything_away;
        let error = match fault.or_else(|| is_away.then_some(Fault::Away)) {
            None => return work(&*self.inner),
            Some(Fault::Away) => StoreError::unavailable("told to fail"),
            Some(Fault::Damaged) => StoreError::damaged("told to find damage"),
        };
        Box::pin(async move { Err(error) })
    }

    fn held<'a, T: Send + 'a>(&self, operation: Operation, work: StoreFuture<'a, T>) -> StoreFuture<'a, T> {
        let is_held = self.state.lock().unwrap().held_next.take_if(|held| *held == operation).is_some();
        let mut holds = self.holds.subscribe();
        Box::pin(async move {
            let outcome = work.await;
            if is_held {
                holds.wait_for(|holds| !holds).await.unwrap();
            }
            outcome
        })
    }
}

impl SessionStore for FaultyStore {
    fn create(&self, new: NewSession) -> StoreFuture<'_, ()> {
        self.pass(Operation::Create, |store| store.create(new))
    }

    fn load(&self, id: HashedSessionId) -> StoreFuture<'_, Option<SessionRecord>> {
        self.held(Operation::Load, self.pass(Operation::Load, |store| store.load(id)))
    }

    fn replace_content(
        &self,
        id: HashedSessionId,
        version: u64,
        sealed: Vec<u8>,
    ) -> StoreFuture<'_, ReplaceOutcome> {
        let replacing =
            self.pass(Operation::ReplaceContent, |store| store.replace_content(id, version, sealed));
        self.held(Operation::ReplaceContent, replacing)
    }

    fn touch(&self, batch: Vec<Activity>) -> StoreFuture<'_, ()> {
        self.pass(Operation::Touch, |store| store.touch(batch))
    }

    fn end(
        &self,
        id: HashedSessionId,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Option<EndedSession>> {
        self.pass(Operation::End, |store| store.end(id, reason, now))
    }

    fn end_unchanged(
        &self,
        id: HashedSessionId,
        version: u64,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, EndOutcome> {
        self.pass(Operation::End, |store| store.end_unchanged(id, version, reason, now))
    }

    fn end_all_of(
        &self,
        subject: Subject,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<EndedSession>> {
        self.pass(Operation::EndAllOf, |store| store.end_all_of(subject, reason, now))
    }

    fn end_all_of_provider(
        &self,
        key: ProviderSelector,
        reason: EndReason,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<EndedSession>> {
        self.pass(Operation::EndAllOfProvider, |store| store.end_all_of_provider(key, reason, now))
    }

    fn end_all_before(
        &self,
        created_before: Timestamp,
        reason: EndReason,
        now: Timestamp,
        limit: usize,
    ) -> StoreFuture<'_, Vec<EndedSession>> {
        self.pass(Operation::EndAllBefore, |store| store.end_all_before(created_before, reason, now, limit))
    }

    fn list(&self, subject: Subject) -> StoreFuture<'_, Vec<SessionRecord>> {
        self.pass(Operation::List, |store| store.list(subject))
    }

    fn end_expired(
        &self,
        lifetimes: SessionLifetimes,
        now: Timestamp,
        limit: usize,
    ) -> StoreFuture<'_, Vec<EndedSession>> {
        self.pass(Operation::EndExpired, |store| store.end_expired(lifetimes, now, limit))
    }

    fn ended(&self, id: HashedSessionId) -> StoreFuture<'_, Option<EndedSession>> {
        self.pass(Operation::Ended, |store| store.ended(id))
    }

    fn load_by_handle(&self, handle: SessionHandle) -> StoreFuture<'_, Option<SessionRecord>> {
        self.pass(Operation::LoadByHandle, |store| store.load_by_handle(handle))
    }

    fn ended_by_handle(&self, handle: SessionHandle) -> StoreFuture<'_, Option<EndedSession>> {
        self.pass(Operation::EndedByHandle, |store| store.ended_by_handle(handle))
    }

    fn list_all(&self, after: Option<HashedSessionId>, limit: usize) -> StoreFuture<'_, Vec<SessionRecord>> {
        self.pass(Operation::ListAll, |store| store.list_all(after, limit))
    }
}

impl ThrottleStore for FaultyStore {
    fn count_attempt(
        &self,
        counters: Vec<CounterName>,
        window: Duration,
        now: Timestamp,
    ) -> StoreFuture<'_, Vec<AttemptCount>> {
        self.pass(Operation::CountAttempt, |store| store.count_attempt(counters, window, now))
    }

    fn refund_attempt(&self, counters: Vec<CounterName>) -> StoreFuture<'_, ()> {
        self.pass(Operation::RefundAttempt, |store| store.refund_attempt(counters))
    }

    fn forget_attempts(&self, counters: Vec<CounterName>) -> StoreFuture<'_, ()> {
        self.pass(Operation::ForgetAttempts, |store| store.forget_attempts(counters))
    }
}

impl KeyStore for FaultyStore {
    fn load_keys(&self) -> StoreFuture<'_, Vec<StoredKey>> {
        self.pass(Operation::Keys, KeyStore::load_keys)
    }

    fn add_first_key(&self, key: StoredKey) -> StoreFuture<'_, Vec<StoredKey>> {
        self.pass(Operation::Keys, |store| store.add_first_key(key))
    }

    fn add_key_after(&self, newest_id: String, key: StoredKey) -> StoreFuture<'_, Vec<StoredKey>> {
        self.pass(Operation::AddKey, |store| store.add_key_after(newest_id, key))
    }

    fn reseal_key(&self, id: String, sealed: Vec<u8>) -> StoreFuture<'_, bool> {
        self.pass(Operation::ResealKey, |store| store.reseal_key(id, sealed))
    }

    fn remove_key(&self, id: String) -> StoreFuture<'_, bool> {
        self.pass(Operation::RemoveKey, |store| store.remove_key(id))
    }
}

impl ReplayStore for FaultyStore {
    fn use_once(&self, name: UseName, until: Timestamp, now: Timestamp) -> StoreFuture<'_, FirstUse> {
        self.pass(Operation::UseOnce, |store| store.use_once(name, until, now))
    }

    fn was_used(&self, name: UseName, now: Timestamp) -> StoreFuture<'_, bool> {
        self.pass(Operation::WasUsed, |store| store.was_used(name, now))
    }
}

impl LeaseStore for FaultyStore {
    fn take_lease(
        &self,
        name: LeaseName,
        owner: LeaseOwner,
        until: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'_, LeaseAnswer> {
        self.pass(Operation::TakeLease, |store| store.take_lease(name, owner, until, now))
    }

    fn renew_lease(&self, name: LeaseName, owner: LeaseOwner, until: Timestamp) -> StoreFuture<'_, bool> {
        self.pass(Operation::RenewLease, |store| store.renew_lease(name, owner, until))
    }

    fn give_back_lease(&self, name: LeaseName, owner: LeaseOwner) -> StoreFuture<'_, ()> {
        self.pass(Operation::GiveBackLease, |store| store.give_back_lease(name, owner))
    }

    fn abandon_lease(&self, name: LeaseName, owner: LeaseOwner, now: Timestamp) -> StoreFuture<'_, ()> {
        self.pass(Operation::AbandonLease, |store| store.abandon_lease(name, owner, now))
    }
}

impl EventStore for FaultyStore {
    fn newest_event(&self) -> StoreFuture<'_, EventCursor> {
        self.pass(Operation::NewestEvent, EventStore::newest_event)
    }

    fn events_after(&self, cursor: EventCursor, limit: usize) -> StoreFuture<'_, Events> {
        if !std::mem::take(&mut self.state.lock().unwrap().misses_events) {
            return self.pass(Operation::EventsAfter, |store| store.events_after(cursor, limit));
        }
        Box::pin(async {
            let cursor = self.inner.newest_event().await?;
            Ok(Events { events: Vec::new(), cursor, is_incomplete: true })
        })
    }

    fn woken(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.inner.woken()
    }
}

impl Store for FaultyStore {
    fn check(&self) -> StoreFuture<'_, ()> {
        self.held(Operation::Check, self.pass(Operation::Check, Store::check))
    }

    fn time(&self) -> StoreFuture<'_, Option<Timestamp>> {
        self.inner.time()
    }
}

//! Something fetched from a provider, for everybody who needs it: one fetch at a time, and nobody waits for it who has
//! an older value to go on with.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crossgate_core::time::Timestamp;
use crossgate_oidc::remembered::{Freshness, Remembered, RememberedRules};

use super::ProviderFault;

/// See the [module](self).
pub(super) struct Slot<T> {
    remembered: Mutex<Remembered<Arc<T>>>,
    fetching: tokio::sync::Mutex<()>,
    /// Grows with every fetch that ended, well or not: whoever waited for one does not make another.
    fetches: AtomicU64,
}

impl<T> Slot<T> {
    pub(super) fn new(rules: RememberedRules) -> Self {
        Self {
            remembered: Mutex::new(Remembered::new(rules)),
            fetching: tokio::sync::Mutex::default(),
            fetches: AtomicU64::new(0),
        }
    }

    /// The value, fetched where there is none that is fresh.
    pub(super) async fn recall(
        &self,
        now: Timestamp,
        fetch: impl Future<Output = Result<T, ProviderFault>>,
    ) -> Result<Arc<T>, ProviderFault> {
        if let Freshness::Fresh(value) = self.remembered().get(now) {
            return Ok(Arc::clone(value));
        }
        let fetches = self.fetches();
        let _turn = match (self.fetching.try_lock(), self.usable(now)) {
            (Ok(turn), _) => turn,
            (Err(_), Some(old)) => return Ok(old),
            (Err(_), None) => self.fetching.lock().await,
        };
        let may_fetch = self.remembered().may_fetch(now);
        self.refresh(may_fetch && self.fetches() == fetches, now, fetch).await
    }

    /// The value, fetched although there may be a fresh one, if the last fetch was long enough ago.
    pub(super) async fn recall_anew(
        &self,
        now: Timestamp,
        fetch: impl Future<Output = Result<T, ProviderFault>>,
    ) -> Result<Arc<T>, ProviderFault> {
        let fetches = self.fetches();
        let _turn = self.fetching.lock().await;
        let may_fetch = self.remembered().may_refetch_early(now);
        self.refresh(may_fetch && self.fetches() == fetches, now, fetch).await
    }

    async fn refresh(
        &self,
        is_wanted: bool,
        now: Timestamp,
        fetch: impl Future<Output = Result<T, ProviderFault>>,
    ) -> Result<Arc<T>, ProviderFault> {
        let fetched =
            if is_wanted { fetch.await } else { return self.usable(now).ok_or(ProviderFault::Pausing) };
        self.fetches.fetch_add(1, Ordering::AcqRel);
        match fetched {
            Ok(value) => {
                let value = Arc::new(value);
                self.remembered().store(Arc::clone(&value), now);
                Ok(value)
            }
            Err(fault) => {
                self.remembered().failed(now);
                self.usable(now).ok_or(fault)
            }
        }
    }

    fn fetches(&self) -> u64 {
        self.fetches.load(Ordering::Acquire)
    }

    fn usable(&self, now: Timestamp) -> Option<Arc<T>> {
        self.remembered().get(now).usable().cloned()
    }

    /// What a panic left behind is whole: a value is put in or not.
    fn remembered(&self) -> MutexGuard<'_, Remembered<Arc<T>>> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! Keeps the signing keys: reads again what others did to them, makes the next one in time, removes what retired, and
//! seals again what only an older `secret` opens.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use crossgate_core::entropy::Entropy;
use crossgate_core::seal::Sealer;
use crossgate_core::signing_keys::{SigningKeySettings, may_sign};
use crossgate_core::time::Timestamp;
use crossgate_store::{Store, StoredKey};

use super::keys::{KeyFault, make};
use super::opened::{OpenedKey, Usable, open_all, schedule_of};
use super::ring::KeyRing;

/// See the [module](self).
pub(crate) struct KeyKeeper {
    store: Arc<dyn Store>,
    sealer: Sealer,
    entropy: Arc<dyn Entropy>,
    settings: SigningKeySettings,
    ring: RwLock<Arc<KeyRing>>,
    /// When the ring was read, in milliseconds: requests look here.
    read_at: AtomicI64,
    /// One at a time: what was read first must not take the place of what was read later.
    tending: tokio::sync::Mutex<()>,
    /// Keys that cannot be used and of which the operator has been told.
    reported: Mutex<BTreeSet<String>>,
}

impl KeyKeeper {
    /// Loads the keys, or makes the first one.
    ///
    /// # Errors
    /// When there is no key that can be used. Whatever else goes wrong is tried again later.
    pub(crate) async fn start(
        store: Arc<dyn Store>,
        sealer: Sealer,
        entropy: Arc<dyn Entropy>,
        settings: SigningKeySettings,
        now: Timestamp,
    ) -> Result<Self, KeyFault> {
        let keeper = Self {
            store,
            sealer,
            entropy,
            settings,
            ring: RwLock::new(Arc::new(KeyRing::empty())),
            read_at: AtomicI64::new(i64::MIN),
            tending: tokio::sync::Mutex::default(),
            reported: Mutex::default(),
        };
        match keeper.tend(now).await {
            Err(fault) if keeper.ring().is_empty() => return Err(fault),
            Err(fault) => {
                tracing::warn!(target: "crossgate::keys", "signing keys will be tended later: {fault}")
            }
            Ok(()) => {}
        }
        Ok(keeper)
    }

    /// The keys as they were read last.
    pub(crate) fn ring(&self) -> Arc<KeyRing> {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&ring)
    }

    /// Everything that the [module](self) says; to be called every few seconds.
    ///
    /// # Errors
    /// When something could not be done. What was known stays known, and the next call tries again.
    pub(crate) async fn tend(&self, now: Timestamp) -> Result<(), KeyFault> {
        let _alone = self.tending.lock().await;
        self.tend_alone(now).await
    }

    /// Reads the keys again where they are too old to sign: nobody tended them for long, as when the machine slept.
    pub(crate) async fn catch_up(&self, now: Timestamp) {
        if self.is_current(now) {
            return;
        }
        Box::pin(self.catch_up_alone(now)).await;
    }

    async fn catch_up_alone(&self, now: Timestamp) {
        let _alone = self.tending.lock().await;
        if !self.is_current(now)
            && let Err(fault) = self.tend_alone(now).await
        {
            tracing::debug!(target: "crossgate::keys", "the signing keys stay as they are: {fault}");
        }
    }

    fn is_current(&self, now: Timestamp) -> bool {
        may_sign(Timestamp::from_millis(self.read_at.load(Ordering::Acquire)), now)
    }

    async fn tend_alone(&self, now: Timestamp) -> Result<(), KeyFault> {
        let keys = self.read(now).await?;
        let (keys, rotated) = self.rotate(keys, now).await;
        self.keep(&keys, now)?;
        rotated?;
        self.remove_retired(&keys, now).await?;
        self.seal_again(&keys).await
    }

    /// All keys; there is at least one.
    async fn read(&self, now: Timestamp) -> Result<Vec<OpenedKey>, KeyFault> {
        let keys = self.open(self.store.load_keys().await?);
        if !keys.is_empty() {
            return Ok(keys);
        }
        let first = make(&self.sealer, &*self.entropy, now)?;
        Ok(self.open(self.store.add_first_key(first).await?))
    }

    /// Opens keys. One that is known and does not open any more stays known: its secret was changed elsewhere.
    fn open(&self, stored: Vec<StoredKey>) -> Vec<OpenedKey> {
        let known = self.ring();
        let mut keys = open_all(stored, &self.sealer);
        for OpenedKey { stored, outcome } in &mut keys {
            if let Err(fault) = outcome {
                self.report(&stored.id, fault);
                if let Some(key) = known.known(&stored.id) {
                    *outcome = Ok(Usable { key: Arc::clone(key), by_older_secret: false });
                }
            }
        }
        keys
    }

    /// The operator is told once.
    fn report(&self, id: &str, fault: &KeyFault) {
        if self.reported.lock().is_ok_and(|mut reported| reported.insert(id.to_owned())) {
            tracing::error!(target: "crossgate::keys", key = id, "a signing key cannot be used: {fault}");
        }
    }

    /// Makes the next key, if it is time for one. Where that fails, those that are there are good all the same.
    async fn rotate(&self, keys: Vec<OpenedKey>, now: Timestamp) -> (Vec<OpenedKey>, Result<(), KeyFault>) {
        let newest_usable = keys.iter().rfind(|key| key.outcome.is_ok());
        let is_due = newest_usable.is_some_and(|key| self.settings.is_due(key.stored.created_at, now));
        match keys.last().filter(|_| is_due) {
            None => (keys, Ok(())),
            Some(newest) => match self.add_after(newest, now).await {
                Ok(more) => (more, Ok(())),
                Err(fault) => (keys, Err(fault)),
            },
        }
    }

    async fn add_after(&self, newest: &OpenedKey, now: Timestamp) -> Result<Vec<OpenedKey>, KeyFault> {
        let made = made_after(newest.stored.created_at, now);
        let next = make(&self.sealer, &*self.entropy, made)?;
        let id = next.id.clone();
        let stored = self.store.add_key_after(newest.stored.id.clone(), next).await?;
        if stored.iter().any(|key| key.id == id) {
            tracing::info!(target: "crossgate::keys", key = id, "a signing key was made; it signs in ten minutes");
        }
        Ok(self.open(stored))
    }

    fn keep(&self, keys: &[OpenedKey], now: Timestamp) -> Result<(), KeyFault> {
        let ring = KeyRing::new(keys, now);
        if ring.is_empty() {
            return Err(KeyFault::NoneUsable);
        }
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
        self.read_at.store(now.as_millis(), Ordering::Release);
        Ok(())
    }

    async fn remove_retired(&self, keys: &[OpenedKey], now: Timestamp) -> Result<(), KeyFault> {
        let schedule = schedule_of(keys);
        for OpenedKey { stored, .. } in
            keys.iter().filter(|key| schedule.is_retired(key.stored.created_at, now))
        {
            if self.store.remove_key(stored.id.clone()).await? {
                tracing::info!(target: "crossgate::keys", key = stored.id, "a signing key retired");
            }
        }
        Ok(())
    }

    async fn seal_again(&self, keys: &[OpenedKey]) -> Result<(), KeyFault> {
        let of_older = |key: &&OpenedKey| key.outcome.as_ref().is_ok_and(|usable| usable.by_older_secret);
        for OpenedKey { stored, .. } in keys.iter().filter(of_older) {
            let opened = self.sealer.open_and_tell(&stored.sealed, stored.id.as_bytes())?;
            let sealed = self.sealer.seal(&opened.plain, stored.id.as_bytes(), &*self.entropy)?;
            if self.store.reseal_key(stored.id.clone(), sealed).await? {
                tracing::info!(target: "crossgate::keys", key = stored.id, "a signing key was sealed under the first secret");
            }
        }
        Ok(())
    }
}

/// Not the clock alone says when a key was made: it is always younger than the one before.
pub(super) fn made_after(newest: Timestamp, now: Timestamp) -> Timestamp {
    now.max(newest.after(Duration::from_millis(1)))
}

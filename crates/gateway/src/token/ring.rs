//! The keys that this process knows, as they were when it read them.

use std::sync::Arc;

use crossgate_core::signing_keys::{KeySchedule, may_sign};
use crossgate_core::time::Timestamp;
use serde_json::{Value, json};

use super::keys::SigningKey;
use super::opened::{OpenedKey, schedule_of};

/// The keys could not be read for so long that another process may have retired them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signing keys could not be read for so long that they may have been replaced")]
pub(crate) struct KeysOutOfDate;

/// See the [module](self).
pub(crate) struct KeyRing {
    /// Oldest first, as in the schedule.
    keys: Vec<(Timestamp, Arc<SigningKey>)>,
    schedule: KeySchedule,
    read_at: Timestamp,
}

impl KeyRing {
    pub(super) fn empty() -> Self {
        Self { keys: Vec::new(), schedule: KeySchedule::default(), read_at: Timestamp::from_millis(i64::MIN) }
    }

    /// Of those that can be used and have not retired: no clock that goes back brings one of them back.
    pub(super) fn new(keys: &[OpenedKey], read_at: Timestamp) -> Self {
        let all = schedule_of(keys);
        let usable = keys.iter().filter_map(|key| {
            let usable = key.outcome.as_ref().ok()?;
            Some((key.stored.created_at, Arc::clone(&usable.key)))
        });
        let keys: Vec<_> = usable.filter(|(made, _)| !all.is_retired(*made, read_at)).collect();
        let schedule = KeySchedule::new(keys.iter().map(|(made, _)| *made));
        Self { keys, schedule, read_at }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The key that signs.
    pub(crate) fn signer(&self, now: Timestamp) -> Result<&SigningKey, KeysOutOfDate> {
        let signer = self.schedule.signer(now).and_then(|position| self.keys.get(position));
        let is_current = may_sign(self.read_at, now);
        signer.filter(|_| is_current).map(|(_, key)| &**key).ok_or(KeysOutOfDate)
    }

    /// The key with this id, if what it signed may still be alive.
    pub(crate) fn verifier(&self, id: &str, now: Timestamp) -> Option<&SigningKey> {
        self.alive(now).find(|key| key.id == id)
    }

    /// The JWKS (RFC 7517 §5): everything that may be verified with, and what will sign next.
    pub(crate) fn key_set(&self, now: Timestamp) -> Value {
        json!({ "keys": self.alive(now).map(|key| &key.public).collect::<Vec<_>>() })
    }

    /// A key that is known, however old it is.
    pub(super) fn known(&self, id: &str) -> Option<&Arc<SigningKey>> {
        self.keys.iter().map(|(_, key)| key).find(|key| key.id == id)
    }

    fn alive(&self, now: Timestamp) -> impl Iterator<Item = &SigningKey> {
        let alive = self.keys.iter().filter(move |(made, _)| !self.schedule.is_retired(*made, now));
        alive.map(|(_, key)| &**key)
    }
}

//! Signing keys as they come out of the store.

use std::sync::Arc;

use crossgate_core::seal::Sealer;
use crossgate_core::signing_keys::KeySchedule;
use crossgate_store::StoredKey;

use super::keys::{ALGORITHM, KeyFault, SigningKey};

/// A row of the store, and the key in it where that can be used.
pub(super) struct OpenedKey {
    pub(super) stored: StoredKey,
    pub(super) outcome: Result<Usable, KeyFault>,
}

/// A key that can be used.
pub(super) struct Usable {
    pub(super) key: Arc<SigningKey>,
    /// Whether only an older `secret` opens it.
    pub(super) by_older_secret: bool,
}

/// Opens all keys of our algorithm, oldest first. Others are left to whoever made them.
pub(super) fn open_all(stored: Vec<StoredKey>, sealer: &Sealer) -> Vec<OpenedKey> {
    let mut ours: Vec<StoredKey> = stored.into_iter().filter(|key| key.algorithm == ALGORITHM).collect();
    ours.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
    let opened = |stored: StoredKey| OpenedKey { outcome: open(&stored, sealer), stored };
    ours.into_iter().map(opened).collect()
}

fn open(stored: &StoredKey, sealer: &Sealer) -> Result<Usable, KeyFault> {
    let opened = sealer.open_and_tell(&stored.sealed, stored.id.as_bytes())?;
    let key = Arc::new(SigningKey::from_scalar(&opened.plain)?);
    // The id is the key's own thumbprint: under another one nobody would find it in the key set.
    if key.id != stored.id {
        return Err(KeyFault::Form);
    }
    Ok(Usable { key, by_older_secret: !opened.by_first_secret })
}

/// When the keys that can be used live.
pub(super) fn schedule_of(keys: &[OpenedKey]) -> KeySchedule {
    KeySchedule::new(keys.iter().filter(|key| key.outcome.is_ok()).map(|key| key.stored.created_at))
}

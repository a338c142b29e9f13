//! The signing keys as an operator sees them, and the one thing that an operator does to them.

use crossgate_core::entropy::Entropy;
use crossgate_core::keys::KeyPurpose;
use crossgate_core::seal::Sealer;
use crossgate_core::settings::Settings;
use crossgate_core::signing_keys::{KeySchedule, KeyState};
use crossgate_core::time::Timestamp;
use crossgate_store::{Store, StoreError, StoredKey};

use super::keeper::made_after;
use super::keys::{ALGORITHM, KeyFault, make};
use super::opened::{OpenedKey, open_all, schedule_of};

/// A signing key in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKeyEntry {
    /// Its id (`kid`).
    pub id: String,
    /// What it signs with (`alg`).
    pub algorithm: String,
    /// When it was made.
    pub made: Timestamp,
    /// From when on it signs.
    pub signs_from: Option<Timestamp>,
    /// In which part of its life it is; `None` where it cannot be used with this configuration.
    pub state: Option<KeyState>,
}

/// All signing keys, oldest first.
///
/// # Errors
/// When the store cannot be read.
pub async fn list_signing_keys(
    settings: &Settings,
    store: &dyn Store,
    now: Timestamp,
) -> Result<Vec<SigningKeyEntry>, StoreError> {
    let stored = store.load_keys().await?;
    let opened = open_all(stored.clone(), &sealer(settings));
    let usable: Vec<&str> =
        opened.iter().filter(|key| key.outcome.is_ok()).map(|key| key.stored.id.as_str()).collect();
    let schedule = schedule_of(&opened);
    let entry = |key: StoredKey| {
        let position = usable.iter().position(|id| *id == key.id);
        entry(key, position, &schedule, now)
    };
    Ok(stored.into_iter().map(entry).collect())
}

fn entry(key: StoredKey, position: Option<usize>, schedule: &KeySchedule, now: Timestamp) -> SigningKeyEntry {
    SigningKeyEntry {
        id: key.id,
        algorithm: key.algorithm,
        made: key.created_at,
        signs_from: position.and_then(|position| schedule.signs_from(position)),
        state: position.and_then(|position| schedule.state(position, now)),
    }
}

/// Makes the next signing key now, and gives the one that is the newest afterwards: where somebody else made one at the
/// same moment, it is theirs.
///
/// # Errors
/// When the store does not answer, or holds keys of which none can be used: then `secret` is not the one that the
/// running Crossgate has, and it could not use the new key either.
pub async fn rotate_signing_key(
    settings: &Settings,
    store: &dyn Store,
    entropy: &dyn Entropy,
    now: Timestamp,
) -> Result<Option<SigningKeyEntry>, KeyFault> {
    let sealer = sealer(settings);
    let keys = open_all(store.load_keys().await?, &sealer);
    match keys.last() {
        None => store.add_first_key(make(&sealer, entropy, now)?).await?,
        Some(newest) => add_after(newest, &keys, store, make_next(&sealer, entropy, newest, now)?).await?,
    };
    let entries = list_signing_keys(settings, store, now).await?;
    Ok(entries.into_iter().rfind(|key| key.algorithm == ALGORITHM))
}

fn make_next(
    sealer: &Sealer,
    entropy: &dyn Entropy,
    newest: &OpenedKey,
    now: Timestamp,
) -> Result<StoredKey, KeyFault> {
    make(sealer, entropy, made_after(newest.stored.created_at, now))
}

async fn add_after(
    newest: &OpenedKey,
    keys: &[OpenedKey],
    store: &dyn Store,
    next: StoredKey,
) -> Result<Vec<StoredKey>, KeyFault> {
    if keys.iter().all(|key| key.outcome.is_err()) {
        return Err(KeyFault::NoneUsable);
    }
    Ok(store.add_key_after(newest.stored.id.clone(), next).await?)
}

fn sealer(settings: &Settings) -> Sealer {
    Sealer::new(settings.secrets.derive(KeyPurpose::SigningKeys))
}

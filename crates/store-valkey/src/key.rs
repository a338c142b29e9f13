//! Signing keys.

use crossgate_store::{KeyStore, StoreError, StoreFuture, StoredKey};

use crate::ValkeyStore;
use crate::keeper::Keeper;
use crate::link::Again;
use crate::values;

impl KeyStore for ValkeyStore {
    fn load_keys(&self) -> StoreFuture<'_, Vec<StoredKey>> {
        self.ask(|keeper| async move { keeper.load_keys().await })
    }

    fn add_first_key(&self, key: StoredKey) -> StoreFuture<'_, Vec<StoredKey>> {
        self.ask(|keeper| async move { keeper.add_key("", &key).await })
    }

    fn add_key_after(&self, newest_id: String, key: StoredKey) -> StoreFuture<'_, Vec<StoredKey>> {
        self.ask(move |keeper| async move {
            // No key has this id, so it is not the newest either.
            if newest_id.is_empty() {
                keeper.load_keys().await
            } else {
                keeper.add_key(&newest_id, &key).await
            }
        })
    }

    fn reseal_key(&self, id: String, sealed: Vec<u8>) -> StoreFuture<'_, bool> {
        self.ask(move |keeper| async move {
            let arguments = vec![id.into_bytes(), sealed];
            let resealed =
                keeper.run(&keeper.scripts.reseal_key, keeper.keys(), arguments, Again::Harmless).await?;
            Ok(values::number(&resealed)? == 1)
        })
    }

    fn remove_key(&self, id: String) -> StoreFuture<'_, bool> {
        self.ask(move |keeper| async move {
            let mut command = redis::cmd("HDEL");
            command.arg(keeper.keys()).arg(id);
            Ok(values::number(&keeper.write(command).await?)? == 1)
        })
    }
}

impl Keeper {
    fn keys(&self) -> Vec<Vec<u8>> {
        vec![self.names.alone("signing-keys", b"")]
    }

    async fn load_keys(&self) -> Result<Vec<StoredKey>, StoreError> {
        let mut command = redis::cmd("HGETALL");
        command.arg(self.keys());
        let found = values::fields(self.read(command).await?)?;
        let mut keys =
            found.into_iter().map(|(id, key)| stored_key(id, &key)).collect::<Result<Vec<_>, _>>()?;
        keys.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
        Ok(keys)
    }

    /// Adds the key where the newest of its algorithm is the expected one; nothing stands for none.
    async fn add_key(&self, expected: &str, key: &StoredKey) -> Result<Vec<StoredKey>, StoreError> {
        let arguments = vec![
            key.id.clone().into_bytes(),
            key.algorithm.clone().into_bytes(),
            values::time(key.created_at).into(),
            key.sealed.clone(),
            expected.into(),
        ];
        let added = self.run(&self.scripts.add_key, self.keys(), arguments, Again::Doubtful).await?;
        if values::number(&added)? < 0 {
            return Err(StoreError::AlreadyExists { what: "signing key" });
        }
        self.load_keys().await
    }
}

/// When it was made, the length of its algorithm, its algorithm, the sealed key.
fn stored_key(id: Vec<u8>, key: &[u8]) -> Result<StoredKey, StoreError> {
    let damaged = || StoreError::damaged("a signing key");
    let (created_at, rest) = key.split_at_checked(8).ok_or_else(damaged)?;
    let (length, rest) = rest.split_first().ok_or_else(damaged)?;
    let (algorithm, sealed) = rest.split_at_checked(usize::from(*length)).ok_or_else(damaged)?;
    Ok(StoredKey {
        id: String::from_utf8(id).map_err(|_| damaged())?,
        algorithm: String::from_utf8(algorithm.to_vec()).map_err(|_| damaged())?,
        created_at: values::time_of(created_at)?,
        sealed: sealed.to_vec(),
    })
}

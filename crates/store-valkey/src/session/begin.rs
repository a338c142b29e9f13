//! How sessions begin.

use crossgate_core::provider::ProviderKey;
use crossgate_core::session::{EndReason, HashedSessionId, SessionRecord};
use crossgate_store::{NewSession, StoreError};
use redis::Value;

use super::end::Gone;
use super::place::{Place, taken};
use crate::endings::Ending;
use crate::keeper::{Keeper, Promise};
use crate::link::Again;
use crate::names::Bucket;
use crate::values;

impl Keeper {
    pub(super) async fn create(&self, new: NewSession) -> Result<(), StoreError> {
        let NewSession { record, replaces } = new;
        let (bucket, began_at) = (Bucket::of(&record.subject), record.created_at);
        let replaced = self.place_to_replace(replaces, &record.id).await?;
        let (beside, elsewhere) = match replaced {
            Some(old) if old.bucket == bucket => (Some(old.id), None),
            other => (None, other),
        };
        self.claim(Place { bucket, id: record.id }).await?;
        self.note_provider(&record, bucket).await?;
        self.insert(bucket, record, beside).await?;
        if let Some(old) = elsewhere {
            let ending = Ending { reason: EndReason::Replaced, now: began_at };
            self.end_in(old.bucket, &[old.id], ending).await?;
        }
        Ok(())
    }

    async fn place_to_replace(
        &self,
        old: Option<HashedSessionId>,
        new: &HashedSessionId,
    ) -> Result<Option<Place>, StoreError> {
        match old.filter(|old| old != new) {
            Some(old) => self.place_of(&old).await,
            None => Ok(None),
        }
    }

    async fn insert(
        &self,
        bucket: Bucket,
        record: SessionRecord,
        replaced: Option<HashedSessionId>,
    ) -> Result<(), StoreError> {
        let ending = Ending { reason: EndReason::Replaced, now: record.created_at };
        let promise = if replaced.is_some() { Promise::Ended } else { Promise::Written };
        let arguments = row(record, replaced);
        let manner = (promise, Again::Doubtful);
        let answer = self.run_in(bucket, &self.scripts.create, arguments, manner).await?;
        if let Value::BulkString(_) = answer {
            return Err(taken());
        }
        self.gone(bucket, Gone::list(answer)?, ending).await;
        Ok(())
    }

    /// Notes by which names of a provider the session is found.
    async fn note_provider(&self, record: &SessionRecord, bucket: Bucket) -> Result<(), StoreError> {
        let Some(keys) = &record.provider else { return Ok(()) };
        let place = Place { bucket, id: record.id }.to_bytes();
        let mut lists = vec![self.by_provider_subject(keys.subject.as_bytes())];
        lists.extend(keys.session.as_ref().map(|session| self.by_provider_session(session.as_bytes())));
        for list in lists {
            let mut command = redis::cmd("SADD");
            command.arg(list).arg(&place);
            self.write(command).await?;
        }
        Ok(())
    }

    /// The places of the sessions of somebody at a provider.
    pub(super) fn by_provider_subject(&self, key: &[u8]) -> Vec<u8> {
        self.names.alone("by-provider-subject", key)
    }

    /// The places of the sessions that belong to a session at a provider.
    pub(super) fn by_provider_session(&self, key: &[u8]) -> Vec<u8> {
        self.names.alone("by-provider-session", key)
    }
}

/// In the order that the script wants.
fn row(record: SessionRecord, replaced: Option<HashedSessionId>) -> Vec<Vec<u8>> {
    let provider = record.provider.as_ref();
    let key = |key: Option<&ProviderKey>| key.map_or_else(Vec::new, |key| key.as_bytes().to_vec());
    vec![
        record.id.as_bytes().to_vec(),
        record.subject.as_str().into(),
        values::time(record.created_at).into(),
        values::time(record.last_seen_at).into(),
        record.version.to_string().into(),
        record.sealed,
        key(provider.map(|keys| &keys.subject)),
        key(provider.and_then(|keys| keys.session.as_ref())),
        replaced.map_or_else(Vec::new, |old| old.as_bytes().to_vec()),
    ]
}

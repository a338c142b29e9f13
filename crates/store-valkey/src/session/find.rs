//! How sessions are found.

use crossgate_core::identity::Subject;
use crossgate_core::session::{EndedSession, HashedSessionId, SessionHandle, SessionRecord};
use crossgate_store::{ENDED_SESSION_RETENTION, StoreError};
use futures_util::future::try_join_all;

use super::place::Place;
use crate::keeper::Keeper;
use crate::names::Bucket;
use crate::values;

impl Keeper {
    pub(super) async fn load(&self, id: HashedSessionId) -> Result<Option<SessionRecord>, StoreError> {
        match self.place_of(&id).await? {
            Some(place) => self.load_at(place).await,
            None => Ok(None),
        }
    }

    pub(super) async fn load_by_handle(
        &self,
        handle: &SessionHandle,
    ) -> Result<Option<SessionRecord>, StoreError> {
        match self.place_of_handle(handle).await? {
            Some(place) => self.load_at(place).await,
            None => Ok(None),
        }
    }

    /// The session, unless it is known to have ended: a server that failed took the end with it, so it ends again.
    async fn load_at(&self, place: Place) -> Result<Option<SessionRecord>, StoreError> {
        let record = self.row(place).await?;
        let Some(ending) = record.as_ref().and_then(|record| self.endings.of(record)) else {
            return Ok(record);
        };
        tracing::warn!(
            target: "crossgate::store",
            session = %place.id.handle(), reason = ending.reason.code(),
            "a session that had ended was there again, and is ended again"
        );
        self.end_in(place.bucket, &[place.id], ending).await?;
        Ok(None)
    }

    async fn row(&self, Place { bucket, id }: Place) -> Result<Option<SessionRecord>, StoreError> {
        let mut command = redis::cmd("HGETALL");
        command.arg(self.names.in_bucket(bucket, "session", id.as_bytes()));
        values::record(id, self.read(command).await?)
    }

    /// Those of the sessions that are there, in the same order.
    pub(super) async fn rows(&self, places: Vec<Place>) -> Result<Vec<SessionRecord>, StoreError> {
        let found = try_join_all(places.into_iter().map(|place| self.row(place))).await?;
        Ok(found.into_iter().flatten().filter(|record| self.endings.of(record).is_none()).collect())
    }

    pub(super) async fn list(&self, subject: &Subject) -> Result<Vec<SessionRecord>, StoreError> {
        let bucket = Bucket::of(subject);
        let mut command = redis::cmd("ZRANGE");
        command.arg(self.names.in_bucket(bucket, "person", subject.as_str().as_bytes())).arg(0).arg(-1);
        command.arg("REV");
        let members = values::byte_list(self.read(command).await?)?;
        let place = |member: &Vec<u8>| Ok(Place { bucket, id: dated_id(member)? });
        self.rows(members.iter().map(place).collect::<Result<_, StoreError>>()?).await
    }

    pub(super) async fn ended(&self, id: HashedSessionId) -> Result<Option<EndedSession>, StoreError> {
        match self.place_of(&id).await? {
            Some(place) => self.ended_at(place).await,
            None => Ok(None),
        }
    }

    pub(super) async fn ended_by_handle(
        &self,
        handle: &SessionHandle,
    ) -> Result<Option<EndedSession>, StoreError> {
        match self.place_of_handle(handle).await? {
            Some(place) => self.ended_at(place).await,
            None => Ok(None),
        }
    }

    /// The server forgets it by its own clock. Where the sweep's clock is ahead of that, it counts.
    async fn ended_at(&self, Place { bucket, id }: Place) -> Result<Option<EndedSession>, StoreError> {
        let mut command = redis::cmd("GET");
        command.arg(self.names.in_bucket(bucket, "ended", id.as_bytes()));
        let kept = values::some_bytes(self.read(command).await?)?;
        let ended = kept.map(|kept| values::ended(id, &kept)).transpose()?;
        let forgotten = self.swept_at().before(ENDED_SESSION_RETENTION);
        Ok(ended.filter(|ended| ended.ended_at > forgotten))
    }
}

/// The id in a member of an index that is sorted by a time, which comes first.
pub(super) fn dated_id(member: &[u8]) -> Result<HashedSessionId, StoreError> {
    values::id_of(member.get(8..).unwrap_or_default())
}

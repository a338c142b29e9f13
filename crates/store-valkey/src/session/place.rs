//! In which bucket the session of an id is. Noted before the session begins, never changed, and left to the server to
//! forget some time after the session has ended.

use crossgate_core::session::{HashedSessionId, SessionHandle};
use crossgate_store::StoreError;

use crate::keeper::Keeper;
use crate::link::Again;
use crate::names::Bucket;
use crate::values;

/// So many are looked up at once.
const AT_ONCE: usize = 500;

/// Where a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) bucket: Bucket,
    pub(crate) id: HashedSessionId,
}

impl Place {
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let mut bytes = vec![self.bucket.as_byte()];
        bytes.extend_from_slice(self.id.as_bytes());
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, StoreError> {
        let damaged = || StoreError::damaged("where a session is");
        let (bucket, id) = bytes.split_first().ok_or_else(damaged)?;
        let bucket = Bucket::from_byte(*bucket).ok_or_else(damaged)?;
        Ok(Self { bucket, id: values::id_of(id).map_err(|_| damaged())? })
    }
}

impl Keeper {
    /// Notes where the session will be. Taken where it is noted otherwise: somebody else has the id, or had it. The same
    /// place may stand there from an attempt that came no further.
    pub(super) async fn claim(&self, place: Place) -> Result<(), StoreError> {
        let keys = vec![self.names.place(&place.id.handle())];
        let known = self.run(&self.scripts.claim, keys, vec![place.to_bytes()], Again::Harmless).await?;
        let known = values::bytes(known)?;
        if known.is_empty() || known == place.to_bytes() { Ok(()) } else { Err(taken()) }
    }

    pub(super) async fn place_of(&self, id: &HashedSessionId) -> Result<Option<Place>, StoreError> {
        let place = self.place_of_handle(&id.handle()).await?;
        Ok(place.filter(|place| place.id == *id))
    }

    pub(super) async fn place_of_handle(&self, handle: &SessionHandle) -> Result<Option<Place>, StoreError> {
        let mut command = redis::cmd("GET");
        command.arg(self.names.place(handle));
        let place = values::some_bytes(self.read(command).await?)?;
        place.map(|place| Place::from_bytes(&place)).transpose()
    }

    /// Where those of the sessions are that are anywhere.
    pub(super) async fn places_of(&self, ids: &[HashedSessionId]) -> Result<Vec<Place>, StoreError> {
        let mut places = Vec::new();
        for ids in ids.chunks(AT_ONCE) {
            let mut command = redis::cmd("MGET");
            command.arg(ids.iter().map(|id| self.names.place(&id.handle())).collect::<Vec<_>>());
            for (place, id) in values::list(self.read(command).await?)?.into_iter().zip(ids) {
                let place = values::some_bytes(place)?.map(|place| Place::from_bytes(&place)).transpose()?;
                places.extend(place.filter(|place| place.id == *id));
            }
        }
        Ok(places)
    }
}

pub(super) fn taken() -> StoreError {
    StoreError::AlreadyExists { what: "session" }
}

//! The sessions that are in memory, by what their ids begin with: the whole is in the session itself, and would take
//! memory twice.

use std::sync::Arc;

use crossgate_core::session::HashedSessionId;
use quick_cache::sync::Cache;

use super::live::LiveSession;

/// What an id begins with. Ids are hashes, so that of millions of sessions hardly two begin alike; if two do, the cache has
/// one of them at a time.
type Beginning = [u8; 8];

/// See the [module](self). A session of another id that begins alike is never given: it is as if there was none.
pub(super) struct LiveCache(Cache<Beginning, Arc<LiveSession>>);

impl LiveCache {
    pub(super) fn new(capacity: usize) -> Self {
        Self(Cache::new(capacity))
    }

    /// The session; that it is asked for keeps it here for longer.
    pub(super) fn get(&self, id: &HashedSessionId) -> Option<Arc<LiveSession>> {
        self.0.get(&beginning(id)).filter(|session| session.id() == *id)
    }

    /// The session, without that counting.
    pub(super) fn peek(&self, id: &HashedSessionId) -> Option<Arc<LiveSession>> {
        self.0.peek(&beginning(id)).filter(|session| session.id() == *id)
    }

    pub(super) fn insert(&self, session: Arc<LiveSession>) {
        self.0.insert(beginning(&session.id()), session);
    }

    pub(super) fn remove(&self, id: &HashedSessionId) -> Option<Arc<LiveSession>> {
        self.0.remove_if(&beginning(id), |session| session.id() == *id).map(|(_, session)| session)
    }

    pub(super) fn clear(&self) {
        self.0.clear();
    }
}

fn beginning(id: &HashedSessionId) -> Beginning {
    *id.as_bytes().first_chunk().unwrap_or(&[0; 8])
}

#[cfg(test)]
mod tests {
    use crossgate_core::csrf::{CsrfBinding, CsrfTokens};
    use crossgate_core::identity::Subject;
    use crossgate_core::keys::{KeyPurpose, Secrets};
    use crossgate_core::secret::SecretText;
    use crossgate_core::session::SessionRecord;
    use crossgate_core::time::Timestamp;

    use super::*;
    use crate::session::held::Held;
    use crate::session::held::tests::{asked, content};

    fn session(id: HashedSessionId) -> Arc<LiveSession> {
        let record = SessionRecord {
            id,
            subject: Subject::parse("ada").unwrap(),
            created_at: Timestamp::from_seconds(1),
            last_seen_at: Timestamp::from_seconds(1),
            provider: None,
            version: 1,
            sealed: Vec::new(),
        };
        let secrets = Secrets::new(SecretText::new("secret"), Vec::new());
        let token =
            CsrfTokens::new(secrets.derive(KeyPurpose::CsrfToken)).short_token(CsrfBinding::Session(id));
        Arc::new(LiveSession::new(
            &record,
            Held::new(content(), &asked(Vec::new())).unwrap(),
            token,
            Arc::default(),
        ))
    }

    /// Both begin alike.
    fn ids() -> [HashedSessionId; 2] {
        let mut other = [7; 32];
        other[8] = 8;
        [HashedSessionId::from_bytes([7; 32]), HashedSessionId::from_bytes(other)]
    }

    #[test]
    fn a_session_is_never_given_to_or_removed_by_an_id_that_only_begins_like_its_own() {
        let (cache, [own, other]) = (LiveCache::new(100), ids());
        cache.insert(session(own));
        assert!(
            cache.get(&other).is_none() && cache.peek(&other).is_none() && cache.remove(&other).is_none()
        );
        assert_eq!(cache.get(&own).unwrap().id(), own);
        assert_eq!(cache.remove(&own).unwrap().id(), own);
        assert!(cache.peek(&own).is_none());
    }

    #[test]
    fn what_was_cleared_is_not_there() {
        let (cache, [own, _]) = (LiveCache::new(100), ids());
        cache.insert(session(own));
        cache.clear();
        assert!(cache.get(&own).is_none());
    }
}

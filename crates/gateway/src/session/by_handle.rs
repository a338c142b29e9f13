//! Sessions by the name under which upstreams know them.

use crossgate_core::session::{HashedSessionId, SessionHandle, SessionState};
use crossgate_core::time::Timestamp;

use super::answer::SessionFault;
use super::service::Sessions;

impl Sessions {
    /// The id of the session with this name, if it lives. The store is asked, whatever the cache knows; asking is no
    /// activity.
    pub(crate) async fn alive(
        &self,
        handle: SessionHandle,
        now: Timestamp,
    ) -> Result<Option<HashedSessionId>, SessionFault> {
        let Some(record) = self.store.load_by_handle(handle).await? else { return Ok(None) };
        let mut last_seen_at = record.last_seen_at;
        if let Some(cached) = self.live.peek(&record.id) {
            // The latest activity may not be written down yet.
            last_seen_at = last_seen_at.max(cached.last_seen_at());
        }
        let state = self.lifetimes.state(record.created_at, last_seen_at, now);
        Ok((state == SessionState::Active).then_some(record.id))
    }
}

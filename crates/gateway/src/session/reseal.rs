//! Turning the secret over: content that only an older secret opens is sealed again under the first one when its session
//! is loaded. After the idle timeout no session is left that needs the older one.

use crossgate_core::session::{ContentError, SessionRecord};
use crossgate_store::ReplaceOutcome;

use super::answer::SessionFault;
use super::service::Sessions;

impl Sessions {
    /// The record as it is stored afterwards. Where it cannot be written, or somebody else just wrote, it stays as it
    /// is: it opens all the same.
    pub(super) async fn under_first_secret(&self, record: SessionRecord) -> SessionRecord {
        if !self.sealer.accepts_older() {
            return record;
        }
        match self.seal_again(&record).await {
            Ok(Some(again)) => again,
            // What does not open at all is noticed by whoever wants to know what is in it.
            Ok(None) | Err(SessionFault::Content(_)) => record,
            Err(fault) => {
                let session = record.id.handle();
                tracing::warn!(target: "crossgate::session", %session, "still sealed under an older secret: {fault}");
                record
            }
        }
    }

    async fn seal_again(&self, record: &SessionRecord) -> Result<Option<SessionRecord>, SessionFault> {
        let row = record.id.as_bytes();
        let opened = self.sealer.open_and_tell(&record.sealed, row).map_err(ContentError::Seal)?;
        if opened.by_first_secret {
            return Ok(None);
        }
        let sealed = self.sealer.seal(&opened.plain, row, &*self.entropy).map_err(ContentError::Seal)?;
        match self.store.replace_content(record.id, record.version, sealed.clone()).await? {
            ReplaceOutcome::Replaced { version } => {
                Ok(Some(SessionRecord { version, sealed, ..record.clone() }))
            }
            ReplaceOutcome::Stale { .. } | ReplaceOutcome::Gone => Ok(None),
        }
    }
}

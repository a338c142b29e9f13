//! What may be used only once.

use std::time::Duration;

use crossgate_core::time::Timestamp;
use crossgate_store::{FirstUse, UseName};
use sha2::{Digest, Sha256};

use crate::gateway::Gateway;
use crate::session::SessionFault;

/// By how much the clocks of two nodes may differ.
pub(super) const CLOCKS_DIFFER: Duration = Duration::from_secs(60);

/// Whether something of this kind is used for the first time. What is used is random, so its hash gives nothing away;
/// and the hash is the same on every node, whichever `secret` is the first one there.
pub(crate) async fn first_use(
    gateway: &Gateway,
    kind: &[u8],
    value: &str,
    (worthless_at, now): (Timestamp, Timestamp),
) -> Result<FirstUse, SessionFault> {
    Ok(gateway.store.use_once(name_of(kind, value), worthless_at, now).await?)
}

/// Whether something of this kind was used. What can be done twice without harm looks first, and uses it when all is done:
/// then whatever fails on the way can be tried again.
pub(crate) async fn was_used(
    gateway: &Gateway,
    kind: &[u8],
    value: &str,
    now: Timestamp,
) -> Result<bool, SessionFault> {
    Ok(gateway.store.was_used(name_of(kind, value), now).await?)
}

fn name_of(kind: &[u8], value: &str) -> UseName {
    let parts = [kind, b":", value.as_bytes()];
    let hash = parts.into_iter().fold(Sha256::new(), Sha256::chain_update).finalize();
    UseName::from_bytes(hash.into())
}

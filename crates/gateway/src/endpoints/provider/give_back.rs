//! Tokens that nobody needs any more go back to the provider (RFC 7009).

use std::sync::Arc;
use std::time::Duration;

use crossgate_core::provider::ProviderLogin;
use crossgate_core::time::Timestamp;

use crate::provider::Provider;

/// How long it may take.
const LIMIT: Duration = Duration::from_secs(5);

/// Gives them back. Bounded in time; a failure is told to the operator and to nobody else.
pub(in crate::endpoints) async fn give_back(provider: Arc<Provider>, login: ProviderLogin, now: Timestamp) {
    let id = &login.provider;
    match tokio::time::timeout(LIMIT, provider.revoke(&login, now)).await {
        Ok(Ok(())) => {}
        Ok(Err(fault)) => {
            tracing::warn!(target: "crossgate::sign_out", provider = %id, "tokens were not revoked: {fault}");
        }
        Err(_) => {
            tracing::warn!(target: "crossgate::sign_out", provider = %id, "tokens were not revoked in time");
        }
    }
}

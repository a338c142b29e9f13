//! An access token for a refresh token (RFC 6749 §6).

use std::time::Duration;

use crossgate_core::provider::TokenTarget;
use crossgate_core::secret::SecretText;
use crossgate_core::time::Timestamp;
use crossgate_oidc::token::{TokenResponse, build_refresh_request, judge_token_response};

use super::{Provider, ProviderFault};

/// How long it may take. Longer than other exchanges: where the provider rotates, an answer that is given up is lost.
const LIMIT: Duration = Duration::from_secs(30);

impl Provider {
    /// Asks for a token for `target`.
    pub(crate) async fn renew(
        &self,
        refresh_token: &SecretText,
        target: &TokenTarget,
        now: Timestamp,
    ) -> Result<TokenResponse, ProviderFault> {
        let metadata = self.metadata(now).await?;
        let request =
            build_refresh_request(&self.settings, &metadata, refresh_token, target, &self.proof(now))?;
        let what = "the token endpoint";
        let answer = self.client.send_within(LIMIT, request).await;
        let answer = answer.map_err(|error| ProviderFault::Exchange { what, error })?;
        Ok(judge_token_response(&answer, now)?)
    }
}

//! Signing out at a provider: the person's session there, and the tokens it gave.

use std::time::Duration;

use crossgate_core::provider::ProviderLogin;
use crossgate_core::secret::SecretText;
use crossgate_core::time::Timestamp;
use crossgate_oidc::logout::{
    LogoutToken, LogoutTokenError, RevocationError, TokenHint, build_revocation_request, end_session_url,
    judge_logout_token, judge_revocation,
};

use super::{Provider, ProviderFault};

/// How long taking tokens back may take.
const REVOCATION_LIMIT: Duration = Duration::from_secs(5);

impl Provider {
    /// Where the browser goes to sign out there as well, if that is wanted and possible.
    pub(crate) async fn end_session_url(
        &self,
        login: &ProviderLogin,
        redirect: &str,
        state: &str,
        now: Timestamp,
    ) -> Result<Option<String>, ProviderFault> {
        if !self.settings.sign_out_there {
            return Ok(None);
        }
        let metadata = self.metadata(now).await?;
        Ok(end_session_url(&self.settings, &metadata, login.id_token.as_ref(), redirect, state))
    }

    /// Takes the refresh token back (RFC 7009), or the access tokens where there is none.
    pub(crate) async fn revoke(&self, login: &ProviderLogin, now: Timestamp) -> Result<(), ProviderFault> {
        let metadata = self.metadata(now).await?;
        for (token, hint) in revocable(login) {
            let request = build_revocation_request(&self.settings, &metadata, token, hint, &self.proof(now));
            let request = match request {
                Err(RevocationError::NotOffered) => return Ok(()),
                request => request?,
            };
            judge_revocation(&self.exchange("the revocation endpoint", request).await?)?;
        }
        Ok(())
    }

    /// As [`revoke`](Self::revoke), bounded in time; a failure is told to the operator and to nobody else.
    pub(crate) async fn give_back(&self, login: &ProviderLogin, now: Timestamp) {
        let id = &login.provider;
        match tokio::time::timeout(REVOCATION_LIMIT, self.revoke(login, now)).await {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => {
                tracing::warn!(target: "crossgate::sign_out", provider = %id, "tokens were not revoked: {fault}");
            }
            Err(_) => {
                tracing::warn!(target: "crossgate::sign_out", provider = %id, "tokens were not revoked in time");
            }
        }
    }

    /// Judges a logout token of this provider.
    pub(crate) async fn judge_logout(
        &self,
        text: &str,
        now: Timestamp,
    ) -> Result<LogoutToken, ProviderFault> {
        let metadata = self.metadata(now).await?;
        let (issuer, client_id) = (&metadata.issuer, self.settings.client.id.as_str());
        let keys = self.keys(&metadata, now).await?;
        match judge_logout_token(text, &keys, issuer, client_id, now) {
            Err(LogoutTokenError::UnknownKey) => {
                let keys = self.keys_after_rotation(&metadata, now).await?;
                Ok(judge_logout_token(text, &keys, issuer, client_id, now)?)
            }
            judged => Ok(judged?),
        }
    }
}

/// A refresh token takes its access tokens along (RFC 7009 §2.1).
fn revocable(login: &ProviderLogin) -> Vec<(&SecretText, TokenHint)> {
    match &login.refresh_token {
        Some(token) => vec![(token, TokenHint::RefreshToken)],
        None => login.tokens.iter().map(|token| (&token.access_token, TokenHint::AccessToken)).collect(),
    }
}

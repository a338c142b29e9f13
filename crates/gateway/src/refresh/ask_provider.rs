//! New tokens from a provider (RFC 6749 §6).

use crossgate_core::provider::{ProviderLogin, ProviderToken, TokenTarget};
use crossgate_core::time::Timestamp;
use crossgate_oidc::token::{TokenError, TokenResponse};
use http::StatusCode;

use super::port::Fresh;
use super::protocol::{Asked, Blame, TryLater};
use crate::gateway::Worker;
use crate::provider::{ExchangeError, ProviderFault};
use crate::session::LiveSession;

/// Asks for a token for `target`.
pub(super) async fn ask(worker: &Worker, kept: &LiveSession, target: &TokenTarget) -> Asked<Fresh> {
    let gateway = &worker.gateway;
    let login = kept.content().ok().and_then(|content| content.into_owned().provider);
    let Some(login) = &login else { return Asked::TryLater(TryLater::OURS) };
    let provider = gateway.providers.of_login(&login.provider, &login.issuer);
    let (Some(provider), Some(refresh_token)) = (provider, &login.refresh_token) else {
        return Asked::TryLater(TryLater::OURS);
    };
    match provider.renew(refresh_token, target, gateway.now()).await {
        Ok(tokens) => Asked::Renewed(change(tokens, target.clone(), gateway.now())),
        Err(ProviderFault::Token(TokenError::InvalidGrant { code })) => {
            tracing::info!(target: "crossgate::refresh", session = %kept.handle(), code, "the provider does not take the refresh token");
            Asked::Refused
        }
        Err(fault) => {
            tracing::warn!(target: "crossgate::refresh", session = %kept.handle(), provider = %login.provider, "no new token: {fault}");
            Asked::TryLater(after(&fault))
        }
    }
}

fn change(tokens: TokenResponse, target: TokenTarget, now: Timestamp) -> Fresh {
    Box::new(move |content| {
        let Some(login) = &mut content.provider else { return };
        if let Some(refresh_token) = &tokens.refresh_token {
            login.refresh_token = Some(refresh_token.clone());
        }
        put(
            login,
            ProviderToken {
                target: target.clone(),
                access_token: tokens.access_token.clone(),
                expires_at: tokens.expires_at,
                obtained_at: Some(now),
            },
        );
    })
}

fn put(login: &mut ProviderLogin, token: ProviderToken) {
    match login.tokens.iter_mut().find(|known| known.target == token.target) {
        Some(known) => *known = token,
        None => login.tokens.push(token),
    }
}

fn after(fault: &ProviderFault) -> TryLater {
    let (is_answer_lost, blame) = match fault {
        ProviderFault::Exchange { error: ExchangeError::Connect(_), .. } | ProviderFault::Pausing => {
            (false, Blame::Side)
        }
        ProviderFault::Exchange { .. } => (true, Blame::PerhapsSide),
        ProviderFault::Token(TokenError::ProviderFailed(status)) if status.is_server_error() => {
            (*status != StatusCode::SERVICE_UNAVAILABLE, Blame::PerhapsSide)
        }
        ProviderFault::Token(TokenError::NotJson(_) | TokenError::Missing(_) | TokenError::Malformed(_)) => {
            (true, Blame::Session)
        }
        // Whoever does not know us any more knows nobody of ours.
        ProviderFault::Token(TokenError::ClientRefused { code }) if code == "invalid_client" => {
            (false, Blame::PerhapsSide)
        }
        _ => (false, Blame::Session),
    };
    TryLater { after: None, is_answer_lost, blame }
}

//! What is shown of a session: never a token.

use crossgate_core::provider::{ProviderLogin, TokenTarget};
use crossgate_core::session::{
    EndReason, EndedSession, SessionContent, SessionRecord, SessionState, Timeout, TokenSet,
};
use crossgate_core::time::Timestamp;
use serde_json::{Value, json};

use super::place::Place;
use super::words::{iso, why};

/// A session that is there.
pub(super) struct LiveView {
    pub(super) record: SessionRecord,
    /// `None` when it does not open with the configured secrets.
    pub(super) content: Option<SessionContent>,
    pub(super) expires_at: Timestamp,
    /// The limit that it has passed. It ends with the next sweep.
    pub(super) passed: Option<Timeout>,
}

/// A token of a session, without the token.
pub(super) struct TokenView {
    /// `api`, or the provider's id.
    pub(super) source: String,
    /// For whom the provider issued it, where that was asked for.
    pub(super) target: Option<String>,
    pub(super) expires_at: Option<Timestamp>,
    /// Whether there is a refresh token.
    pub(super) has_refresh_token: bool,
}

impl LiveView {
    pub(super) fn new(place: &Place, record: SessionRecord) -> Self {
        let passed = match record.state(&place.lifetimes, place.now) {
            SessionState::Expired(timeout) => Some(timeout),
            SessionState::Active | SessionState::Ended(_) => None,
        };
        Self {
            content: SessionContent::open(&record.sealed, &record.id, &place.sealer).ok(),
            expires_at: record.expires_at(&place.lifetimes),
            passed,
            record,
        }
    }

    pub(super) const fn state(&self) -> &'static str {
        if self.passed.is_some() { "expired" } else { "active" }
    }

    pub(super) fn sign_in(&self) -> Option<&str> {
        self.content.as_ref().map(|content| content.sign_in.as_str())
    }

    /// The API's own token first, then those of the provider.
    pub(super) fn tokens(&self) -> Vec<TokenView> {
        let Some(content) = &self.content else { return Vec::new() };
        let own = content.tokens.iter().map(api_token);
        own.chain(content.provider.iter().flat_map(provider_tokens)).collect()
    }

    pub(super) fn json(&self) -> Value {
        let content = self.content.as_ref();
        json!({
            "handle": self.record.id.handle().as_str(),
            "state": self.state(),
            "subject": self.record.subject.as_str(),
            "created_at": iso(self.record.created_at),
            "last_seen_at": iso(self.record.last_seen_at),
            "expires_at": iso(self.expires_at),
            "is_readable": content.is_some(),
            "sign_in": self.sign_in(),
            "user_agent": content.and_then(|content| content.user_agent.as_deref()),
            "tokens": self.tokens().iter().map(TokenView::json).collect::<Vec<_>>(),
            "has_api_cookies": content.is_some_and(|content| !content.cookies.is_empty()),
        })
    }
}

fn api_token(tokens: &TokenSet) -> TokenView {
    TokenView {
        source: "api".to_owned(),
        target: None,
        expires_at: tokens.expires_at,
        has_refresh_token: tokens.refresh_token.is_some(),
    }
}

fn provider_tokens(login: &ProviderLogin) -> impl Iterator<Item = TokenView> {
    login.tokens.iter().map(|token| TokenView {
        source: login.provider.as_str().to_owned(),
        target: target(&token.target),
        expires_at: token.expires_at,
        has_refresh_token: login.refresh_token.is_some(),
    })
}

fn target(target: &TokenTarget) -> Option<String> {
    match target {
        TokenTarget::Default => None,
        TokenTarget::Audience(name) | TokenTarget::Resource(name) => Some(name.clone()),
    }
}

impl TokenView {
    fn json(&self) -> Value {
        json!({
            "source": self.source,
            "target": self.target,
            "expires_at": self.expires_at.map(iso),
            "has_refresh_token": self.has_refresh_token,
        })
    }
}

/// A session that ended, for programs.
pub(super) fn ended_json(ended: &EndedSession) -> Value {
    json!({
        "handle": ended.id.handle().as_str(),
        "state": "ended",
        "subject": ended.subject.as_str(),
        "ended_at": iso(ended.ended_at),
        "reason": ended.reason.code(),
        "why": why(ended.reason),
    })
}

/// Why a session ended, in words and as its code.
pub(super) fn words_and_code(reason: EndReason) -> String {
    format!("{} ({})", why(reason), reason.code())
}

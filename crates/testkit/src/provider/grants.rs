//! Codes and tokens that a provider has given out.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossgate_core::time::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::upstream::Seen;

/// How long a code is good, in seconds.
const LIFETIME_OF_CODES: u64 = 60;

/// What somebody approved.
#[derive(Clone)]
pub(super) struct Grant {
    pub(super) login: String,
    pub(super) redirect_uri: String,
    pub(super) challenge: String,
    pub(super) nonce: Option<String>,
    pub(super) scope: String,
    /// The person's session at the provider.
    pub(super) session: String,
    /// For whom the access token is.
    pub(super) audience: Option<String>,
    pub(super) approved_at: Timestamp,
}

/// Tokens, as the token endpoint gives them.
pub(super) struct Tokens {
    pub(super) access_token: String,
    pub(super) refresh_token: String,
}

/// A code of RFC 6749 §5.2.
pub(super) type Refused = &'static str;

#[derive(Default)]
pub(super) struct Grants {
    issued: Cell<usize>,
    codes: RefCell<HashMap<String, Grant>>,
    access_tokens: RefCell<HashMap<String, Grant>>,
    refresh_tokens: RefCell<HashMap<String, Grant>>,
    revoked: RefCell<Vec<String>>,
    sessions: RefCell<Vec<(String, String)>>,
    /// Whether PKCE means nothing to this provider.
    pub(super) ignores_verifiers: Cell<bool>,
}

impl Grants {
    pub(super) fn next(&self) -> usize {
        self.issued.set(self.issued.get() + 1);
        self.issued.get()
    }

    /// A new session of this person at the provider.
    pub(super) fn open_session(&self, login: &str) -> String {
        let session = format!("session-{}-of-{login}", self.next());
        self.sessions.borrow_mut().push((login.to_owned(), session.clone()));
        session
    }

    /// The last session of this person at the provider.
    pub(super) fn last_session(&self, login: &str) -> Option<String> {
        let sessions = self.sessions.borrow();
        sessions.iter().rev().find(|(whose, _)| whose == login).map(|(_, session)| session.clone())
    }

    pub(super) fn issue_code(&self, grant: Grant) -> String {
        let code = format!("code-{}-of-{}", self.next(), grant.login);
        self.codes.borrow_mut().insert(code.clone(), grant);
        code
    }

    /// RFC 6749 §4.1.3, RFC 7636 §4.6. A code is gone after the first try, whatever comes of it.
    pub(super) fn redeem(&self, seen: &Seen, now: Timestamp) -> Result<Grant, Refused> {
        let code = seen.form_value("code").ok_or("invalid_request")?;
        let grant = self.codes.borrow_mut().remove(&code).ok_or("invalid_grant")?;
        let verifier = seen.form_value("code_verifier").unwrap_or_default();
        let is_verified = self.ignores_verifiers.get() || challenge_of(&verifier) == grant.challenge;
        let is_young = now.since(grant.approved_at).as_secs() < LIFETIME_OF_CODES;
        let comes_from_there = seen.form_value("redirect_uri").as_deref() == Some(&grant.redirect_uri);
        match is_young && comes_from_there && is_verified {
            true => Ok(grant),
            false => Err("invalid_grant"),
        }
    }

    /// RFC 6749 §6: every refresh token is good once.
    pub(super) fn refresh(&self, seen: &Seen) -> Result<Grant, Refused> {
        let token = seen.form_value("refresh_token").ok_or("invalid_request")?;
        let grant = self.refresh_tokens.borrow_mut().remove(&token).ok_or("invalid_grant")?;
        let audience = seen.form_value("audience").or_else(|| seen.form_value("resource"));
        Ok(Grant { audience: audience.or(grant.audience), ..grant })
    }

    pub(super) fn issue_tokens(&self, grant: &Grant) -> Tokens {
        let number = self.next();
        let audience = grant.audience.as_deref().unwrap_or("anybody");
        let access_token = format!("access-token-{number}-of-{}-for-{audience}", grant.login);
        let refresh_token = format!("refresh-token-{number}-of-{}", grant.login);
        self.access_tokens.borrow_mut().insert(access_token.clone(), grant.clone());
        self.refresh_tokens.borrow_mut().insert(refresh_token.clone(), grant.clone());
        Tokens { access_token, refresh_token }
    }

    /// Whose access token this request carries.
    pub(super) fn login_of(&self, seen: &Seen) -> Option<String> {
        let token = seen.header("authorization")?.strip_prefix("Bearer ")?;
        self.access_tokens.borrow().get(token).map(|grant| grant.login.clone())
    }

    /// RFC 7009 §2.1.
    pub(super) fn revoke(&self, token: &str) {
        self.refresh_tokens.borrow_mut().remove(token);
        self.access_tokens.borrow_mut().remove(token);
        self.revoked.borrow_mut().push(token.to_owned());
    }

    pub(super) fn revoked(&self) -> Vec<String> {
        self.revoked.borrow().clone()
    }
}

/// RFC 7636 §4.2, S256.
pub(super) fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// OIDC Core §3.1.3.6, for algorithms with SHA-256.
pub(super) fn half_hash(token: &str) -> String {
    let digest = Sha256::digest(token.as_bytes());
    URL_SAFE_NO_PAD.encode(&digest[..16])
}

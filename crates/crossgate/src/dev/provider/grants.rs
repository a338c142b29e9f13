//! Codes and refresh tokens.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossgate_core::entropy::{Entropy, EntropyError, random_bytes};
use crossgate_core::seal::{SealError, Sealer};
use crossgate_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

/// How long a code is good (RFC 6749 §4.1.2: a short time).
const LIFETIME_OF_CODES: Duration = Duration::from_secs(60);
const REFRESH_TOKEN: &[u8] = b"refresh-token";

/// What somebody agreed to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Grant {
    /// Who they are.
    pub(super) claims: Map<String, Value>,
    /// Their session here (`sid`).
    pub(super) session: String,
    pub(super) scope: String,
    /// For whom access tokens are, unless a request says so.
    pub(super) audience: Option<String>,
    /// How often it was renewed.
    pub(super) number: u64,
}

/// A grant on its way: the code was given to a browser.
pub(super) struct Coded {
    pub(super) grant: Grant,
    pub(super) redirect_uri: String,
    pub(super) challenge: String,
    pub(super) nonce: Option<String>,
    pub(super) issued_at: Timestamp,
}

/// A code of RFC 6749 §5.2.
pub(super) type Refused = &'static str;

/// Refresh tokens carry their grant, sealed, so that they survive a restart. What is remembered beside them is which were
/// used, and which are good no more.
pub(super) struct Grants {
    sealer: Sealer,
    codes: RefCell<HashMap<String, Coded>>,
    /// By session, the number of the newest refresh token.
    newest: RefCell<HashMap<String, u64>>,
    ended: RefCell<HashSet<String>>,
}

impl Grants {
    pub(super) fn new(sealer: Sealer) -> Self {
        Self { sealer, codes: RefCell::default(), newest: RefCell::default(), ended: RefCell::default() }
    }

    /// A code for this.
    pub(super) fn issue_code(&self, coded: Coded, entropy: &dyn Entropy) -> Result<String, EntropyError> {
        let code = random_text(entropy)?;
        let mut codes = self.codes.borrow_mut();
        codes.retain(|_, known| coded.issued_at.since(known.issued_at) < LIFETIME_OF_CODES);
        codes.insert(code.clone(), coded);
        Ok(code)
    }

    /// RFC 6749 §4.1.3, RFC 7636 §4.6. A code is gone after the first try, whatever comes of it.
    pub(super) fn redeem(
        &self,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
        now: Timestamp,
    ) -> Result<Coded, Refused> {
        let coded = self.codes.borrow_mut().remove(code).ok_or("invalid_grant")?;
        let is_young = now.since(coded.issued_at) < LIFETIME_OF_CODES;
        let is_same = coded.redirect_uri == redirect_uri && challenge_of(verifier) == coded.challenge;
        if is_young && is_same { Ok(coded) } else { Err("invalid_grant") }
    }

    /// The newest refresh token of this grant. Those before are good no more.
    pub(super) fn issue_refresh_token(
        &self,
        grant: &Grant,
        entropy: &dyn Entropy,
    ) -> Result<String, SealError> {
        self.newest.borrow_mut().insert(grant.session.clone(), grant.number);
        let plain = serde_json::to_vec(grant).map_err(|_| SealError::UnknownForm)?;
        Ok(URL_SAFE_NO_PAD.encode(self.sealer.seal(&plain, REFRESH_TOKEN, entropy)?))
    }

    /// The next grant (RFC 6749 §6). A refresh token that comes twice ends all of its session (RFC 9700 §4.14.2).
    pub(super) fn refresh(&self, token: &str) -> Result<Grant, Refused> {
        let grant = self.open(token).ok_or("invalid_grant")?;
        let newest = self.newest.borrow().get(&grant.session).copied().unwrap_or(grant.number);
        if grant.number < newest {
            self.end(&grant.session);
        }
        match self.ended.borrow().contains(&grant.session) {
            true => Err("invalid_grant"),
            false => Ok(Grant { number: grant.number.saturating_add(1), ..grant }),
        }
    }

    fn open(&self, token: &str) -> Option<Grant> {
        let sealed = URL_SAFE_NO_PAD.decode(token).ok()?;
        serde_json::from_slice(&self.sealer.open(&sealed, REFRESH_TOKEN).ok()?).ok()
    }

    /// From now on no token of this session is renewed.
    pub(super) fn end(&self, session: &str) {
        self.ended.borrow_mut().insert(session.to_owned());
    }

    /// RFC 7009 §2.1: whatever belongs to this refresh token.
    pub(super) fn revoke(&self, token: &str) {
        if let Some(grant) = self.open(token) {
            self.end(&grant.session);
        }
    }
}

/// 256 bits that nobody guesses.
pub(super) fn random_text(entropy: &dyn Entropy) -> Result<String, EntropyError> {
    Ok(URL_SAFE_NO_PAD.encode(random_bytes::<32>(entropy)?))
}

/// RFC 7636 §4.2, S256.
fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use crossgate_core::keys::{KeyPurpose, Secrets};
    use crossgate_core::secret::SecretText;
    use serde_json::json;

    use super::*;
    use crate::system::SystemEntropy;

    const THERE: &str = "http://localhost:8080/api/auth/callback/dev";

    fn grants() -> Grants {
        let secrets = Secrets::new(SecretText::new("0123456789abcdefghijklmnopqrstuvwxyz"), Vec::new());
        Grants::new(Sealer::new(secrets.derive(KeyPurpose::DevelopmentTokens)))
    }

    fn grant() -> Grant {
        let claims = Map::from_iter([("sub".to_owned(), json!("test-ada"))]);
        Grant { claims, session: "s".into(), scope: "openid".into(), audience: None, number: 0 }
    }

    fn code(grants: &Grants) -> String {
        let coded = Coded {
            grant: grant(),
            redirect_uri: THERE.to_owned(),
            challenge: challenge_of("verifier"),
            nonce: None,
            issued_at: Timestamp::from_seconds(100),
        };
        grants.issue_code(coded, &SystemEntropy).unwrap()
    }

    #[test]
    fn a_code_is_good_once_for_a_minute_and_for_whoever_began() {
        let grants = grants();
        let good = code(&grants);
        for (what, redirect_uri, verifier, seconds, is_good) in [
            ("right", THERE, "verifier", 159, true),
            ("late", THERE, "verifier", 160, false),
            ("another place", "http://localhost:8080/", "verifier", 101, false),
            ("another verifier", THERE, "another", 101, false),
        ] {
            let redeemed =
                grants.redeem(&code(&grants), redirect_uri, verifier, Timestamp::from_seconds(seconds));
            assert_eq!(redeemed.is_ok(), is_good, "{what}");
        }
        assert!(grants.redeem(&good, THERE, "wrong", Timestamp::from_seconds(101)).is_err());
        assert!(grants.redeem(&good, THERE, "verifier", Timestamp::from_seconds(101)).is_err());
    }

    #[test]
    fn refresh_tokens_rotate_and_one_that_comes_twice_ends_the_session() {
        let grants = grants();
        let first = grants.issue_refresh_token(&grant(), &SystemEntropy).unwrap();
        let next = grants.refresh(&first).unwrap();
        assert_eq!(next.number, 1);
        let second = grants.issue_refresh_token(&next, &SystemEntropy).unwrap();
        assert_eq!(grants.refresh(&second).unwrap().number, 2);
        assert_eq!(grants.refresh(&first), Err("invalid_grant"));
        assert_eq!(grants.refresh(&second), Err("invalid_grant"), "whoever has it may be the thief");
    }

    #[test]
    fn a_refresh_token_survives_a_restart_and_no_other_secret() {
        let token = grants().issue_refresh_token(&grant(), &SystemEntropy).unwrap();
        assert!(grants().refresh(&token).is_ok());
        let secrets = Secrets::new(SecretText::new("another-0123456789abcdefghijklmnop"), Vec::new());
        let other = Grants::new(Sealer::new(secrets.derive(KeyPurpose::DevelopmentTokens)));
        assert_eq!(other.refresh(&token), Err("invalid_grant"));
    }

    #[test]
    fn what_was_ended_or_revoked_is_not_renewed() {
        for end in
            [|grants: &Grants, _: &str| grants.end("s"), |grants: &Grants, token: &str| grants.revoke(token)]
        {
            let grants = grants();
            let token = grants.issue_refresh_token(&grant(), &SystemEntropy).unwrap();
            end(&grants, &token);
            assert_eq!(grants.refresh(&token), Err("invalid_grant"));
        }
    }
}

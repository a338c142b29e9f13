//! Cross-site request forgery: both the origin and the token must be ours.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac};
use http::{HeaderMap, Method, header};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::keys::DerivedKeys;
use crate::origin::PublicOrigin;
use crate::secret::SecretKey;
use crate::session::HashedSessionId;

/// How cross-site requests are told apart. There is no way to switch the check off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsrfMode {
    /// Origin and token.
    Token,
    /// The origin alone, for apps whose `fetch` calls cannot change.
    Origin,
}

/// To what a token is bound: the session, or before sign-in this browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsrfBinding<'a> {
    /// The session that the cookie names, alive or not.
    Session(HashedSessionId),
    /// The random value in the browser cookie.
    Browser(&'a str),
    /// A token that the app's server may pass on: what is made for this one says that the token is ours.
    PassedOn(&'a str),
}

impl CsrfBinding<'_> {
    /// What kind it is, and which one.
    pub(crate) const fn parts(&self) -> (&'static [u8], &[u8]) {
        match self {
            Self::Session(id) => (b"session:", id.as_bytes()),
            Self::Browser(value) => (b"browser:", value.as_bytes()),
            Self::PassedOn(token) => (b"passed on:", token.as_bytes()),
        }
    }
}

/// Why a state-changing request was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CsrfRefusal {
    /// It came from another origin, or did not say from where.
    #[error("the request did not come from this site")]
    ForeignOrigin,
    /// No token.
    #[error("the CSRF token is missing")]
    MissingToken,
    /// A token that was not made for this browser and session.
    #[error("the CSRF token is not valid for this session")]
    InvalidToken,
}

/// Methods that change nothing (RFC 9110 §9.2.1) need no check.
#[must_use]
pub fn is_state_changing(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE)
}

/// Judges where a request came from.
///
/// 1. `Sec-Fetch-Site`, which scripts cannot set, must be `same-origin` or `none` when present.
/// 2. `Origin`, when present, must be ours to the letter; `null` is foreign.
/// 3. One of the two must be present: a request with neither may come from an old browser on a foreign page.
///
/// # Errors
/// [`CsrfRefusal::ForeignOrigin`].
pub fn judge_origin(headers: &HeaderMap, own: &PublicOrigin) -> Result<(), CsrfRefusal> {
    let site = single(headers, "sec-fetch-site")?;
    let origin = single(headers, header::ORIGIN.as_str())?;
    let site_is_ours = site.map(|site| matches!(site, b"same-origin" | b"none"));
    let origin_is_ours = origin.map(|origin| origin == own.as_str().as_bytes());
    match (site_is_ours, origin_is_ours) {
        (Some(false), _) | (_, Some(false)) | (None, None) => Err(CsrfRefusal::ForeignOrigin),
        _ => Ok(()),
    }
}

/// A header that may stand once; two lines would be read differently by different readers.
fn single<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a [u8]>, CsrfRefusal> {
    let mut lines = headers.get_all(name).iter();
    match (lines.next(), lines.next()) {
        (line, None) => Ok(line.map(http::HeaderValue::as_bytes)),
        _ => Err(CsrfRefusal::ForeignOrigin),
    }
}

/// A token that was made: 32 bytes in memory, 64 characters wherever it is sent.
#[derive(Clone)]
pub struct CsrfToken([u8; 32]);

impl CsrfToken {
    /// The text: 64 characters of ASCII.
    #[must_use]
    pub fn text(&self) -> [u8; 64] {
        hex(&self.0)
    }
}

impl fmt::Debug for CsrfToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfToken(…)")
    }
}

/// Makes and checks CSRF tokens: HMAC-SHA-256 over the binding, 64 lower-case hexadecimal characters, as next-auth
/// clients expect them.
#[derive(Debug, Clone)]
pub struct CsrfTokens {
    keys: DerivedKeys,
}

impl CsrfTokens {
    /// With the keys of [`KeyPurpose::CsrfToken`](crate::keys::KeyPurpose::CsrfToken).
    #[must_use]
    pub const fn new(keys: DerivedKeys) -> Self {
        Self { keys }
    }

    /// The token for a browser or session. Always the same one, so that tabs do not disturb each other.
    #[must_use]
    pub fn token(&self, binding: CsrfBinding<'_>) -> String {
        to_hex(&self.short_token(binding).0)
    }

    /// The same in the form that takes the least memory.
    #[must_use]
    pub fn short_token(&self, binding: CsrfBinding<'_>) -> CsrfToken {
        CsrfToken(mac(self.keys.newest(), binding))
    }

    /// Checks a token in constant time.
    ///
    /// # Errors
    /// When it is missing or was not made for this binding.
    pub fn verify(&self, token: Option<&str>, binding: CsrfBinding<'_>) -> Result<(), CsrfRefusal> {
        let token = token.filter(|token| !token.is_empty()).ok_or(CsrfRefusal::MissingToken)?;
        let good = self
            .keys
            .accepted()
            .any(|key| bool::from(to_hex(&mac(key, binding)).as_bytes().ct_eq(token.as_bytes())));
        if good { Ok(()) } else { Err(CsrfRefusal::InvalidToken) }
    }
}

fn mac(key: &SecretKey, binding: CsrfBinding<'_>) -> [u8; 32] {
    let (kind, value) = binding.parts();
    keyed_hash(key, &[kind, value])
}

/// HMAC-SHA-256 over the parts, one after the other.
#[must_use]
pub fn keyed_hash(key: &SecretKey, parts: &[&[u8]]) -> [u8; 32] {
    match Hmac::<Sha256>::new_from_slice(key.expose_secret()) {
        Ok(mac) => parts.iter().fold(mac, |mac, part| mac.chain_update(part)).finalize().into_bytes().into(),
        // HMAC takes keys of any length (RFC 2104 §2); the signature alone allows an error.
        Err(_) => [0; 32],
    }
}

fn to_hex(bytes: &[u8; 32]) -> String {
    String::from_utf8_lossy(&hex(bytes)).into_owned()
}

/// Written for every answer of an API, so without anything that finds out how long a text will be.
fn hex(bytes: &[u8; 32]) -> [u8; 64] {
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' - 10 + nibble };
    let mut text = [0; 64];
    for (pair, byte) in text.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
        *pair = [digit(byte >> 4), digit(byte & 0x0f)];
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{KeyPurpose, Secrets};
    use crate::secret::SecretText;

    fn tokens(first: &str, older: &[&str]) -> CsrfTokens {
        let older = older.iter().map(|text| SecretText::new(*text)).collect();
        CsrfTokens::new(Secrets::new(SecretText::new(first), older).derive(KeyPurpose::CsrfToken))
    }

    #[test]
    fn a_token_is_good_for_its_own_browser_or_session_only() {
        let tokens = tokens("secret", &[]);
        let session = CsrfBinding::Session(HashedSessionId::from_bytes([1; 32]));
        let token = tokens.token(session);
        assert!(token.len() == 64 && token.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
        assert_eq!(tokens.verify(Some(&token), session), Ok(()));
        for other in [
            CsrfBinding::Session(HashedSessionId::from_bytes([2; 32])),
            CsrfBinding::Browser("x"),
            CsrfBinding::Browser(""),
        ] {
            assert_eq!(tokens.verify(Some(&token), other), Err(CsrfRefusal::InvalidToken));
        }
        assert_eq!(tokens.verify(None, session), Err(CsrfRefusal::MissingToken));
        assert_eq!(tokens.verify(Some(""), session), Err(CsrfRefusal::MissingToken));
        assert_eq!(tokens.verify(Some(&token.to_uppercase()), session), Err(CsrfRefusal::InvalidToken));
    }

    #[test]
    fn a_rotated_secret_keeps_outstanding_tokens_good() {
        let token = tokens("old", &[]).token(CsrfBinding::Browser("b"));
        assert_eq!(tokens("new", &["old"]).verify(Some(&token), CsrfBinding::Browser("b")), Ok(()));
        assert!(tokens("new", &[]).verify(Some(&token), CsrfBinding::Browser("b")).is_err());
    }

    #[test]
    fn only_our_own_origin_passes() {
        let own = PublicOrigin::parse("https://shop.example.com").unwrap();
        let judge = |pairs: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.append(*name, value.parse().unwrap());
            }
            judge_origin(&headers, &own).is_ok()
        };
        assert!(judge(&[("origin", "https://shop.example.com")]));
        assert!(judge(&[("sec-fetch-site", "same-origin")]));
        assert!(judge(&[("origin", "https://shop.example.com"), ("sec-fetch-site", "same-origin")]));
        assert!(!judge(&[]), "a browser that says nothing may be an old one on a foreign page");
        assert!(!judge(&[("origin", "null")]));
        assert!(!judge(&[("origin", "https://evil.test")]));
        assert!(!judge(&[("origin", "https://shop.example.com.evil.test")]));
        assert!(!judge(&[("origin", "http://shop.example.com")]));
        assert!(!judge(&[("sec-fetch-site", "same-site")]), "a sibling domain is foreign");
        assert!(!judge(&[("sec-fetch-site", "cross-site"), ("origin", "https://shop.example.com")]));
        assert!(!judge(&[("origin", "https://shop.example.com"), ("origin", "https://evil.test")]));
    }
}

//! The session id in its two forms: plain (in the cookie, never stored) and hashed (stored, useless as a cookie).

use std::fmt;
use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

use crate::entropy::{Entropy, EntropyError, random_bytes};

/// 256 bits from the operating system, as they stand in the cookie. Never stored, never printed.
#[derive(Clone, Zeroize)]
#[zeroize(drop)]
pub struct SessionId([u8; 32]);

/// The cookie's value is not 43 characters of unpadded base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the session cookie does not have the form of a session id")]
pub struct SessionIdError;

/// Characters of a session id in the cookie.
const TEXT_LENGTH: usize = 43;

impl SessionId {
    /// A fresh id.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        random_bytes(entropy).map(Self)
    }

    /// An id that follows from something that is random itself, under a key of ours: whoever brings the same thing gets
    /// the same session.
    #[must_use]
    pub const fn from_derived(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads the cookie's value: exactly 43 characters of unpadded base64url.
    ///
    /// # Errors
    /// See [`SessionIdError`].
    pub fn parse(text: &[u8]) -> Result<Self, SessionIdError> {
        let mut bytes = [0; 33];
        if text.len() != TEXT_LENGTH {
            return Err(SessionIdError);
        }
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).map_err(|_| SessionIdError)?;
        match bytes.split_first_chunk::<32>() {
            Some((id, _)) if length == 32 => Ok(Self(*id)),
            _ => Err(SessionIdError),
        }
    }

    /// The cookie's value. Named so that each use is noticed in review.
    #[must_use]
    pub fn expose_cookie_value(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What the store and the caches know this session by.
    #[must_use]
    pub fn hash(&self) -> HashedSessionId {
        HashedSessionId(Sha256::digest(self.0).into())
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(…)")
    }
}

/// SHA-256 of a [`SessionId`]. Knowing it gives no access.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HashedSessionId([u8; 32]);

impl HashedSessionId {
    /// From the store.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// For the store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The short name under which people and operators see this session.
    #[must_use]
    pub fn handle(&self) -> SessionHandle {
        SessionHandle::new(*self.0.first_chunk().unwrap_or(&[0; 12]))
    }
}

impl fmt::Debug for HashedSessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HashedSessionId({})", self.handle())
    }
}

/// A session's public name: 16 characters, the first 96 bits of its hash. Safe to show and to log.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SessionHandle {
    bytes: [u8; 12],
    text: String,
}

/// The text is not 16 characters of base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not the handle of a session: a handle has 16 letters, digits, `-` or `_`")]
pub struct SessionHandleError;

impl SessionHandle {
    fn new(bytes: [u8; 12]) -> Self {
        Self { bytes, text: URL_SAFE_NO_PAD.encode(bytes) }
    }

    /// Reads what [`as_str`](Self::as_str) gave: exactly 16 characters of base64url, of which each has one meaning.
    ///
    /// # Errors
    /// See [`SessionHandleError`].
    pub fn parse(text: &str) -> Result<Self, SessionHandleError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| SessionHandleError)?;
        Ok(Self::new(bytes.try_into().map_err(|_| SessionHandleError)?))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What the [`HashedSessionId`] of the session begins with. For the store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 12] {
        &self.bytes
    }

    /// Between which ids its session is: those that begin with its bytes. For the store.
    #[must_use]
    pub fn ids(&self) -> RangeInclusive<HashedSessionId> {
        let beginning_with = |rest: u8| {
            let mut id = [rest; 32];
            id.iter_mut().zip(self.bytes).for_each(|(byte, known)| *byte = known);
            HashedSessionId(id)
        };
        beginning_with(0)..=beginning_with(u8::MAX)
    }
}

impl fmt::Debug for SessionHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionHandle({})", self.text)
    }
}

impl fmt::Display for SessionHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting;
    impl Entropy for Counting {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
            bytes.iter_mut().zip(0u8..).for_each(|(byte, n)| *byte = n);
            Ok(())
        }
    }

    #[test]
    fn between_the_ids_of_a_handle_are_all_that_begin_like_it_and_no_others() {
        let id = SessionId::generate(&Counting).unwrap().hash();
        let ids = id.handle().ids();
        assert!(ids.contains(&id));
        for (byte, is_its) in [(31, true), (12, true), (11, false), (0, false)] {
            for other in [id.0[byte].wrapping_add(1), id.0[byte].wrapping_sub(1)] {
                let mut changed = id;
                changed.0[byte] = other;
                assert_eq!(ids.contains(&changed), is_its, "byte {byte}");
            }
        }
    }

    #[test]
    fn a_cookie_value_is_read_back_as_the_same_session() {
        let id = SessionId::generate(&Counting).unwrap();
        let again = SessionId::parse(id.expose_cookie_value().as_bytes()).unwrap();
        assert_eq!(again.hash(), id.hash());
    }

    #[test]
    fn other_forms_are_refused() {
        let good = SessionId::generate(&Counting).unwrap().expose_cookie_value();
        for bad in
            ["", "short", &format!("{good}A"), &format!("{good}="), &good.replacen('A', "+", 1), &good[1..]]
        {
            assert!(SessionId::parse(bad.as_bytes()).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_handle_is_read_back_and_is_what_the_hash_begins_with() {
        let hash = SessionId::generate(&Counting).unwrap().hash();
        let again = SessionHandle::parse(hash.handle().as_str()).unwrap();
        assert_eq!(again, hash.handle());
        assert!(hash.as_bytes().starts_with(again.as_bytes()));
    }

    #[test]
    fn what_has_not_the_form_of_a_handle_is_refused() {
        let good = HashedSessionId::from_bytes([0; 32]).handle().to_string();
        assert!(SessionHandle::parse(&good).is_ok());
        let wrong = ["", " ", &good[1..], &format!("{good}A"), &format!("{good}="), "AAAAAAAAAAAAAAA+", "é"];
        for text in wrong {
            assert_eq!(SessionHandle::parse(text), Err(SessionHandleError), "{text:?}");
        }
    }

    #[test]
    fn debug_shows_nothing_that_opens_a_session() {
        let id = SessionId::generate(&Counting).unwrap();
        let shown = format!("{id:?} {:?}", id.hash());
        assert!(!shown.contains(&id.expose_cookie_value()));
    }
}

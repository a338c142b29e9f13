//! What browsers hold and cannot read. Nobody has made any of it, so nothing opens.

use std::sync::LazyLock;

use crossgate_core::keys::KeyPurpose;
use crossgate_core::seal::Sealer;
use crossgate_core::secret::SecretText;
use crossgate_core::settings::Dialect;
use crossgate_nextauth::cookie::{CookieCipher, Joined, join, split};
use crossgate_oidc::SignInTransaction;

use crate::shop::SHOP;
use crate::text_of;

static SEALER: LazyLock<Sealer> =
    LazyLock::new(|| Sealer::new(SHOP.secrets.derive(KeyPurpose::SignInTransaction)));
static CIPHERS: LazyLock<[CookieCipher; 2]> = LazyLock::new(|| {
    let secrets = [SecretText::new("a secret of the app that nobody knows")];
    [Dialect::V4, Dialect::V5].map(|dialect| CookieCipher::new(dialect, "session-token", &secrets))
});

/// A sign-in under way that nobody has begun.
pub fn transaction(data: &[u8]) {
    let Some(text) = text_of(data) else { return };
    assert!(SignInTransaction::open("crossgate.begun", text, &SEALER).is_err(), "it was opened");
}

/// A session token that nobody has sealed, and pieces of it.
pub fn next_auth_cookie(data: &[u8]) {
    let Some(text) = text_of(data) else { return };
    for cipher in CIPHERS.iter() {
        assert!(cipher.open(text).is_err(), "it was opened");
    }
    if !text.is_ascii() || text.contains([';', ' ', ',', '"']) {
        return;
    }
    for dialect in [Dialect::V4, Dialect::V5] {
        let pieces = split("session-token", text, dialect);
        let joined = join(pieces.iter().map(|(name, value)| (&**name, &**value)), "session-token");
        match joined {
            Joined::Whole(whole) => assert_eq!(whole, text, "the pieces are the whole"),
            Joined::Absent | Joined::Broken => assert!(text.is_empty(), "pieces of ours are whole"),
        }
    }
}

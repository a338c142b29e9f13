//! The three secrets of a sign-in. Each is its own type, so that none can stand where another belongs.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossgate_core::entropy::{Entropy, EntropyError, random_bytes};
use crossgate_core::secret::SecretText;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;

macro_rules! secret_values {
    ($($(#[doc = $doc:literal])+ $name:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(SecretText);

        impl $name {
            /// 256 fresh bits, as 43 characters of base64url.
            ///
            /// # Errors
            /// When the source of randomness fails.
            pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
                random_bytes::<32>(entropy).map(|bytes| Self::from_text(URL_SAFE_NO_PAD.encode(bytes)))
            }

            pub(super) fn from_text(text: impl Into<String>) -> Self {
                Self(SecretText::new(text))
            }

            /// The value itself. The name is long so that each use is noticed in review.
            #[must_use]
            pub fn expose_secret(&self) -> &str {
                self.0.expose_secret()
            }

            /// Whether this is the value that came back; takes the same time wherever they differ.
            #[must_use]
            pub fn matches(&self, presented: &str) -> bool {
                self.expose_secret().as_bytes().ct_eq(presented.as_bytes()).into()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}

secret_values! {
    /// `state` (RFC 6749 §10.12): the answer belongs to this browser.
    State;
    /// `nonce` (OIDC Core §3.1.2.1): the ID token belongs to this sign-in.
    Nonce;
    /// `code_verifier` (RFC 7636 §4.1): the code belongs to us.
    CodeVerifier;
}

impl CodeVerifier {
    /// `code_challenge` for the method S256 (RFC 7636 §4.2).
    #[must_use]
    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.expose_secret()))
    }
}

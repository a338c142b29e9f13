//! The compact form of a token: five parts with dots between them (RFC 7516 §7.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer};

use super::cipher::OpenError;
use super::encryption::{Encrypted, Encryption};

/// Longest token that is looked at, in bytes: some sixteen cookies.
const LONGEST: usize = 64 * 1024;

/// A token whose form is right.
pub(super) struct Envelope<'a> {
    /// The first part as it stands, which the tag covers.
    pub(super) header_text: &'a str,
    pub(super) encryption: Encryption,
    pub(super) key_id: Option<String>,
    pub(super) encrypted: Encrypted,
}

/// The members that a header may have. Anything else would be something that we do not understand: a compression (`zip`),
/// or an extension (`crit`).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    enc: String,
    #[serde(default, deserialize_with = "there")]
    kid: Option<String>,
}

/// A member that is there is a text; `null` is none.
fn there<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    String::deserialize(value).map(Some)
}

/// An array would do for a struct otherwise, and so would white space before it, which next-auth never writes.
fn read_header(text: &[u8]) -> Result<Header, OpenError> {
    if !text.starts_with(b"{") {
        return Err(OpenError::Form);
    }
    serde_json::from_slice(text).map_err(|_| OpenError::Form)
}

/// Reads the form:
///
/// 1. no longer than the bound;
/// 2. five parts, the second of them empty (RFC 7518 §4.5: with `dir` there is no encrypted key);
/// 3. each part in base64url without padding, in its one canonical form;
/// 4. a header that is an object with nothing but `alg`, `enc` and `kid`, each once and a text;
/// 5. `alg` is `dir`, `enc` is known.
pub(super) fn parse(token: &str) -> Result<Envelope<'_>, OpenError> {
    if token.len() > LONGEST {
        return Err(OpenError::Form); // 1
    }
    let parts: Vec<_> = token.split('.').collect();
    let [header_text, "", iv, ciphertext, tag] = parts[..] else { return Err(OpenError::Form) }; // 2
    let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| OpenError::Form); // 3
    let header = read_header(&bytes(header_text)?)?; // 4
    let encryption = match (header.alg.as_str(), header.enc.as_str()) {
        ("dir", "A256GCM") => Encryption::A256Gcm,
        ("dir", "A256CBC-HS512") => Encryption::A256CbcHs512,
        _ => return Err(OpenError::Algorithm), // 5
    };
    let encrypted = Encrypted { iv: bytes(iv)?, ciphertext: bytes(ciphertext)?, tag: bytes(tag)? };
    Ok(Envelope { header_text, encryption, key_id: header.kid, encrypted })
}

/// The first part of a token, with its members in the order in which next-auth writes them.
pub(super) fn header_text(encryption: Encryption, key_id: Option<&str>) -> String {
    let key_id = key_id.map(|id| format!(r#","kid":"{id}""#)).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"dir","enc":"{}"{key_id}}}"#, encryption.name()))
}

/// The whole token.
pub(super) fn compact(header_text: &str, encrypted: &Encrypted) -> String {
    let [iv, ciphertext, tag] =
        [&encrypted.iv, &encrypted.ciphertext, &encrypted.tag].map(|part| URL_SAFE_NO_PAD.encode(part));
    format!("{header_text}..{iv}.{ciphertext}.{tag}")
}

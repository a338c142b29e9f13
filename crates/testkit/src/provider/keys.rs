//! The keys of a provider, and the ways in which it may sign badly.

use std::cell::Cell;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Map, Value, json};

use super::people::object;

/// Made with openssl for these tests, and worth nothing anywhere else.
const FIRST: &str = include_str!("pem/first.pem");
const FIRST_PUBLIC: &str = include_str!("pem/first_public.pem");
const SECOND: &str = include_str!("pem/second.pem");
const ELLIPTIC: &str = include_str!("pem/elliptic.pem");
/// In no key set.
const FOREIGN: &str = include_str!("pem/foreign.pem");

/// How tokens are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Signing {
    /// With the RSA key, as it should be.
    #[default]
    Rs256,
    /// With the elliptic key, as it should be.
    Es256,
    /// Not at all: `alg` is `none`.
    None,
    /// By somebody else, under the id of the right key.
    WrongKey,
    /// With HS256 and the RSA public key as the secret.
    HmacWithPublicKey,
    /// Well, but without saying with which key.
    WithoutKeyId,
    /// Well, but under an id that is not in the key set.
    UnknownKeyId,
    /// By somebody else, whose public key is in the header (RFC 7515 §4.1.3).
    KeyOfItsOwn,
    /// Well, and changed afterwards.
    ChangedAfterwards,
}

#[derive(Default)]
pub(super) struct Keys {
    signing: Cell<Signing>,
    /// Which RSA key signs.
    generation: Cell<usize>,
    /// Whether the next RSA key stands in the key set too.
    announced: Cell<bool>,
}

impl Keys {
    pub(super) fn sign_with(&self, signing: Signing) {
        self.signing.set(signing);
    }

    pub(super) fn rotate(&self) {
        self.generation.set(self.generation.get() + 1);
        self.announced.set(false);
    }

    pub(super) fn announce_next(&self) {
        self.announced.set(true);
    }

    /// RFC 7517.
    pub(super) fn key_set(&self) -> Value {
        let first = self.generation.get();
        let last = first + usize::from(self.announced.get());
        let rsa = (first..=last).map(|generation| public(&rsa_key(generation), &key_id(generation)));
        let elliptic = public(&elliptic_key(), "elliptic");
        json!({ "keys": rsa.chain([elliptic]).collect::<Vec<_>>() })
    }

    /// A JWT with these claims.
    pub(super) fn sign(&self, media_type: Option<&str>, claims: &Map<String, Value>) -> String {
        let generation = self.generation.get();
        let header = |algorithm, key_id: Option<String>| Header {
            typ: media_type.map(str::to_owned),
            kid: key_id,
            ..Header::new(algorithm)
        };
        let rsa = |key_id| header(Algorithm::RS256, key_id);
        let ours = Some(key_id(generation));
        let foreign = EncodingKey::from_rsa_pem(FOREIGN.as_bytes()).unwrap();
        let (header, key) = match self.signing.get() {
            Signing::Rs256 | Signing::ChangedAfterwards => (rsa(ours), rsa_key(generation)),
            Signing::Es256 => (header(Algorithm::ES256, Some("elliptic".to_owned())), elliptic_key()),
            Signing::None => return unsigned(media_type, claims),
            Signing::WrongKey => (rsa(ours), foreign),
            Signing::HmacWithPublicKey => {
                (header(Algorithm::HS256, ours), EncodingKey::from_secret(FIRST_PUBLIC.as_bytes()))
            }
            Signing::WithoutKeyId => (rsa(None), rsa_key(generation)),
            Signing::UnknownKeyId => (rsa(Some("nobody-knows".to_owned())), rsa_key(generation)),
            Signing::KeyOfItsOwn => {
                let jwk = Some(Jwk::from_encoding_key(&foreign, Algorithm::RS256).unwrap());
                (Header { jwk, ..rsa(Some("mine".to_owned())) }, foreign)
            }
        };
        let token = encode(&header, claims, &key).unwrap();
        if self.signing.get() == Signing::ChangedAfterwards { changed(&token, claims) } else { token }
    }
}

fn key_id(generation: usize) -> String {
    format!("key-{generation}")
}

/// There are two, which take turns under ever new ids.
fn rsa_key(generation: usize) -> EncodingKey {
    let pem = [FIRST, SECOND][generation % 2];
    EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap()
}

fn elliptic_key() -> EncodingKey {
    EncodingKey::from_ec_pem(ELLIPTIC.as_bytes()).unwrap()
}

fn public(key: &EncodingKey, key_id: &str) -> Value {
    let algorithm = if key_id == "elliptic" { Algorithm::ES256 } else { Algorithm::RS256 };
    let mut jwk = Jwk::from_encoding_key(key, algorithm).unwrap();
    jwk.common.key_id = Some(key_id.to_owned());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    serde_json::to_value(jwk).unwrap()
}

fn part(value: &Map<String, Value>) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(value).unwrap())
}

fn unsigned(media_type: Option<&str>, claims: &Map<String, Value>) -> String {
    let header = object(json!({ "alg": "none", "typ": media_type.unwrap_or("JWT") }));
    format!("{}.{}.", part(&header), part(claims))
}

/// The same signature over other claims.
fn changed(token: &str, claims: &Map<String, Value>) -> String {
    let mut claims = claims.clone();
    claims.insert("name".to_owned(), json!("Somebody Else"));
    let parts: Vec<&str> = token.split('.').collect();
    format!("{}.{}.{}", parts[0], part(&claims), parts[2])
}

//! A provider that signs what it is told to.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossgate_core::entropy::{Entropy, EntropyError};
use crossgate_core::provider::{
    AuthorizationSettings, ClientAuthentication, ClientSettings, CodeChallengeUse, Endpoint, Issuer,
    OpenIdSettings, ProfileReading, ProviderId, ProviderProtocol, ProviderSettings, ResponseMode,
    UserInfoUse,
};
use crossgate_core::time::Timestamp;
use crossgate_oidc::key_set::judge_key_set;
use crossgate_oidc::{KeySet, Proof, ProviderAnswer, ProviderMetadata, ProviderRequest};
use http::{HeaderMap, StatusCode};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

pub(crate) const RSA: &str = include_str!("keys/rsa.pem");
pub(crate) const RSA_PUBLIC: &str = include_str!("keys/rsa-public.pem");
pub(crate) const RSA_OTHER: &str = include_str!("keys/rsa-other.pem");
pub(crate) const P256: &str = include_str!("keys/p256.pem");
pub(crate) const P384: &str = include_str!("keys/p384.pem");
pub(crate) const ED25519: &str = include_str!("keys/ed25519.pem");

pub(crate) const CLIENT: &str = "client-1";
pub(crate) const NOW: i64 = 1_800_000_000;

/// Every algorithm that is accepted, with a key for it.
pub(crate) const ALGORITHMS: [(Algorithm, &str); 9] = [
    (Algorithm::RS256, RSA),
    (Algorithm::RS384, RSA),
    (Algorithm::RS512, RSA),
    (Algorithm::PS256, RSA),
    (Algorithm::PS384, RSA),
    (Algorithm::PS512, RSA),
    (Algorithm::ES256, P256),
    (Algorithm::ES384, P384),
    (Algorithm::EdDSA, ED25519),
];

pub(crate) fn now() -> Timestamp {
    Timestamp::from_seconds(NOW)
}

pub(crate) fn issuer() -> Issuer {
    Issuer::parse("https://id.example").unwrap()
}

pub(crate) fn encoding_key(algorithm: Algorithm, pem: &str) -> EncodingKey {
    match algorithm {
        Algorithm::ES256 | Algorithm::ES384 => EncodingKey::from_ec_pem(pem.as_bytes()).unwrap(),
        Algorithm::EdDSA => EncodingKey::from_ed_pem(pem.as_bytes()).unwrap(),
        Algorithm::HS256 => EncodingKey::from_secret(pem.as_bytes()),
        _ => EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap(),
    }
}

/// The public key as it stands in a key set, with its name and its algorithm.
pub(crate) fn jwk(id: &str, algorithm: Algorithm, pem: &str) -> Value {
    let jwk = Jwk::from_encoding_key(&encoding_key(algorithm, pem), algorithm).unwrap();
    patched(&serde_json::to_value(jwk).unwrap(), &json!({ "kid": id, "use": "sig" }))
}

/// A value with some members replaced; `null` takes one away.
pub(crate) fn patched(value: &Value, patch: &Value) -> Value {
    let mut value = value.clone();
    for (name, new) in patch.as_object().unwrap() {
        match new {
            Value::Null => value.as_object_mut().unwrap().remove(name),
            new => value.as_object_mut().unwrap().insert(name.clone(), new.clone()),
        };
    }
    value
}

pub(crate) fn key_set(keys: &[Value]) -> KeySet {
    judge_key_set(&answer(200, &json!({ "keys": keys }).to_string())).unwrap()
}

/// The set of the provider: its RSA key `r` for RS256.
pub(crate) fn usual_keys() -> KeySet {
    key_set(&[jwk("r", Algorithm::RS256, RSA)])
}

/// A token with just this header and payload.
pub(crate) fn sign_text(header: &str, payload: &str, algorithm: Algorithm, pem: &str) -> String {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let key = encoding_key(algorithm, pem);
    let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), &key, algorithm).unwrap();
    format!("{signed}.{signature}")
}

/// A token of the provider, signed with its key `r`.
pub(crate) fn sign(claims: &Value) -> String {
    sign_with(&json!({ "alg": "RS256", "kid": "r" }), claims)
}

pub(crate) fn sign_with(header: &Value, claims: &Value) -> String {
    sign_text(&header.to_string(), &claims.to_string(), Algorithm::RS256, RSA)
}

pub(crate) fn answer(status: u16, body: &str) -> ProviderAnswer {
    let status = StatusCode::from_u16(status).unwrap();
    ProviderAnswer { status, headers: HeaderMap::new(), body: body.into() }
}

pub(crate) struct Sevens;

impl Entropy for Sevens {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.fill(7);
        Ok(())
    }
}

pub(crate) const PROOF: Proof<'static> = Proof { now: Timestamp::from_seconds(NOW), entropy: &Sevens };

pub(crate) fn endpoint(path: &str) -> Endpoint {
    Endpoint::parse(&format!("https://id.example{path}")).unwrap()
}

pub(crate) fn metadata() -> ProviderMetadata {
    ProviderMetadata {
        issuer: issuer(),
        authorization_endpoint: endpoint("/authorize"),
        token_endpoint: endpoint("/token"),
        jwks_uri: Some(endpoint("/keys")),
        user_info_endpoint: Some(endpoint("/me")),
        revocation_endpoint: Some(endpoint("/revoke")),
        end_session_endpoint: Some(endpoint("/logout?realm=a")),
        pushed_authorization_request_endpoint: None,
        answers_with_issuer: false,
        issuer_in_answers: issuer(),
        requires_pushed_authorization: false,
        signature_algorithms: vec![],
        client_authentication_methods: vec![],
    }
}

pub(crate) fn settings(authentication: ClientAuthentication) -> ProviderSettings {
    ProviderSettings {
        id: ProviderId::parse("example").unwrap(),
        name: "Example".into(),
        protocol: ProviderProtocol::OpenId(OpenIdSettings {
            issuer: issuer(),
            user_info: UserInfoUse::WhenNeeded,
        }),
        client: ClientSettings { id: CLIENT.into(), authentication },
        authorization: AuthorizationSettings {
            scopes: vec!["openid".into()],
            parameters: vec![],
            allowed_parameters: vec![],
            response_mode: ResponseMode::Query,
            code_challenge: CodeChallengeUse::S256,
        },
        hosts: vec![],
        profile: ProfileReading::standard(),
        sign_out_there: true,
        token_targets: vec![],
    }
}

/// The form in a request.
pub(crate) fn form_of(request: &ProviderRequest) -> Vec<(String, String)> {
    form_urlencoded::parse(request.body.expose_secret().as_bytes()).into_owned().collect()
}

pub(crate) fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

//! How we prove to a provider who we are (RFC 6749 §2.3, OIDC Core §9).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use crossgate_core::entropy::{Entropy, EntropyError, random_bytes};
use crossgate_core::provider::{
    ClientAuthentication, ClientKey, ClientKeyAlgorithm, ClientSettings, Endpoint,
};
use crossgate_core::secret::SecretText;
use crossgate_core::time::Timestamp;
use http::{HeaderMap, HeaderValue, header};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::request::ProviderRequest;

/// How long an assertion lives: it is used at once.
const ASSERTION_LIFETIME: Duration = Duration::from_secs(60);
/// How long a signed secret lives. Apple allows six months; each of ours is used at once too.
const SIGNED_SECRET_LIFETIME: Duration = Duration::from_secs(300);
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Time and chance that a proof may need.
#[derive(Clone, Copy)]
pub struct Proof<'a> {
    /// The current time.
    pub now: Timestamp,
    /// For the identifiers of assertions.
    pub entropy: &'a dyn Entropy,
}

/// Why no proof could be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Not a PEM of the kind that the algorithm needs.
    #[error("the client's private key is not a key for its algorithm")]
    Key,
    /// See [`EntropyError`].
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// Adds to a request what proves who we are. `audience` is the endpoint for which an assertion is meant.
///
/// # Errors
/// See [`ProofError`].
pub fn prove(
    client: &ClientSettings,
    audience: &str,
    proof: &Proof<'_>,
    form: &mut Vec<(String, String)>,
    headers: &mut HeaderMap,
) -> Result<(), ProofError> {
    let id = client.id.as_str();
    match &client.authentication {
        ClientAuthentication::None => add(form, "client_id", id),
        ClientAuthentication::Basic(secret) => {
            headers.insert(header::AUTHORIZATION, basic(id, secret));
        }
        ClientAuthentication::Post(secret) => add_secret(form, id, secret.expose_secret()),
        ClientAuthentication::PrivateKeyJwt(key) => {
            add(form, "client_id", id);
            add(form, "client_assertion_type", ASSERTION_TYPE);
            add(form, "client_assertion", &assertion(id, key, audience, proof)?);
        }
        ClientAuthentication::SignedSecret { key, team, audience } => {
            add_secret(form, id, &signed_secret(id, key, (team, audience), proof.now)?);
        }
    }
    Ok(())
}

/// A form for a provider's endpoint that proves who we are.
pub(crate) fn proven_post(
    client: &ClientSettings,
    endpoint: &Endpoint,
    audience: &str,
    proof: &Proof<'_>,
    mut form: Vec<(String, String)>,
) -> Result<ProviderRequest, ProofError> {
    let mut headers = HeaderMap::new();
    prove(client, audience, proof, &mut form, &mut headers)?;
    let mut request = ProviderRequest::post(endpoint.clone(), &form);
    request.headers.extend(headers);
    Ok(request)
}

fn add(form: &mut Vec<(String, String)>, name: &str, value: &str) {
    form.push((name.to_owned(), value.to_owned()));
}

fn add_secret(form: &mut Vec<(String, String)>, id: &str, secret: &str) {
    add(form, "client_id", id);
    add(form, "client_secret", secret);
}

/// RFC 6749 §2.3.1: both parts are form-urlencoded before they become a user name and a password. What comes out is
/// base64, so it can always stand in a header.
fn basic(id: &str, secret: &SecretText) -> HeaderValue {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = SecretText::new(format!("{}:{}", encoded(id), encoded(secret.expose_secret())));
    let text = format!("Basic {}", STANDARD.encode(pair.expose_secret()));
    let mut value = HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("Basic"));
    value.set_sensitive(true);
    value
}

/// RFC 7523 §3, OIDC Core §9 (`private_key_jwt`).
fn assertion(id: &str, key: &ClientKey, audience: &str, proof: &Proof<'_>) -> Result<String, ProofError> {
    let random: [u8; 16] = random_bytes(proof.entropy)?;
    let claims = json!({
        "iss": id,
        "sub": id,
        "aud": audience,
        "jti": URL_SAFE_NO_PAD.encode(random),
        "iat": proof.now.as_seconds(),
        "exp": proof.now.after(ASSERTION_LIFETIME).as_seconds(),
    });
    sign(key, &claims)
}

/// "Creating a client secret" in Apple's documentation of Sign in with Apple.
fn signed_secret(
    id: &str,
    key: &ClientKey,
    (team, audience): (&str, &str),
    now: Timestamp,
) -> Result<String, ProofError> {
    let claims = json!({
        "iss": team,
        "sub": id,
        "aud": audience,
        "iat": now.as_seconds(),
        "exp": now.after(SIGNED_SECRET_LIFETIME).as_seconds(),
    });
    sign(key, &claims)
}

fn sign(key: &ClientKey, claims: &Value) -> Result<String, ProofError> {
    let pem = key.pem.expose_secret().as_bytes();
    let (algorithm, read) = match key.algorithm {
        ClientKeyAlgorithm::Es256 => (Algorithm::ES256, EncodingKey::from_ec_pem(pem)),
        ClientKeyAlgorithm::Rs256 => (Algorithm::RS256, EncodingKey::from_rsa_pem(pem)),
        ClientKeyAlgorithm::Ps256 => (Algorithm::PS256, EncodingKey::from_rsa_pem(pem)),
        ClientKeyAlgorithm::EdDsa => (Algorithm::EdDSA, EncodingKey::from_ed_pem(pem)),
    };
    let header = Header { kid: key.id.clone(), ..Header::new(algorithm) };
    let encoding = read.map_err(|_| ProofError::Key)?;
    jsonwebtoken::encode(&header, claims, &encoding).map_err(|_| ProofError::Key)
}

//! Judges a discovery document (OIDC Discovery §4.2, §4.3).

use crossgate_core::provider::{Endpoint, EndpointError, ProviderSettings};
use http::StatusCode;
use serde_json::{Map, Value};

use super::ProviderMetadata;
use crate::hosts::{AllowedHosts, ForeignHost};
use crate::request::ProviderAnswer;

/// Longest accepted document, in bytes.
const LONGEST: usize = 256 * 1024;
/// How much of a foreign issuer an error shows, in characters.
const SHOWN: usize = 200;

/// Why a discovery document cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// The answer is no success.
    #[error("the discovery document was answered with status {0}")]
    Status(StatusCode),
    /// It is longer than 256 KiB.
    #[error("the discovery document is too long")]
    TooLong,
    /// It is something else.
    #[error("the discovery document is not a JSON object")]
    NotAnObject,
    /// It is the document of somebody else.
    #[error(
        "the discovery document is of the issuer {found:?}, not of {expected:?}; fix: write `issuer` as the provider does, to the letter"
    )]
    WrongIssuer {
        /// The issuer in the configuration.
        expected: String,
        /// The issuer in the document, cut.
        found: String,
    },
    /// A member that must be there is not.
    #[error("the discovery document has no {0}")]
    Missing(&'static str),
    /// A member is of another type than it has to be.
    #[error("the discovery document's {0} has the wrong type")]
    WrongType(&'static str),
    /// A member is not an address that we send anything to.
    #[error("the discovery document's {what} is unusable: {cause}")]
    UnusableEndpoint {
        /// The member.
        what: &'static str,
        /// Why.
        cause: EndpointError,
    },
    /// A member is on a host that nobody allowed.
    #[error(transparent)]
    ForeignHost(#[from] ForeignHost),
    /// It says that it does not know the code flow.
    #[error("the provider's response_types_supported does not have `code`")]
    NoCodeFlow,
    /// It says that it does not know the PKCE method that we always use.
    #[error("the provider's code_challenge_methods_supported does not have `S256`")]
    NoCodeChallenge,
}

impl MetadataError {
    /// Whether the provider has a bad moment (RFC 9110 §15.6, RFC 6585 §4); everything else stays as it is until
    /// somebody changes something.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Status(status) if status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS)
    }
}

/// Judges the answer to [`build_metadata_request`](super::build_metadata_request).
///
/// 1. The status is 200 (OIDC Discovery §4.2).
/// 2. The document is a JSON object of at most 256 KiB.
/// 3. `issuer` is the issuer of the configuration, to the letter (§4.3).
/// 4. `authorization_endpoint`, `token_endpoint` and `jwks_uri` are there (§3).
/// 5. Every endpoint is https, or http on loopback, and on an allowed host.
/// 6. Where `response_types_supported` is there, it has `code`.
/// 7. Where `code_challenge_methods_supported` is there, it has `S256` (RFC 8414 §2, RFC 7636 §4.2).
///
/// # Errors
/// See [`MetadataError`].
pub fn judge_metadata(
    answer: &ProviderAnswer,
    settings: &ProviderSettings,
) -> Result<ProviderMetadata, MetadataError> {
    // 1. The status.
    if answer.status != StatusCode::OK {
        return Err(MetadataError::Status(answer.status));
    }
    // 2. The form.
    let object = parse_object(&answer.body)?;
    let document = Document { object: &object, hosts: AllowedHosts::of(settings) };
    // 3. The issuer.
    document.judge_issuer(settings)?;
    // 6. The code flow.
    document.judge_list("response_types_supported", "code", MetadataError::NoCodeFlow)?;
    // 7. PKCE.
    document.judge_list("code_challenge_methods_supported", "S256", MetadataError::NoCodeChallenge)?;
    // 4. and 5. The endpoints.
    read(&document, settings)
}

fn parse_object(body: &[u8]) -> Result<Map<String, Value>, MetadataError> {
    if body.len() > LONGEST {
        return Err(MetadataError::TooLong);
    }
    serde_json::from_slice(body).map_err(|_| MetadataError::NotAnObject)
}

fn read(document: &Document<'_>, settings: &ProviderSettings) -> Result<ProviderMetadata, MetadataError> {
    Ok(ProviderMetadata {
        issuer: settings.issuer().clone(),
        authorization_endpoint: document.required("authorization_endpoint")?,
        token_endpoint: document.required("token_endpoint")?,
        jwks_uri: Some(document.required("jwks_uri")?),
        user_info_endpoint: document.endpoint("userinfo_endpoint")?,
        revocation_endpoint: document.endpoint("revocation_endpoint")?,
        end_session_endpoint: document.endpoint("end_session_endpoint")?,
        pushed_authorization_request_endpoint: document.endpoint("pushed_authorization_request_endpoint")?,
        answers_with_issuer: document.flag("authorization_response_iss_parameter_supported")?,
        issuer_in_answers: settings.issuer().clone(),
        requires_pushed_authorization: document.flag("require_pushed_authorization_requests")?,
        signature_algorithms: document.list("id_token_signing_alg_values_supported")?.unwrap_or_default(),
        client_authentication_methods: document
            .list("token_endpoint_auth_methods_supported")?
            .unwrap_or_default(),
    })
}

/// The members of a document, with the type that each must have.
struct Document<'a> {
    object: &'a Map<String, Value>,
    hosts: AllowedHosts,
}

impl Document<'_> {
    /// A member; `null` is as good as nothing.
    fn member(&self, name: &'static str) -> Option<&Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    fn text(&self, name: &'static str) -> Result<Option<&str>, MetadataError> {
        let Some(value) = self.member(name) else { return Ok(None) };
        value.as_str().map(Some).ok_or(MetadataError::WrongType(name))
    }

    fn endpoint(&self, name: &'static str) -> Result<Option<Endpoint>, MetadataError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let endpoint =
            Endpoint::parse(text).map_err(|cause| MetadataError::UnusableEndpoint { what: name, cause })?;
        self.hosts.check(name, &endpoint)?;
        Ok(Some(endpoint))
    }

    fn required(&self, name: &'static str) -> Result<Endpoint, MetadataError> {
        self.endpoint(name)?.ok_or(MetadataError::Missing(name))
    }

    /// A boolean; false where there is nothing.
    fn flag(&self, name: &'static str) -> Result<bool, MetadataError> {
        self.member(name).map_or(Ok(false), |value| value.as_bool().ok_or(MetadataError::WrongType(name)))
    }

    fn list(&self, name: &'static str) -> Result<Option<Vec<String>>, MetadataError> {
        let Some(value) = self.member(name) else { return Ok(None) };
        let texts = |list: &Vec<Value>| {
            list.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        };
        value.as_array().and_then(texts).map(Some).ok_or(MetadataError::WrongType(name))
    }

    fn judge_issuer(&self, settings: &ProviderSettings) -> Result<(), MetadataError> {
        let found = self.text("issuer")?.ok_or(MetadataError::Missing("issuer"))?;
        let expected = settings.issuer().as_str();
        if found == expected {
            return Ok(());
        }
        let found = found.chars().take(SHOWN).collect();
        Err(MetadataError::WrongIssuer { expected: expected.to_owned(), found })
    }

    fn judge_list(
        &self,
        name: &'static str,
        wanted: &str,
        otherwise: MetadataError,
    ) -> Result<(), MetadataError> {
        match self.list(name)? {
            Some(list) if !list.iter().any(|item| item == wanted) => Err(otherwise),
            _ => Ok(()),
        }
    }
}

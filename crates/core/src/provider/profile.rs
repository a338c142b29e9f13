//! What a provider says about somebody, and where in its answer that stands.

use serde_json::{Map, Value};

use super::address::Issuer;
use super::settings::ProviderId;
use crate::identity::{Subject, SubjectError};

/// JSON Pointers (RFC 6901) into the profile, each with alternatives; the first that is there counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileReading {
    /// The stable id. For OpenID Connect always `/sub`.
    pub subject: Vec<String>,
    /// The full name.
    pub name: Vec<String>,
    /// The e-mail address.
    pub email: Vec<String>,
    /// Whether the provider has verified the address. Where there is nothing, it is not verified.
    pub email_verified: Vec<String>,
    /// Address of a picture.
    pub image: Vec<String>,
}

/// Who somebody is at a provider. The identity is (issuer, subject), never the e-mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderProfile {
    /// Which provider.
    pub provider: ProviderId,
    /// Who vouches.
    pub issuer: Issuer,
    /// The stable name there.
    pub subject: Subject,
    /// Full name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Whether the provider says that the address belongs to the person.
    pub email_verified: bool,
    /// Address of a picture.
    pub image: Option<String>,
    /// All claims as they came.
    pub claims: Map<String, Value>,
}

/// The provider's answer names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the profile has no usable subject: {0}")]
pub struct ProfileError(#[from] SubjectError);

impl ProfileReading {
    /// Where OpenID Connect puts it (OIDC Core §5.1).
    #[must_use]
    pub fn standard() -> Self {
        let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Self {
            subject: list(&["/sub"]),
            name: list(&["/name", "/preferred_username", "/nickname"]),
            email: list(&["/email"]),
            email_verified: list(&["/email_verified"]),
            image: list(&["/picture"]),
        }
    }

    /// Reads a profile.
    ///
    /// # Errors
    /// When it has no usable subject.
    pub fn read(
        &self,
        provider: &ProviderId,
        issuer: &Issuer,
        claims: Map<String, Value>,
    ) -> Result<ProviderProfile, ProfileError> {
        let object = Value::Object(claims);
        let subject = Subject::from_json(first(&object, &self.subject).unwrap_or(&Value::Null))?;
        let text = |pointers| first(&object, pointers).and_then(Value::as_str).map(str::to_owned);
        let (name, email, image) = (text(&self.name), text(&self.email), text(&self.image));
        // Some providers write the boolean as a text (Apple, Cognito).
        let verified = |value: &Value| *value == Value::Bool(true) || value.as_str() == Some("true");
        let email_verified = first(&object, &self.email_verified).is_some_and(verified);
        let claims = if let Value::Object(claims) = object { claims } else { Map::new() };
        let (provider, issuer) = (provider.clone(), issuer.clone());
        Ok(ProviderProfile { provider, issuer, subject, name, email, email_verified, image, claims })
    }
}

fn first<'a>(value: &'a Value, pointers: &[String]) -> Option<&'a Value> {
    pointers.iter().find_map(|pointer| value.pointer(pointer).filter(|found| !found.is_null()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(claims: &Value) -> Result<ProviderProfile, ProfileError> {
        let (provider, issuer) =
            (ProviderId::parse("id").unwrap(), Issuer::parse("https://id.example").unwrap());
        ProfileReading::standard().read(&provider, &issuer, claims.as_object().unwrap().clone())
    }

    #[test]
    fn an_address_counts_as_verified_only_where_the_provider_says_so() {
        for (claims, verified) in [
            (json!({ "sub": "1", "email": "a@b.example" }), false),
            (json!({ "sub": "1", "email_verified": "false" }), false),
            (json!({ "sub": "1", "email_verified": 1 }), false),
            (json!({ "sub": "1", "email_verified": true }), true),
            (json!({ "sub": "1", "email_verified": "true" }), true),
        ] {
            assert_eq!(read(&claims).unwrap().email_verified, verified, "{claims}");
        }
    }

    #[test]
    fn without_a_subject_there_is_nobody() {
        for claims in [json!({}), json!({ "sub": null }), json!({ "sub": "" }), json!({ "sub": ["1"] })] {
            assert!(read(&claims).is_err(), "{claims}");
        }
    }
}

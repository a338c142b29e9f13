//! The account hook: the API says who somebody from a provider is. Without one, (issuer, subject) says it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossgate_core::identity::{Identity, Subject};
use crossgate_core::provider::{AccountSettings, ProviderProfile};
use crossgate_core::upstream_cookie::CookieJar;
use http::{HeaderMap, HeaderValue, header};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::endpoints::api_login::ask_hook;
use crate::endpoints::ask::Ask;
use crate::login::SignedIn;
use crate::refusal::Refusal;
use crate::token::{ProofKind, TokenRefusal};

/// Who it is here. `link_to` is the person whose account this becomes one more way into.
pub(super) async fn account_of(
    ask: &Ask,
    profile: &ProviderProfile,
    link_to: Option<&Subject>,
) -> Result<SignedIn, Refusal> {
    match &ask.settings().account {
        None => Ok(SignedIn { identity: derived(profile)?, tokens: None, cookies: CookieJar::default() }),
        Some(settings) => ask_api(ask, settings, profile, link_to).await,
    }
}

/// The name of a person whom no API knows: a hash of issuer and subject. It stays the same whatever the provider is
/// called in the configuration, and two issuers never share one.
fn derived(profile: &ProviderProfile) -> Result<Identity, Refusal> {
    let parts = [profile.issuer.as_str().as_bytes(), b"\0", profile.subject.as_str().as_bytes()];
    let hash = parts.into_iter().fold(Sha256::new(), Sha256::chain_update).finalize();
    let subject = URL_SAFE_NO_PAD.encode(hash);
    Ok(Identity {
        user: user_of(profile, &subject),
        subject: Subject::parse(&subject).map_err(|error| Refusal::Internal(error.to_string()))?,
        name: profile.name.clone(),
        email: profile.email.clone(),
        image: profile.image.clone(),
    })
}

fn user_of(profile: &ProviderProfile, subject: &str) -> Map<String, Value> {
    let user = json!({
        "id": subject,
        "name": profile.name,
        "email": profile.email,
        "email_verified": profile.email_verified,
        "image": profile.image,
        "provider": profile.provider.as_str(),
    });
    let mut user = user.as_object().cloned().unwrap_or_default();
    user.retain(|_, value| !value.is_null());
    user
}

async fn ask_api(
    ask: &Ask,
    settings: &AccountSettings,
    profile: &ProviderProfile,
    link_to: Option<&Subject>,
) -> Result<SignedIn, Refusal> {
    let link_to = link_to.map(Subject::as_str);
    let values = |name: &str| value_of(profile, link_to, name);
    let token = proof_for(ask, settings, profile, link_to)?;
    let headers = HeaderMap::from_iter([(header::AUTHORIZATION, token)]);
    ask_hook(ask, settings, &values, headers).await
}

/// What the API verifies before it believes the body: our signature on the same profile.
fn proof_for(
    ask: &Ask,
    settings: &AccountSettings,
    profile: &ProviderProfile,
    link_to: Option<&str>,
) -> Result<HeaderValue, Refusal> {
    let api = ask.settings().apis.get(settings.api.0);
    let api =
        api.ok_or_else(|| Refusal::Internal("the account hook names an API that is not there".into()))?;
    let claims = json!({
        "provider": profile.provider.as_str(),
        "provider_issuer": profile.issuer.as_str(),
        "provider_subject": profile.subject.as_str(),
        "email": profile.email,
        "email_verified": profile.email_verified,
        "name": profile.name,
        "image": profile.image,
        "link_to": link_to,
    });
    let token = ask.gateway().tokens.proof(api, ProofKind::Account, claims, ask.now);
    Ok(token.map_err(TokenRefusal::from)?)
}

/// The variables of the hook's templates. One without a value is left out where it stands alone.
fn value_of(profile: &ProviderProfile, link_to: Option<&str>, name: &str) -> Option<Value> {
    let text = |value: &Option<String>| value.clone().map(Value::String);
    match name {
        "provider" => Some(profile.provider.as_str().into()),
        "issuer" => Some(profile.issuer.as_str().into()),
        "subject" => Some(profile.subject.as_str().into()),
        "email" => text(&profile.email),
        "email_verified" => Some(profile.email_verified.into()),
        "name" => text(&profile.name),
        "image" => text(&profile.image),
        "claims" => Some(Value::Object(profile.claims.clone())),
        "link_to" => link_to.map(Value::from),
        _ => None,
    }
}

//! Who a token of next-auth is about, and what the app kept in it.

use crossgate_core::credentials::time_of;
use crossgate_core::identity::{Identity, Subject};
use crossgate_core::next_auth::MoveInSettings;
use crossgate_core::secret::SecretText;
use crossgate_core::session::{SessionContent, TokenSet};
use crossgate_core::time::Timestamp;
use crossgate_core::token::expiry_of_jwt;
use crossgate_core::upstream_cookie::CookieJar;
use http::{HeaderMap, header};
use serde_json::{Map, Value};

/// Longest `User-Agent` that is remembered, in characters.
const LONGEST_USER_AGENT: usize = 300;

/// Claims that say something about the token and nothing about the person.
const ABOUT_THE_TOKEN: [&str; 5] = ["iat", "exp", "nbf", "jti", "sid"];
/// Claims that the identity has a place for.
const ABOUT_THE_PERSON: [&str; 4] = ["sub", "name", "email", "picture"];

/// A session's content from a token's claims. None where they do not say who it is.
///
/// The tokens of the API leave the claims: from now on they are renewed here, and what the app kept would be old.
/// Everything else that the app put into its token stays in it.
pub(super) fn content(
    claims: Map<String, Value>,
    settings: &MoveInSettings,
    sign_in: &'static str,
    (headers, now): (&HeaderMap, Timestamp),
) -> Option<SessionContent> {
    let mut claims = Value::Object(claims);
    let subject = Subject::from_json(claims.pointer(&settings.subject)?).ok()?;
    let tokens = take_tokens(&mut claims, settings, now);
    let Value::Object(mut claims) = claims else { return None };
    claims.retain(|name, _| !ABOUT_THE_TOKEN.contains(&name.as_str()));
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    let (name, email, image) = (text("name"), text("email"), text("picture"));
    let app_claims = claims.iter().filter(|(name, _)| !ABOUT_THE_PERSON.contains(&name.as_str()));
    let app_claims = app_claims.map(|(name, value)| (name.clone(), value.clone())).collect();
    let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    Some(SessionContent {
        identity: Identity { subject, name, email, image, user: claims },
        sign_in: sign_in.to_owned(),
        tokens,
        cookies: CookieJar::default(),
        provider: None,
        app_claims,
        user_agent: user_agent.map(|text| text.chars().take(LONGEST_USER_AGENT).collect()),
    })
}

fn take_tokens(claims: &mut Value, settings: &MoveInSettings, now: Timestamp) -> Option<TokenSet> {
    let secret = |value: Value| value.as_str().filter(|text| is_token(text)).map(SecretText::new);
    let mut taken = |pointer: &Option<String>| take(claims, pointer.as_ref()?);
    let (access, refresh, end) =
        (taken(&settings.access_token), taken(&settings.refresh_token), taken(&settings.expires_at));
    let access_token = secret(access?)?;
    let declared = end.as_ref().and_then(time_of);
    let expires_at = declared.into_iter().chain(expiry_of_jwt(access_token.expose_secret())).min();
    Some(TokenSet {
        access_token,
        refresh_token: refresh.and_then(secret),
        expires_at,
        obtained_at: Some(now),
    })
}

/// Whether a text can stand in a header.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Takes a member out of an object, however deep it is (RFC 6901). An element of a list stays where it is.
fn take(value: &mut Value, pointer: &str) -> Option<Value> {
    let (parent, member) = pointer.rsplit_once('/')?;
    let member = member.replace("~1", "/").replace("~0", "~");
    value.pointer_mut(parent)?.as_object_mut()?.remove(&member)
}

#[cfg(test)]
#[path = "person_tests.rs"]
mod tests;

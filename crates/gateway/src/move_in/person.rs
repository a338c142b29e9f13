//! Who a token of next-auth is about, and what the app kept in it.

use crossgate_core::credentials::time_of;
use crossgate_core::identity::Subject;
use crossgate_core::next_auth::MoveInSettings;
use crossgate_core::secret::SecretText;
use crossgate_core::session::{SessionContent, TokenSet};
use crossgate_core::time::Timestamp;
use crossgate_core::token::expiry_of_jwt;
use crossgate_core::upstream_cookie::CookieJar;
use http::HeaderMap;
use serde_json::{Map, Value};

use crate::endpoints::user_agent;
use crate::next_auth::{identity_of, without_reserved};

/// Claims that the identity has a place for.
const ABOUT_THE_PERSON: [&str; 3] = ["name", "email", "picture"];

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
    let Value::Object(claims) = claims else { return None };
    let user = without_reserved(claims);
    let mut app_claims = user.clone();
    app_claims.retain(|name, _| !ABOUT_THE_PERSON.contains(&name.as_str()));
    Some(SessionContent {
        identity: identity_of(subject, user),
        sign_in: sign_in.to_owned(),
        tokens,
        cookies: CookieJar::default(),
        provider: None,
        app_claims,
        user_agent: user_agent(headers),
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

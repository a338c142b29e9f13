//! The claims of the app's session token: those of the reference, those that the operator declared, and those that the
//! app or its API put over them.

use crossgate_core::identity::{Identity, Subject};
use crossgate_core::next_auth::NextAuthSettings;
use crossgate_core::secret::SecretText;
use crossgate_core::session::SessionContent;
use crossgate_core::template::MissingVariable;
use serde_json::{Map, Value};

/// Claims that nobody but Crossgate says: whose token it is, of which session, and how long it is good.
pub(crate) const RESERVED: [&str; 6] = ["sub", "sid", "iat", "exp", "nbf", "jti"];

/// Without those that nobody but Crossgate says.
pub(crate) fn without_reserved(claims: Map<String, Value>) -> Map<String, Value> {
    claims.into_iter().filter(|(name, _)| !RESERVED.contains(&name.as_str())).collect()
}

/// Who a token is about. What rules and templates may ask of the person is all of its claims.
pub(crate) fn identity_of(subject: Subject, claims: Map<String, Value>) -> Identity {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    let (name, email, image) = (text("name"), text("email"), text("picture"));
    Identity { subject, name, email, image, user: claims }
}

/// All claims of a session's token but those that differ from token to token.
pub(crate) fn claims_of(
    content: &SessionContent,
    settings: &NextAuthSettings,
) -> Result<Map<String, Value>, MissingVariable> {
    let mut claims = without_app_claims(content, settings)?;
    claims.extend(without_reserved(content.app_claims.clone()));
    Ok(claims)
}

/// Those that follow from who is signed in: of the reference (contract §6.5), and declared.
pub(super) fn without_app_claims(
    content: &SessionContent,
    settings: &NextAuthSettings,
) -> Result<Map<String, Value>, MissingVariable> {
    let identity = &content.identity;
    let mut claims = Map::new();
    for (claim, of_identity) in [("name", "name"), ("email", "email"), ("picture", "image"), ("sub", "sub")] {
        claims.extend(identity.claim(of_identity).map(|value| (claim.to_owned(), value)));
    }
    // next-auth does so with what a provider says, and with nothing else (contract §6.5).
    if content.provider.is_some() {
        claims.extend(identity.email.as_ref().map(|email| ("email".to_owned(), email.to_lowercase().into())));
    }
    if let Some(Value::Object(declared)) = settings.token.render(&|name| variable(content, name))? {
        claims.extend(without_reserved(declared));
    }
    Ok(claims)
}

/// The value of a template's variable. One without a value is left out where it stands alone.
fn variable(content: &SessionContent, name: &str) -> Option<Value> {
    match name {
        "sign_in" => Some(Value::String(content.sign_in.clone())),
        "access_token" => access_token(content).map(|token| token.expose_secret().into()),
        name => content.identity.claim(name),
    }
}

/// The API's own token, or the one that the provider gave first.
pub(crate) fn access_token(content: &SessionContent) -> Option<&SecretText> {
    let of_provider = || content.provider.as_ref()?.tokens.first().map(|token| &token.access_token);
    content.tokens.as_ref().map(|tokens| &tokens.access_token).or_else(of_provider)
}

/// What an app changed in a token that it sealed anew: claims that it set, and those that it took away.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ClaimChanges {
    set: Map<String, Value>,
    gone: Vec<String>,
}

impl ClaimChanges {
    /// Between the claims that the app was given and those that it came back with.
    pub(super) fn between(given: &Map<String, Value>, back: Map<String, Value>) -> Self {
        let back = without_reserved(back);
        let is_gone = |name: &&String| !RESERVED.contains(&name.as_str()) && !back.contains_key(*name);
        let gone = given.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name);
        let gone = gone.filter(is_gone).cloned().collect();
        let set = back.into_iter().filter(|(name, value)| given.get(name) != Some(value)).collect();
        Self { set, gone }
    }

    /// Those that set claims.
    pub(crate) fn setting(set: Map<String, Value>) -> Self {
        Self { set: without_reserved(set), gone: Vec::new() }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.set.is_empty() && self.gone.is_empty()
    }

    /// Makes them in the claims of a session, which may have changed meanwhile; whether anything is different then. A
    /// claim that follows from who is signed in cannot be taken away, so it becomes null.
    pub(crate) fn apply(&self, app_claims: &mut Map<String, Value>, follows: impl Fn(&str) -> bool) -> bool {
        let before = app_claims.clone();
        app_claims.extend(self.set.clone());
        for name in &self.gone {
            match follows(name) {
                true => app_claims.insert(name.clone(), Value::Null),
                false => app_claims.remove(name),
            };
        }
        *app_claims != before
    }
}

#[cfg(test)]
#[path = "claims_tests.rs"]
mod tests;

//! Who somebody is, in an answer of the API.

use serde_json::{Map, Value};

use super::judge::{AnswerFault, missing, unusable};
use super::tokens::TokenReading;
use crate::identity::{Identity, Subject};
use crate::secret::SecretText;
use crate::token::claims_of_jwt;

/// Where a person is in an answer. Pointers are JSON Pointers (RFC 6901).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonReading {
    /// The user object.
    pub user: UserSource,
    /// The stable id, inside the user object.
    pub subject: SubjectReading,
    /// The name, inside the user object. Default: the first of `/name`, `/fullName`, `/username`.
    pub name: Option<String>,
    /// The e-mail address, inside the user object. Default: `/email`.
    pub email: Option<String>,
    /// The picture, inside the user object. Default: the first of `/image`, `/picture`, `/avatar`.
    pub image: Option<String>,
}

/// Where the user object is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserSource {
    /// At this pointer in the answer.
    Pointer(String),
    /// It is the claims of the access token. They are not verified: the token came from the API itself, over our own
    /// connection.
    AccessToken,
}

/// What the subject is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubjectReading {
    /// The first of `/id`, `/_id`, `/sub`, `/userId`; of a token's claims `/sub` comes first (RFC 7519 §4.1.2).
    Usual,
    /// This pointer.
    Pointer(String),
    /// All of these pointers, where one does not tell people apart.
    Several(Vec<String>),
}

/// Claims about a token and not about a person (RFC 7519 §4.1): they would be stale after its first renewal.
const ABOUT_THE_TOKEN: [&str; 4] = ["exp", "nbf", "iat", "jti"];

/// The person in an answer.
pub(super) fn read_person(
    body: &Value,
    reading: &PersonReading,
    tokens: &TokenReading,
    access_token: Option<&SecretText>,
) -> Result<Identity, AnswerFault> {
    let user = match &reading.user {
        UserSource::Pointer(pointer) => user_at(&without_tokens(body, tokens), pointer)?,
        UserSource::AccessToken => user_in(access_token, tokens)?,
    };
    let object = Value::Object(user.clone());
    let text =
        |pointer: &Option<String>, defaults: &[&str]| first_text(&object, pointer.as_deref(), defaults);
    Ok(Identity {
        subject: read_subject(&object, reading)?,
        name: text(&reading.name, &["/name", "/fullName", "/username"]),
        email: text(&reading.email, &["/email"]),
        image: text(&reading.image, &["/image", "/picture", "/avatar"]),
        user,
    })
}

fn user_at(body: &Value, pointer: &str) -> Result<Map<String, Value>, AnswerFault> {
    match body.pointer(pointer) {
        None | Some(Value::Null) => Err(missing("user", pointer)),
        Some(Value::Object(user)) => Ok(user.clone()),
        Some(_) => Err(unusable("user", pointer, "it is not an object")),
    }
}

fn user_in(
    access_token: Option<&SecretText>,
    tokens: &TokenReading,
) -> Result<Map<String, Value>, AnswerFault> {
    let pointer = tokens.access_token.as_deref().unwrap_or_default();
    let claims = access_token.and_then(|token| claims_of_jwt(token.expose_secret()));
    let mut claims =
        claims.ok_or_else(|| unusable("access_token", pointer, "it is no JWT, so it has no claims"))?;
    claims.retain(|name, _| !ABOUT_THE_TOKEN.contains(&name.as_str()));
    Ok(claims)
}

/// Some APIs put their tokens into the user object. The app, and whatever logs its headers, has no use for them.
fn without_tokens(body: &Value, tokens: &TokenReading) -> Value {
    let mut body = body.clone();
    for pointer in [&tokens.access_token, &tokens.refresh_token].into_iter().flatten() {
        let Some((parent, name)) = pointer.rsplit_once('/') else { continue };
        if let Some(Value::Object(parent)) = body.pointer_mut(parent) {
            parent.remove(&name.replace("~1", "/").replace("~0", "~"));
        }
    }
    body
}

fn read_subject(user: &Value, reading: &PersonReading) -> Result<Subject, AnswerFault> {
    let candidates = match (&reading.subject, &reading.user) {
        (SubjectReading::Several(pointers), _) => return joined(user, pointers),
        (SubjectReading::Pointer(pointer), _) => vec![pointer.as_str()],
        (SubjectReading::Usual, UserSource::Pointer(_)) => vec!["/id", "/_id", "/sub", "/userId"],
        (SubjectReading::Usual, UserSource::AccessToken) => vec!["/sub", "/id", "/_id", "/userId"],
    };
    let is_there = |pointer: &&&str| user.pointer(pointer).is_some_and(|value| !value.is_null());
    let found = candidates.iter().find(is_there);
    let pointer = found.ok_or_else(|| missing("subject", &in_user(&reading.user, &candidates.join("|"))))?;
    Subject::from_json(user.pointer(pointer).unwrap_or(&Value::Null)).map_err(|_| unusable_subject(pointer))
}

/// All values, joined by colons. A colon inside a value is encoded: no value can reach into its neighbour, so two people
/// never have one subject.
fn joined(user: &Value, pointers: &[String]) -> Result<Subject, AnswerFault> {
    let value = |pointer: &String| {
        let value = user.pointer(pointer).filter(|value| !value.is_null());
        let value = value.ok_or_else(|| missing("subject", pointer))?;
        let value = Subject::from_json(value).map_err(|_| unusable_subject(pointer))?;
        Ok(value.as_str().replace('%', "%25").replace(':', "%3A"))
    };
    let values: Vec<_> = pointers.iter().map(value).collect::<Result<_, AnswerFault>>()?;
    Subject::parse(&values.join(":")).map_err(|_| unusable_subject(&pointers.join("|")))
}

fn unusable_subject(pointer: &str) -> AnswerFault {
    unusable("subject", pointer, "it is neither a usable text nor an integer")
}

/// A pointer inside the user object as a pointer into the answer.
fn in_user(user: &UserSource, pointer: &str) -> String {
    match user {
        UserSource::Pointer(user) => format!("{user}{pointer}"),
        UserSource::AccessToken => pointer.to_owned(),
    }
}

pub(super) fn first_text(value: &Value, pointer: Option<&str>, defaults: &[&str]) -> Option<String> {
    let mut candidates = pointer.map_or(defaults.to_vec(), |pointer| vec![pointer]).into_iter();
    candidates.find_map(|pointer| value.pointer(pointer)?.as_str().map(str::to_owned))
}

#[cfg(test)]
#[path = "person_tests.rs"]
mod tests;

//! Who somebody is, as the upstreams and the app see it.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Longest accepted subject, in bytes (OIDC Core §2 allows 255 ASCII characters).
const LONGEST_SUBJECT: usize = 255;

/// The stable name of a person at the side that signed them in (claim `sub`). Never an e-mail address by choice.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Subject(Box<str>);

/// The text cannot be a subject: empty, over 255 bytes, or with control characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a subject has 1 to 255 bytes and no control characters")]
pub struct SubjectError;

impl Subject {
    /// Checks the text.
    ///
    /// # Errors
    /// See [`SubjectError`].
    pub fn parse(text: &str) -> Result<Self, SubjectError> {
        if text.is_empty() || text.len() > LONGEST_SUBJECT || text.chars().any(char::is_control) {
            return Err(SubjectError);
        }
        Ok(Self(text.into()))
    }

    /// From JSON: text as it is, an integer in decimal. Anything else is no subject.
    ///
    /// # Errors
    /// See [`SubjectError`].
    pub fn from_json(value: &Value) -> Result<Self, SubjectError> {
        match value {
            Value::String(text) => Self::parse(text),
            Value::Number(number) if !number.is_f64() => Self::parse(&number.to_string()),
            _ => Err(SubjectError),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Subject {
    type Error = SubjectError;
    fn try_from(text: String) -> Result<Self, SubjectError> {
        Self::parse(&text)
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.0.into()
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Subject({:?})", self.0)
    }
}

/// Who is signed in: the subject, what pages usually show, and everything else the login said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The stable name.
    pub subject: Subject,
    /// Full name, if known.
    pub name: Option<String>,
    /// E-mail address, if known. Never a key.
    pub email: Option<String>,
    /// Address of a picture, if known.
    pub image: Option<String>,
    /// The user object as the sign-in gave it.
    pub user: Map<String, Value>,
}

impl Identity {
    /// The value of a claim: `sub`, `name`, `email`, `image`, or a member of the user object by JSON Pointer
    /// (RFC 6901, with the leading slash) or plain member name.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<Value> {
        let text = |value: &Option<String>| value.clone().map(Value::String);
        match name {
            "sub" => Some(Value::String(self.subject.as_str().to_owned())),
            "name" => text(&self.name),
            "email" => text(&self.email),
            "image" => text(&self.image),
            pointer if pointer.starts_with('/') => Value::Object(self.user.clone()).pointer(pointer).cloned(),
            member => self.user.get(member).cloned(),
        }
    }
}

//! JSON objects as providers send them.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

/// Why bytes are no JSON object that can be relied upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// No JSON, or something else than an object.
    #[error("not a JSON object")]
    NotObject,
    /// Two readers could read two things out of it (RFC 7519 §4, RFC 6749 §3.2: names are unique).
    #[error("a member of the JSON object stands twice")]
    RepeatedMember,
}

/// A member is there and has another type than it should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WrongType(pub(crate) &'static str);

/// A JSON object of which every member stands once.
pub(crate) struct JsonObject(Map<String, Value>);

impl JsonObject {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, JsonError> {
        let members: Members = serde_json::from_slice(bytes).map_err(|_| JsonError::NotObject)?;
        if members.repeated { Err(JsonError::RepeatedMember) } else { Ok(Self(members.members)) }
    }

    /// A member. `null` is how some providers write that there is none.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Whether a member stands there at all, even as `null`.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A member that is a text.
    pub(crate) fn text(&self, name: &'static str) -> Result<Option<&str>, WrongType> {
        self.get(name).map(|value| value.as_str().ok_or(WrongType(name))).transpose()
    }

    pub(crate) fn into_members(self) -> Map<String, Value> {
        self.0
    }
}

struct Members {
    members: Map<String, Value>,
    repeated: bool,
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Members, A::Error> {
        let mut found = Members { members: Map::new(), repeated: false };
        while let Some((name, value)) = access.next_entry()? {
            found.repeated |= found.members.insert(name, value).is_some();
        }
        Ok(found)
    }
}

//! One line of the configuration about paths.

use http::Method;
use serde_json::Value;

use crate::identity::Identity;
use crate::pattern::PathPattern;
use crate::shape::LetterCase;

/// Methods that a rule is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MethodSet {
    /// All of them.
    Any,
    /// Only these. `GET` stands for `HEAD` too.
    Only(Vec<Method>),
}

impl MethodSet {
    /// Whether it contains the method.
    #[must_use]
    pub fn contains(&self, method: &Method) -> bool {
        match self {
            Self::Any => true,
            Self::Only(methods) => {
                methods.contains(method) || (*method == Method::HEAD && methods.contains(&Method::GET))
            }
        }
    }
}

/// What it takes to pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Open,
    /// A session, and each of these claims.
    Session(Vec<ClaimRequirement>),
}

/// A claim and the values it may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimRequirement {
    /// Name or JSON Pointer, as in [`Identity::claim`].
    pub claim: String,
    /// Accepted values; a claim that is an array must contain one of them.
    pub values: Vec<Value>,
}

impl ClaimRequirement {
    /// Whether the person fulfils it.
    #[must_use]
    pub fn holds(&self, identity: &Identity) -> bool {
        match identity.claim(&self.claim) {
            Some(Value::Array(held)) => held.iter().any(|value| self.values.contains(value)),
            Some(held) => self.values.contains(&held),
            None => false,
        }
    }
}

/// A line that says who may ask for a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteRule {
    /// The methods it is about.
    pub methods: MethodSet,
    /// The paths it is about.
    pub pattern: PathPattern,
    /// What it takes to pass.
    pub access: Access,
    /// How `crossgate explain` and the logs name it: the key and the text in the configuration.
    pub name: String,
}

impl RouteRule {
    /// Whether it is about this request. Express takes `/api/ADMIN` for `/api/admin`, so a rule that closes something
    /// closes it in every case; a rule that opens something opens it only as it is written.
    #[must_use]
    pub fn applies(&self, method: &Method, path: &str) -> bool {
        let matches = match self.letter_case() {
            LetterCase::Told => self.pattern.matches(path),
            LetterCase::Ignored => self.pattern.matches_ignoring_case(path),
        };
        matches && self.methods.contains(method)
    }

    /// Whether it tells cases apart.
    pub(super) const fn letter_case(&self) -> LetterCase {
        match self.access {
            Access::Open => LetterCase::Told,
            Access::Session(_) => LetterCase::Ignored,
        }
    }
}

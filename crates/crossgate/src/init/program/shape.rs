//! What a value looks like, as far as the source says it.

/// A value without its content.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// Nothing is known.
    Unknown,
    /// A text that is written out.
    Text,
    Boolean(bool),
    /// A signed token, with its claims.
    Token(Box<Shape>),
    Object(Vec<(String, Shape)>),
    List(Vec<Shape>),
}

impl Shape {
    pub(crate) fn member(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(known, _)| known == key).map(|(_, shape)| shape),
            _ => None,
        }
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        let members = match self {
            Self::Object(members) => members.as_slice(),
            _ => &[],
        };
        members.iter().map(|(key, _)| key.as_str())
    }

    pub(crate) const fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown)
    }

    /// Everything in it with the way there, the nearest first.
    pub(crate) fn all(&self) -> Vec<(Vec<String>, &Self)> {
        let mut found = vec![(Vec::new(), self)];
        let mut next = 0;
        while let Some((path, shape)) = found.get(next).cloned() {
            next += 1;
            let below: Vec<(String, &Self)> = match shape {
                Self::Object(members) => members.iter().map(|(key, shape)| (key.clone(), shape)).collect(),
                Self::List(elements) => {
                    elements.iter().enumerate().map(|(index, shape)| (index.to_string(), shape)).collect()
                }
                _ => Vec::new(),
            };
            found.extend(below.into_iter().map(|(key, shape)| ([path.as_slice(), &[key]].concat(), shape)));
        }
        found
    }
}

/// A JSON Pointer (RFC 6901).
pub(crate) fn pointer(path: &[String]) -> String {
    path.iter().map(|part| format!("/{}", part.replace('~', "~0").replace('/', "~1"))).collect()
}

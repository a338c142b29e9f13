//! Statements as they are written here, and as they are sent.

use tokio_postgres::types::Type;

/// A statement and the types of its parameters, so that the server need not be asked for them.
///
/// Tables are written with the schema `crossgate`; [`Schema::qualify`] puts the configured one in its place.
pub(crate) struct Statement {
    pub(crate) text: &'static str,
    pub(crate) types: &'static [Type],
    pub(crate) repeat: Repeat,
}

/// What may be done once more when the connection breaks and nobody knows whether it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Twice is the same as once: it reads, or ends in the same state with the same answer.
    Harmless,
    /// Twice is not the same as once, or the answer would be another one.
    Never,
}

/// The schema that holds the tables. Qualified names need no `search_path`, which a pooler between would mix up.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    name: String,
    prefix: String,
}

impl Schema {
    /// Quotes the name.
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), prefix: format!("{}.", quoted(name)) }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The channel on which processes tell one another that something happened.
    pub(crate) fn channel(&self) -> String {
        format!("crossgate_{}", self.name)
    }

    /// The text with this schema.
    pub(crate) fn qualify(&self, text: &str) -> String {
        text.replace("crossgate.", &self.prefix)
    }
}

/// An identifier (PostgreSQL §4.1.1).
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_an_identifier_whatever_its_letters() {
        let schema = Schema::new("od\"d. name");
        assert_eq!(
            schema.qualify("SELECT 1 FROM crossgate.session"),
            "SELECT 1 FROM \"od\"\"d. name\".session"
        );
    }
}

//! Templates of the configuration: text with `{names}` in it, and JSON whose texts are such templates.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value};

/// Text with variables: `Hello {name}`. `{{` and `}}` stand for the braces themselves. What is between the variables may
/// be a secret that the operator wrote, such as a client's password, so `Debug` shows the variables alone.
#[derive(Clone, PartialEq, Eq)]
pub struct TextTemplate {
    parts: Vec<Part>,
}

#[derive(Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    Variable(String),
}

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// `{` without `}`, or the other way round.
    #[error("a brace without its partner; write `{{{{` or `}}}}` for the brace itself")]
    UnbalancedBrace,
    /// `{}`.
    #[error("a variable without a name")]
    EmptyName,
}

/// A variable has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no value for {{{0}}}")]
pub struct MissingVariable(pub String);

impl TextTemplate {
    /// Reads a template.
    ///
    /// # Errors
    /// See [`TemplateError`].
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            match char {
                '{' | '}' if chars.peek() == Some(&char) => {
                    chars.next();
                    literal.push(char);
                }
                '{' => {
                    push_literal(&mut parts, &mut literal);
                    parts.push(Part::Variable(read_name(&mut chars)?));
                }
                '}' => return Err(TemplateError::UnbalancedBrace),
                other => literal.push(other),
            }
        }
        push_literal(&mut parts, &mut literal);
        Ok(Self { parts })
    }

    /// The text with every variable replaced.
    ///
    /// # Errors
    /// When a variable has no value.
    pub fn render(&self, values: &dyn Fn(&str) -> Option<Value>) -> Result<String, MissingVariable> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Variable(name) => match values(name).ok_or_else(|| MissingVariable(name.clone()))? {
                    Value::String(value) => text.push_str(&value),
                    other => text.push_str(&other.to_string()),
                },
            }
        }
        Ok(text)
    }

    /// The one variable this template consists of, if it is just that.
    fn single_variable(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Variable(name)] => Some(name),
            _ => None,
        }
    }

    fn collect_variables(&self, into: &mut BTreeSet<String>) {
        into.extend(self.parts.iter().filter_map(|part| match part {
            Part::Variable(name) => Some(name.clone()),
            Part::Literal(_) => None,
        }));
    }

    /// Names of all variables.
    #[must_use]
    pub fn variables(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        self.collect_variables(&mut names);
        names
    }
}

impl fmt::Debug for TextTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TextTemplate(")?;
        self.parts.iter().try_for_each(|part| match part {
            Part::Literal(_) => f.write_str("…"),
            Part::Variable(name) => write!(f, "{{{name}}}"),
        })?;
        f.write_str(")")
    }
}

fn push_literal(parts: &mut Vec<Part>, literal: &mut String) {
    if !literal.is_empty() {
        parts.push(Part::Literal(std::mem::take(literal)));
    }
}

fn read_name(chars: &mut impl Iterator<Item = char>) -> Result<String, TemplateError> {
    let mut name = String::new();
    for char in chars {
        match char {
            '}' if name.is_empty() => return Err(TemplateError::EmptyName),
            '}' => return Ok(name),
            '{' => return Err(TemplateError::UnbalancedBrace),
            other => name.push(other),
        }
    }
    Err(TemplateError::UnbalancedBrace)
}

/// JSON whose texts are templates. A text that is one variable keeps the type of the variable's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonTemplate {
    /// An object; members in the order they were written.
    Object(Vec<(String, JsonTemplate)>),
    /// An array.
    Array(Vec<JsonTemplate>),
    /// Text with variables.
    Text(TextTemplate),
    /// Anything else, as it is.
    Literal(Value),
}

impl JsonTemplate {
    /// The value with every variable replaced. A member or element that is one variable without a value is left out.
    ///
    /// # Errors
    /// When a variable inside a longer text has no value.
    pub fn render(&self, values: &dyn Fn(&str) -> Option<Value>) -> Result<Option<Value>, MissingVariable> {
        match self {
            Self::Object(members) => render_object(members, values).map(Value::Object).map(Some),
            Self::Array(elements) => {
                let rendered: Result<Vec<_>, _> =
                    elements.iter().map(|element| element.render(values)).collect();
                Ok(Some(Value::Array(rendered?.into_iter().flatten().collect())))
            }
            Self::Text(text) => match text.single_variable() {
                Some(name) => Ok(values(name)),
                None => text.render(values).map(Value::String).map(Some),
            },
            Self::Literal(value) => Ok(Some(value.clone())),
        }
    }

    /// Names of all variables.
    #[must_use]
    pub fn variables(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        self.collect_variables(&mut names);
        names
    }

    fn collect_variables(&self, into: &mut BTreeSet<String>) {
        match self {
            Self::Object(members) => members.iter().for_each(|(_, value)| value.collect_variables(into)),
            Self::Array(elements) => elements.iter().for_each(|value| value.collect_variables(into)),
            Self::Text(text) => text.collect_variables(into),
            Self::Literal(_) => {}
        }
    }
}

fn render_object(
    members: &[(String, JsonTemplate)],
    values: &dyn Fn(&str) -> Option<Value>,
) -> Result<Map<String, Value>, MissingVariable> {
    let mut object = Map::new();
    for (name, template) in members {
        if let Some(value) = template.render(values)? {
            object.insert(name.clone(), value);
        }
    }
    Ok(object)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn values(name: &str) -> Option<Value> {
        json!({ "email": "ada@shop.example", "id": 7, "odd": "{email}\"\\" }).get(name).cloned()
    }

    #[test]
    fn variables_are_replaced_once_and_never_read_again() {
        let template = TextTemplate::parse("{odd} {{{id}}}").unwrap();
        assert_eq!(template.render(&values).unwrap(), "{email}\"\\ {7}");
    }

    #[test]
    fn a_lone_variable_keeps_its_type_and_may_be_absent() {
        let text = |text| JsonTemplate::Text(TextTemplate::parse(text).unwrap());
        let members = [("userId", "{id}"), ("text", "n{id}"), ("none", "{nobody}")];
        let template =
            JsonTemplate::Object(members.map(|(name, value)| (name.to_owned(), text(value))).into());
        assert_eq!(template.render(&values).unwrap(), Some(json!({ "userId": 7, "text": "n7" })));
        assert_eq!(text("a{nobody}").render(&values), Err(MissingVariable("nobody".into())));
    }

    #[test]
    fn broken_templates_are_refused() {
        for text in ["{", "}", "{a", "{}", "a}b", "{a{b}}"] {
            assert!(TextTemplate::parse(text).is_err(), "{text}");
        }
    }
}

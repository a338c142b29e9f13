//! Templates with checked variables.

use crossgate_core::template::{JsonTemplate, TextTemplate};

use super::json::json_value;
use crate::reader::Entry;
use crate::report::Complaint;
use crate::suggest::nearest;
use crate::tree::Value;

/// What may stand in braces in claims, for people.
const CLAIM_VARIABLES: &str = "{sub}, {name}, {email}, {image}, {user.<member>}";

/// Which variables a template may have.
#[derive(Debug, Clone)]
pub(crate) struct Variables {
    names: Vec<String>,
    /// Whether members of the user object are among them.
    has_user: bool,
}

/// How the name of a variable becomes the name that the core looks up.
pub(crate) type Rename<'a> = &'a dyn Fn(&str) -> Result<String, Complaint>;

impl Variables {
    pub(crate) const fn new(names: Vec<String>) -> Self {
        Self { names, has_user: false }
    }

    /// And members of the user object, by the JSON Pointers to them.
    pub(crate) fn with_user(self) -> Self {
        Self { has_user: true, ..self }
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// A template with variables of this set.
    pub(crate) fn template(&self, text: &str) -> Result<TextTemplate, Complaint> {
        template(text, &|name| self.check(name))
    }

    fn check(&self, name: &str) -> Result<String, Complaint> {
        if self.names.iter().any(|known| known == name) {
            return Ok(name.to_owned());
        }
        if self.has_user && name.starts_with("user.") {
            return claim_name(name);
        }
        Err(Complaint::new("a template has a variable that nobody fills in", self.fix_of_unknown(name)))
    }

    fn fix_of_unknown(&self, name: &str) -> String {
        let user = self.has_user.then_some("user.<member>");
        let known = self.names.iter().map(String::as_str).chain(user);
        let list = known.map(|name| format!("{{{name}}}")).collect::<Vec<_>>().join(", ");
        match nearest(name, self.names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean {{{near}}}? Known here: {list}"),
            None if list.is_empty() => "remove it; write `{{` for a brace itself".to_owned(),
            None => format!("known here: {list}; write `{{{{` for a brace itself"),
        }
    }
}

/// Text with variables of this set.
pub(crate) fn text_template(entry: &Entry<'_>, variables: &Variables) -> Result<TextTemplate, Complaint> {
    variables.template(entry.text_or_empty()?)
}

/// JSON with variables of this set. Complaints are made where they belong.
pub(crate) fn json_template(entry: &Entry<'_>, variables: &Variables) -> Option<JsonTemplate> {
    renamed_template(entry, &|name| variables.check(name))
}

/// JSON with variables about the person.
pub(crate) fn claim_template(entry: &Entry<'_>) -> Option<JsonTemplate> {
    renamed_template(entry, &claim_name)
}

/// A claim as templates name it (`user.address.city`) in the form that `Identity::claim` understands: a JSON
/// Pointer into the user object (RFC 6901).
pub(crate) fn claim_name(name: &str) -> Result<String, Complaint> {
    if let "sub" | "name" | "email" | "image" = name {
        return Ok(name.to_owned());
    }
    name.strip_prefix("user.").and_then(member_pointer).ok_or_else(|| {
        Complaint::new(
            "a template has a variable that nobody fills in",
            format!("known here: {CLAIM_VARIABLES}; write `{{{{` for a brace itself"),
        )
    })
}

/// A dotted name (`address.city`) as a JSON Pointer (RFC 6901).
pub(crate) fn member_pointer(path: &str) -> Option<String> {
    let pointer = |part: &str| format!("/{}", part.replace('~', "~0").replace('/', "~1"));
    path.split('.').map(|part| (!part.is_empty()).then(|| pointer(part))).collect()
}

/// JSON whose variables are named by this rule.
pub(crate) fn renamed_template(entry: &Entry<'_>, rename: Rename<'_>) -> Option<JsonTemplate> {
    match entry.value() {
        Value::Text(text) => entry.accept(template(text, rename)).map(JsonTemplate::Text),
        Value::Array(_) => {
            let elements = entry.accept(entry.elements())?;
            let templates: Vec<_> =
                elements.iter().map(|element| renamed_template(element, rename)).collect();
            templates.into_iter().collect::<Option<_>>().map(JsonTemplate::Array)
        }
        Value::Table(_) => {
            let members = entry.accept(entry.members())?;
            let member = |(name, entry): &(&str, Entry<'_>)| {
                renamed_template(entry, rename).map(|template| ((*name).to_owned(), template))
            };
            let templates: Vec<_> = members.iter().map(member).collect();
            templates.into_iter().collect::<Option<_>>().map(JsonTemplate::Object)
        }
        _ => entry.accept(json_value(entry)).map(JsonTemplate::Literal),
    }
}

fn template(text: &str, rename: Rename<'_>) -> Result<TextTemplate, Complaint> {
    let complain = |error: crossgate_core::template::TemplateError| {
        Complaint::new(
            error.to_string(),
            "write `{name}` for a variable, `{{` and `}}` for the braces themselves",
        )
    };
    TextTemplate::parse(text).map_err(complain)?;
    TextTemplate::parse(&rename_variables(text, rename)?).map_err(complain)
}

/// Replaces the names in braces. The text is known to be a template.
fn rename_variables(text: &str, rename: Rename<'_>) -> Result<String, Complaint> {
    let mut renamed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        renamed.push_str(before);
        renamed.push('{');
        rest = match after.strip_prefix('{') {
            Some(after) => {
                renamed.push('{');
                after
            }
            None => {
                let (name, after) = after.split_once('}').unwrap_or((after, ""));
                renamed.push_str(&rename(name)?);
                renamed.push('}');
                after
            }
        };
    }
    renamed.push_str(rest);
    Ok(renamed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_the_user_become_pointers() {
        for (name, claim) in [
            ("sub", "sub"),
            ("email", "email"),
            ("user.id", "/id"),
            ("user.address.city", "/address/city"),
            ("user.a/b~c", "/a~1b~0c"),
        ] {
            assert_eq!(claim_name(name).unwrap(), claim, "{name}");
        }
        for name in ["user", "user.", "user..a", "id", "", "user.a."] {
            assert!(claim_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn braces_themselves_stay_as_they_are() {
        let renamed = rename_variables("{{user.x}} {user.id}}}{{{sub}", &claim_name).unwrap();
        assert_eq!(renamed, "{{user.x}} {/id}}}{{{sub}");
    }
}

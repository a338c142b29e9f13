//! Test people: made-up accounts, and what is claimed about them.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::Failure;

/// Longest address that is taken.
const LONGEST_EMAIL: usize = 254;
/// A list that is longer is a mistake.
const MOST_PEOPLE: usize = 50;
/// Claims that the provider sets itself.
const OWN_CLAIMS: [&str; 8] = ["iss", "aud", "exp", "iat", "nonce", "sid", "auth_time", "jti"];

/// Somebody who can be signed in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Person(Map<String, Value>);

/// Everybody on the list.
#[derive(Debug, Clone)]
pub(in crate::dev) struct People(Vec<Person>);

impl People {
    /// Those of a file, or three that everybody knows.
    pub(in crate::dev) fn read(file: Option<&Path>) -> Result<Self, Failure> {
        let Some(file) = file else { return Ok(Self::usual()) };
        let failure = |reason: &str| {
            Failure::new(format!(
                "the test people in {} cannot be used: {reason}\n  \
                 fix: write [{{ \"name\": \"Ada\", \"email\": \"ada@example.com\", \"role\": \"admin\" }}]",
                file.display()
            ))
        };
        let text = std::fs::read_to_string(file).map_err(|error| failure(&error.to_string()))?;
        Self::parse(&text).map_err(|reason| failure(&reason))
    }

    fn usual() -> Self {
        let person = |id: &str, name: &str, role: &str| {
            person_with(json!({
                "sub": format!("test-{id}"), "name": name, "email": format!("{id}@example.com"),
                "email_verified": true, "role": role, "roles": [role],
            }))
        };
        Self(vec![
            person("ada", "Ada Lovelace", "admin"),
            person("grace", "Grace Hopper", "editor"),
            person("alan", "Alan Turing", "customer"),
        ])
    }

    fn parse(text: &str) -> Result<Self, String> {
        let list: Vec<Map<String, Value>> =
            serde_json::from_str(text).map_err(|error| format!("no list of objects: {error}"))?;
        if list.is_empty() || list.len() > MOST_PEOPLE {
            return Err(format!("there must be 1 to {MOST_PEOPLE}"));
        }
        let people = list.into_iter().zip(1..).map(|(claims, number)| read_person(claims, number));
        let people: Vec<Person> = people.collect::<Result<_, _>>()?;
        match people.iter().enumerate().find(|(index, person)| {
            people.iter().take(*index).any(|earlier| earlier.subject() == person.subject())
        }) {
            Some((_, person)) => Err(format!("`sub` {:?} stands twice", person.subject())),
            None => Ok(Self(people)),
        }
    }

    pub(super) fn all(&self) -> &[Person] {
        &self.0
    }

    pub(super) fn find(&self, subject: &str) -> Option<&Person> {
        self.0.iter().find(|person| person.subject() == subject)
    }
}

fn person_with(claims: Value) -> Person {
    if let Value::Object(claims) = claims { Person(claims) } else { Person(Map::new()) }
}

fn read_person(claims: Map<String, Value>, number: usize) -> Result<Person, String> {
    let mut claims = claims;
    if let Some(own) = OWN_CLAIMS.iter().find(|own| claims.contains_key(**own)) {
        return Err(format!("number {number} has `{own}`, which is not theirs to say"));
    }
    let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let known_by = text("email").or_else(|| text("name"));
    let known_by = known_by.ok_or_else(|| format!("number {number} has neither `email` nor `name`"))?;
    let subject = text("sub").map_or_else(|| format!("test-{known_by}"), str::to_owned);
    claims.insert("sub".to_owned(), Value::String(subject));
    if claims.contains_key("email") {
        claims.entry("email_verified").or_insert(Value::Bool(true));
    }
    Ok(Person(claims))
}

impl Person {
    /// Whoever has this address. `None` where it is none.
    pub(super) fn of_email(email: &str) -> Option<Self> {
        let email = email.trim();
        let (name, host) = email.rsplit_once('@')?;
        let is_odd = |letter: char| letter.is_control() || letter.is_whitespace();
        if name.is_empty() || host.is_empty() || email.len() > LONGEST_EMAIL || email.contains(is_odd) {
            return None;
        }
        Some(person_with(json!({
            "sub": format!("email-{}", email.to_lowercase()), "name": name, "email": email, "email_verified": true,
        })))
    }

    /// Everything that is claimed about them, `sub` too.
    pub(super) const fn claims(&self) -> &Map<String, Value> {
        &self.0
    }

    pub(super) fn subject(&self) -> &str {
        self.text("sub")
    }

    /// What stands on their button.
    pub(super) fn name(&self) -> &str {
        if self.text("name").is_empty() { self.text("email") } else { self.text("name") }
    }

    /// What stands below.
    pub(super) fn about(&self) -> String {
        let parts = [self.text("role"), self.text("email")];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    }

    fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_on_the_usual_list_is_somebody_else_with_another_role() {
        let people = People::usual();
        let seen: std::collections::BTreeSet<_> =
            people.all().iter().map(|person| (person.subject(), person.text("role"))).collect();
        assert_eq!((people.all().len(), seen.len()), (3, 3));
        assert_eq!(people.find("test-ada").unwrap().about(), "admin · ada@example.com");
    }

    #[test]
    fn a_list_of_ones_own_needs_little_and_keeps_every_claim() {
        let people =
            People::parse(r#"[{"email":"a@b.example","plan":{"seats":3}},{"name":"Bob","sub":"7"}]"#);
        let people = people.unwrap();
        let first = people.find("test-a@b.example").unwrap();
        assert_eq!(first.claims()["plan"]["seats"], 3);
        assert_eq!((first.name(), &first.claims()["email_verified"]), ("a@b.example", &json!(true)));
        assert_eq!(people.find("7").unwrap().name(), "Bob");
    }

    #[test]
    fn a_list_that_cannot_be_meant_is_refused() {
        for text in [
            "",
            "{}",
            "[]",
            "[1]",
            "[{}]",
            r#"[{"name":""}]"#,
            r#"[{"name":"A"},{"name":"A"}]"#,
            r#"[{"name":"A","iss":"x"}]"#,
            r#"[{"name":"A","sid":"x"}]"#,
        ] {
            assert!(People::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn any_address_is_somebody() {
        let person = Person::of_email(" Eve@Shop.Example ").unwrap();
        assert_eq!((person.subject(), person.name()), ("email-eve@shop.example", "Eve"));
        for text in ["", "eve", "@shop.example", "eve@", "eve @shop.example", "a@b\u{7}"] {
            assert!(Person::of_email(text).is_none(), "{text:?}");
        }
    }
}

//! What the caller knows: `${NAME}` in values, and what drivers say of stores.

use crossgate_core::settings::StoreLocation;

use crate::report::Complaint;

/// What the configuration means depends on this: where `${NAME}` in values comes from, and what the stores' drivers know
/// of addresses. The binary passes the process environment; tests pass a map.
pub trait Environment {
    /// The value of a variable, if it is set.
    fn variable(&self, name: &str) -> Option<String>;

    /// What a driver has against the address of its store, told without asking anybody. Where no driver is known, nothing.
    ///
    /// # Errors
    /// What is wrong with the address. No text quotes what could be part of a password.
    fn judge_store(&self, _location: &StoreLocation) -> Result<(), StoreFault> {
        Ok(())
    }
}

/// What is wrong with the address of a store, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreFault {
    /// What is wrong.
    pub reason: String,
    /// What to write in its place.
    pub fix: String,
}

impl<F: Fn(&str) -> Option<String>> Environment for F {
    fn variable(&self, name: &str) -> Option<String> {
        self(name)
    }
}

/// Replaces `${NAME}` and `${NAME:-default}`; `$${` stands for `${` itself. A variable that is set but empty takes
/// the default, as in a shell.
///
/// # Errors
/// One complaint per variable that has no value or no proper name. They never quote values.
pub(crate) fn expand(text: &str, environment: &dyn Environment) -> Result<String, Vec<Complaint>> {
    let mut expanded = String::with_capacity(text.len());
    let mut complaints = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        if let Some(before) = before.strip_suffix('$') {
            expanded.push_str(before);
            expanded.push_str("${");
            rest = after;
            continue;
        }
        expanded.push_str(before);
        // Without a partner nothing is left of it that could be a name.
        let (inside, after) = after.split_once('}').unwrap_or(("", ""));
        match value_of(inside, environment) {
            Ok(value) => expanded.push_str(&value),
            Err(complaint) => complaints.push(complaint),
        }
        rest = after;
    }
    expanded.push_str(rest);
    if complaints.is_empty() { Ok(expanded) } else { Err(complaints) }
}

/// The variables in a text that are not set and have no default.
pub(crate) fn unset_variables(text: &str, environment: &dyn Environment) -> Vec<String> {
    let pieces = text.split("${");
    let pairs = pieces.clone().zip(pieces.skip(1)).filter(|(before, _)| !before.ends_with('$'));
    let names = pairs.filter_map(|(_, after)| after.split_once('}').map(|(name, _)| name));
    let unset = names.filter(|name| is_name(name) && environment.variable(name).is_none());
    unset.map(str::to_owned).collect()
}

fn value_of(inside: &str, environment: &dyn Environment) -> Result<String, Complaint> {
    let (name, default) = match inside.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (inside, None),
    };
    if !is_name(name) {
        return Err(Complaint::new(
            "`${` is not followed by a variable name and `}`",
            "write `${NAME}` or `${NAME:-default}`; `$${` stands for `${` itself",
        ));
    }
    match (environment.variable(name), default) {
        (Some(value), None) => Ok(value),
        (Some(value), Some(_)) if !value.is_empty() => Ok(value),
        (_, Some(default)) => Ok(default.to_owned()),
        (None, None) => Err(Complaint::new(
            format!("the environment variable {name} is not set"),
            format!("export {name}=… before Crossgate starts"),
        )),
    }
}

fn is_name(name: &str) -> bool {
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    starts_well && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(name: &str) -> Option<String> {
        match name {
            "HOST" => Some("shop.example".to_owned()),
            "EMPTY" => Some(String::new()),
            "ODD" => Some("${HOST}".to_owned()),
            _ => None,
        }
    }

    #[test]
    fn variables_are_replaced_once() {
        for (text, expanded) in [
            ("https://${HOST}/", "https://shop.example/"),
            ("${NOBODY:-x y}", "x y"),
            ("${EMPTY:-x}", "x"),
            ("${EMPTY}", ""),
            ("${NOBODY:-}", ""),
            ("$${HOST} $$ $HOST", "${HOST} $$ $HOST"),
            ("${ODD}", "${HOST}"),
        ] {
            assert_eq!(expand(text, &environment).unwrap(), expanded, "{text}");
        }
    }

    #[test]
    fn every_missing_variable_is_named() {
        let complaints = expand("${ONE}${HOST}${TWO}", &environment).unwrap_err();
        let reasons: Vec<_> = complaints.iter().map(|complaint| complaint.reason.as_str()).collect();
        assert_eq!(reasons.len(), 2);
        assert!(reasons[0].contains("ONE") && reasons[1].contains("TWO"));
        assert!(complaints[0].fix.contains("export ONE="));
    }

    #[test]
    fn variables_without_a_value_are_listed() {
        let text = "${ONE}${HOST}-${TWO:-x}$${THREE}${FOUR} ${not a name} ${EMPTY}";
        assert_eq!(unset_variables(text, &environment), ["ONE", "FOUR"]);
    }

    #[test]
    fn forms_that_are_no_variable_are_refused() {
        for text in ["${", "${}", "${a b}", "${1A}", "${HOST"] {
            assert!(expand(text, &environment).is_err(), "{text}");
        }
    }
}

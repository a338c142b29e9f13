//! The fields of a sign-in form.

/// A field of the sign-in form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Name in the form and in templates.
    pub name: String,
    /// What a person reads.
    pub label: String,
    /// Whether what is typed is hidden.
    pub secret: bool,
}

impl Field {
    /// The name without what people write it with: `e-mail`, `eMail` and `e_mail` are one name.
    #[must_use]
    pub fn plain_name(&self) -> String {
        let plain = self.name.chars().filter(char::is_ascii_alphanumeric);
        plain.map(|c| c.to_ascii_lowercase()).collect()
    }

    /// Whether it asks for an e-mail address.
    #[must_use]
    pub fn is_email(&self) -> bool {
        matches!(self.plain_name().as_str(), "email" | "mail" | "emailaddress" | "useremail")
    }

    fn names_account(&self) -> bool {
        const NAMES: [&str; 5] = ["username", "user", "login", "identifier", "userid"];
        !self.secret && (self.is_email() || NAMES.contains(&self.plain_name().as_str()))
    }
}

/// Which field names the account: the first one called so, else the first that is not secret.
#[must_use]
pub fn login_name_of(fields: &[Field]) -> Option<usize> {
    let named = fields.iter().position(Field::names_account);
    named.or_else(|| fields.iter().position(|field| !field.secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login_name(names: &[(&str, bool)]) -> Option<usize> {
        let field = |(name, secret): &(&str, bool)| Field {
            name: (*name).to_owned(),
            label: String::new(),
            secret: *secret,
        };
        login_name_of(&names.iter().map(field).collect::<Vec<_>>())
    }

    #[test]
    fn the_account_is_named_by_the_field_that_is_called_so() {
        for (names, wanted) in [
            (&[("email", false), ("password", true)][..], Some(0)),
            (&[("tenant", false), ("e-mail", false), ("password", true)], Some(1)),
            (&[("tenant", false), ("userName", false)], Some(1)),
            (&[("user", true), ("card", false), ("pin", true)], Some(1)),
            (&[("pin", true)], None),
            (&[], None),
        ] {
            assert_eq!(login_name(names), wanted, "{names:?}");
        }
    }
}

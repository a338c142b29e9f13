//! The address of a store that is a server, with its password.

use std::fmt;

use crate::secret::SecretText;

/// The address of a database server or of several of them: `scheme://[user[:password]@]host[:port][,host…][/name][?…]`.
/// Whole it is only for the driver; shown is what names the place.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreUrl {
    whole: SecretText,
    place: String,
}

impl StoreUrl {
    /// Checks what is the same for every driver.
    ///
    /// # Errors
    /// Where no host can be told from user, password and name, so that nobody could say what may be shown.
    pub fn parse(text: &str) -> Result<Self, StoreUrlError> {
        let (scheme, rest) = text.split_once("://").ok_or(StoreUrlError::NoHost)?;
        if text.contains(|char: char| char.is_whitespace() || char.is_control()) {
            return Err(StoreUrlError::Blank);
        }
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        // What looks like more of the authority may be the second half of a password.
        if path.contains('@') || path.contains('#') {
            return Err(StoreUrlError::Ambiguous);
        }
        let hosts = authority.rsplit_once('@').map_or(authority, |(_, hosts)| hosts);
        if hosts.split(',').any(|host| host.is_empty() || host.starts_with(':')) {
            return Err(StoreUrlError::NoHost);
        }
        let name = path.split('?').next().unwrap_or_default();
        Ok(Self { whole: SecretText::new(text), place: format!("{scheme}://{hosts}{name}") })
    }

    /// All of it. The name is long so that each use is noticed in review.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        self.whole.expose_secret()
    }
}

/// The place, without user, password and parameters.
impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreUrl({self})")
    }
}

/// Why a text is not the address of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StoreUrlError {
    /// Nothing says where the server is.
    #[error("names no host")]
    NoHost,
    /// There is a blank or a control character in it.
    #[error("has a blank or a control character in it")]
    Blank,
    /// User and password cannot be told from the rest.
    #[error("has an @ or # behind its host")]
    Ambiguous,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_holds_neither_user_nor_password_nor_parameters() {
        for (text, shown) in [
            ("postgres://db/sessions", "postgres://db/sessions"),
            ("postgres://me:hunter2@db:5432/sessions?password=hunter2", "postgres://db:5432/sessions"),
            ("postgres://me:hunter2@one:5432,two:5433/s?pool=4", "postgres://one:5432,two:5433/s"),
            ("valkey://:hunter2@[::1]:6379", "valkey://[::1]:6379"),
            ("valkey://me:hunt@hunter2@host", "valkey://host"),
        ] {
            let url = StoreUrl::parse(text).unwrap();
            assert_eq!(url.expose_secret(), text);
            assert_eq!(
                (url.to_string(), format!("{url:?}")),
                (shown.to_owned(), format!("StoreUrl({shown})"))
            );
        }
    }

    #[test]
    fn an_address_that_could_show_a_piece_of_a_password_is_none() {
        for (text, error) in [
            ("postgres:db", StoreUrlError::NoHost),
            ("postgres:///sessions", StoreUrlError::NoHost),
            ("postgres://me:hunter2@/sessions", StoreUrlError::NoHost),
            ("postgres://:5432/sessions", StoreUrlError::NoHost),
            ("valkey://one,,two", StoreUrlError::NoHost),
            ("postgres://me:hunter2 @db/x", StoreUrlError::Blank),
            ("postgres://me:hunter2\n@db/x", StoreUrlError::Blank),
            ("postgres://me:hun/ter2@db/x", StoreUrlError::Ambiguous),
            ("postgres://me:hun?ter2@db/x", StoreUrlError::Ambiguous),
            ("postgres://me:hun#ter2@db/x", StoreUrlError::Ambiguous),
            ("postgres://db/x#hunter2", StoreUrlError::Ambiguous),
        ] {
            assert_eq!(StoreUrl::parse(text), Err(error), "{text:?}");
        }
    }
}

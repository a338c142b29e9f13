//! The cookies of one browser.
use std::collections::BTreeMap;

/// Cookies by name: there is one site, and all of them are for its whole tree.
#[derive(Clone, Default)]
pub(crate) struct CookieJar(BTreeMap<String, String>);

impl CookieJar {
    /// Does what a `Set-Cookie` header asks for.
    pub(crate) fn apply(&mut self, set_cookie: &str) {
        let Some((name, value)) = set_cookie.split(';').next().and_then(|pair| pair.split_once('=')) else {
            return;
        };
        let name = name.trim().to_owned();
        if is_removal(set_cookie) {
            self.0.remove(&name);
        } else {
            self.0.insert(name, value.trim().to_owned());
        }
    }

    /// The `Cookie` header; absent where there are none.
    pub(crate) fn header(&self) -> Option<String> {
        let pairs: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

fn is_removal(set_cookie: &str) -> bool {
    let mut attributes = set_cookie.split(';').skip(1).map(|attribute| attribute.trim().to_ascii_lowercase());
    attributes.any(|attribute| attribute == "max-age=0" || attribute.starts_with("expires=thu, 01 jan 1970"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_come_and_go() {
        let mut jar = CookieJar::default();
        assert_eq!(jar.header(), None);
        jar.apply("a=1; Path=/; HttpOnly");
        jar.apply("b=x=y; Path=/");
        assert_eq!(jar.header().as_deref(), Some("a=1; b=x=y"));
        jar.apply("a=; Path=/; Max-Age=0");
        jar.apply("b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(jar.header(), None);
    }
}

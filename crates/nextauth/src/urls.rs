//! The absolute addresses of our endpoints and of the app's own pages. Clients feed every URL we answer to the URL
//! constructor, so a relative one would make their `signIn()` reject (contract §0.2).

use crossgate_core::origin::PublicOrigin;
use crossgate_core::return_to::ReturnToPolicy;
use crossgate_core::settings::{Dialect, OwnPages};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::form_urlencoded;

/// Id of the provider that is the API's own login.
pub const CREDENTIALS_PROVIDER: &str = "credentials";

/// What JavaScript's `encodeURIComponent` leaves alone.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// The addresses, made once from the configuration.
#[derive(Debug, Clone)]
pub struct EndpointUrls {
    base: String,
    sign_in_page: Option<String>,
    sign_out_page: Option<String>,
    error_page: Option<String>,
    verify_request_page: Option<String>,
}

impl EndpointUrls {
    /// For this origin, the path below which the endpoints are, and the app's own pages. A page that is not a place on our origin counts as absent: an answer
    /// of ours never leads to another site.
    #[must_use]
    pub fn new(origin: &PublicOrigin, base_path: &str, pages: &OwnPages) -> Self {
        let policy = ReturnToPolicy::new(origin.clone(), Vec::new());
        let page = |page: &Option<String>| Some(policy.parse(page.as_deref()?).ok()?.absolute().to_owned());
        Self {
            base: format!("{}{base_path}", origin.as_str()),
            sign_in_page: page(&pages.sign_in),
            sign_out_page: page(&pages.sign_out),
            error_page: page(&pages.error),
            verify_request_page: page(&pages.verify_request),
        }
    }

    /// `BASE`: public origin and base path.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The app's own sign-in page, absolute.
    #[must_use]
    pub fn own_sign_in_page(&self) -> Option<&str> {
        self.sign_in_page.as_deref()
    }

    /// The app's own sign-out page, absolute.
    #[must_use]
    pub fn own_sign_out_page(&self) -> Option<&str> {
        self.sign_out_page.as_deref()
    }

    /// The app's own error page, absolute.
    #[must_use]
    pub fn own_error_page(&self) -> Option<&str> {
        self.error_page.as_deref()
    }

    /// The app's own page that says to look at one's e-mail, absolute.
    #[must_use]
    pub fn own_verify_request_page(&self) -> Option<&str> {
        self.verify_request_page.as_deref()
    }

    /// Where a provider sends browsers back to: `redirect_uri` (RFC 6749 §3.1.2).
    #[must_use]
    pub fn callback(&self, provider: &str) -> String {
        self.of_provider("callback", provider)
    }

    /// Where a provider sends browsers after they signed out there.
    #[must_use]
    pub fn signed_out(&self) -> String {
        self.action("signedout")
    }

    /// `BASE/<action>`.
    pub(crate) fn action(&self, action: &str) -> String {
        format!("{}/{action}", self.base)
    }

    /// `BASE/<action>/<provider>`.
    pub(crate) fn of_provider(&self, action: &str, provider: &str) -> String {
        format!("{}/{action}/{}", self.base, utf8_percent_encode(provider, COMPONENT))
    }
}

/// Adds parameters to an absolute URL: after the query it may have, before the fragment. v4 encodes as
/// `encodeURIComponent` does, v5 as a form.
pub(crate) fn with_query(target: &str, pairs: &[(&str, &str)], dialect: Dialect) -> String {
    let (target, fragment) = target.split_once('#').map_or((target, None), |(head, tail)| (head, Some(tail)));
    let mut url = target.to_owned();
    for (name, value) in pairs {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(name);
        url.push('=');
        url.push_str(&encode(value, dialect));
    }
    fragment.map_or_else(|| url.clone(), |fragment| format!("{url}#{fragment}"))
}

fn encode(value: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::V4 => utf8_percent_encode(value, COMPONENT).to_string(),
        Dialect::V5 => form_urlencoded::byte_serialize(value.as_bytes()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin() -> PublicOrigin {
        PublicOrigin::parse("https://app.example").unwrap()
    }

    #[test]
    fn endpoints_are_below_the_base_path() {
        let urls = EndpointUrls::new(&origin(), "/shop/api/auth", &OwnPages::default());
        assert_eq!(urls.base(), "https://app.example/shop/api/auth");
        assert_eq!(urls.callback("google"), "https://app.example/shop/api/auth/callback/google");
        assert_eq!(urls.signed_out(), "https://app.example/shop/api/auth/signedout");
    }

    #[test]
    fn own_pages_become_absolute_and_never_leave_the_origin() {
        for (page, absolute) in [
            ("/login", Some("https://app.example/login")),
            ("/login?from=gateway", Some("https://app.example/login?from=gateway")),
            ("https://app.example/login", Some("https://app.example/login")),
            ("https://evil.test/login", None),
            ("//evil.test", None),
            ("javascript:alert(1)", None),
        ] {
            let pages = OwnPages { sign_in: Some(page.to_owned()), ..OwnPages::default() };
            assert_eq!(
                EndpointUrls::new(&origin(), "/api/auth", &pages).own_sign_in_page(),
                absolute,
                "{page}"
            );
        }
        let none = EndpointUrls::new(&origin(), "/api/auth", &OwnPages::default());
        assert_eq!(
            (none.own_sign_in_page(), none.own_sign_out_page(), none.own_error_page()),
            (None, None, None)
        );
    }

    #[test]
    fn parameters_stand_after_the_query_and_before_the_fragment() {
        let pairs = [("error", "a b&c=ü/'"), ("code", "x")];
        for (target, dialect, expected) in [
            ("https://a.example/p", Dialect::V4, "https://a.example/p?error=a%20b%26c%3D%C3%BC%2F'&code=x"),
            ("https://a.example/p", Dialect::V5, "https://a.example/p?error=a+b%26c%3D%C3%BC%2F%27&code=x"),
            (
                "https://a.example/p?q=1#top",
                Dialect::V5,
                "https://a.example/p?q=1&error=a+b%26c%3D%C3%BC%2F%27&code=x#top",
            ),
        ] {
            assert_eq!(with_query(target, &pairs, dialect), expected);
        }
        assert_eq!(with_query("https://a.example/p", &[], Dialect::V4), "https://a.example/p");
    }

    #[test]
    fn a_provider_id_is_one_segment() {
        let urls = EndpointUrls::new(&origin(), "/api/auth", &OwnPages::default());
        assert_eq!(
            urls.of_provider("signin", "a/../b?"),
            "https://app.example/api/auth/signin/a%2F..%2Fb%3F"
        );
    }
}

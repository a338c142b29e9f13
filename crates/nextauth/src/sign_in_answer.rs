//! `GET signin`, `GET signout` and `GET verify-request`: the app's own page, or the built-in one (contract §3.5, §3.10,
//! §3.13).

use crossgate_core::error_code::ErrorCode;
use crossgate_core::return_to::ReturnTo;
use crossgate_core::settings::Dialect;
use url::form_urlencoded;

use crate::sign_in_message::{MessageKind, SignInMessage, sign_in_message};
use crate::text::{LONGEST_TEXT, clean_code, clean_text};
use crate::urls::{EndpointUrls, with_query};

/// What `GET signin` was asked, with the target already checked.
#[derive(Debug, Clone, Copy)]
pub struct SignInRequest<'a> {
    /// Where the browser goes afterwards.
    pub return_to: &'a ReturnTo,
    /// Query parameter `error`.
    pub error: Option<&'a str>,
    /// Query parameter `code`.
    pub code: Option<&'a str>,
    /// Whether the query says `csrf=true`, v4's word for a bad CSRF token.
    pub csrf_failed: bool,
}

impl SignInRequest<'_> {
    /// Whether the page is to ask for the second step of a sign-in, in the words of either dialect.
    #[must_use]
    pub fn is_for_second_step(&self) -> bool {
        let word = ErrorCode::SecondStep.as_str();
        self.error == Some(word) || (self.error == Some("CredentialsSignin") && self.code == Some(word))
    }
}

/// What `GET signin` does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInAnswer {
    /// A redirect ([`REDIRECT`](crate::REDIRECT)) to the app's own page.
    Forward {
        /// Absolute URL.
        location: String,
    },
    /// The built-in page, with what it has to say.
    Page(Option<SignInMessage>),
}

/// Answers `GET signin`.
#[must_use]
pub fn answer_sign_in(request: &SignInRequest<'_>, urls: &EndpointUrls, dialect: Dialect) -> SignInAnswer {
    match urls.own_sign_in_page() {
        Some(page) => SignInAnswer::Forward { location: forward(page, request, dialect) },
        None => SignInAnswer::Page(message(request)),
    }
}

/// `PAGE?callbackUrl=<encoded>[&error=<encoded>[&code=<code>]]`; the code is ours, and apps that do not know it lose
/// nothing.
fn forward(page: &str, request: &SignInRequest<'_>, dialect: Dialect) -> String {
    let error = request.error.and_then(|error| clean_text(error, LONGEST_TEXT));
    let code = request.code.filter(|_| error.is_some()).and_then(clean_code);
    let mut pairs = vec![("callbackUrl", request.return_to.absolute())];
    pairs.extend(error.as_deref().map(|error| ("error", error)));
    pairs.extend(code.as_deref().map(|code| ("code", code)));
    with_query(page, &pairs, dialect)
}

fn message(request: &SignInRequest<'_>) -> Option<SignInMessage> {
    let csrf = SignInMessage { kind: MessageKind::Failure, sentence: ErrorCode::CsrfInvalid.message() };
    match request.error.filter(|error| !error.is_empty()) {
        Some(error) => Some(sign_in_message(error, request.code)),
        None => request.csrf_failed.then_some(csrf),
    }
}

/// Answers `GET signout`: where to redirect ([`REDIRECT`](crate::REDIRECT)), or nothing when the
/// built-in page is shown.
#[must_use]
pub fn answer_sign_out(urls: &EndpointUrls) -> Option<&str> {
    urls.own_sign_out_page()
}

/// Answers `GET verify-request`, whose query v4 drops and v5 keeps: as [`answer_sign_out`].
#[must_use]
pub fn answer_verify_request(
    query: &[(String, String)],
    urls: &EndpointUrls,
    dialect: Dialect,
) -> Option<String> {
    let page = urls.own_verify_request_page()?;
    if dialect == Dialect::V4 || query.is_empty() {
        return Some(page.to_owned());
    }
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let separator = if page.contains('?') { '&' } else { '?' };
    Some(format!("{page}{separator}{query}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossgate_core::origin::PublicOrigin;
    use crossgate_core::return_to::ReturnToPolicy;
    use crossgate_core::settings::OwnPages;

    fn urls(sign_in: Option<&str>) -> EndpointUrls {
        let pages = OwnPages {
            sign_in: sign_in.map(str::to_owned),
            sign_out: sign_in.map(|_| "/bye".to_owned()),
            error: None,
            ..OwnPages::default()
        };
        EndpointUrls::new(&PublicOrigin::parse("https://app.example").unwrap(), "/api/auth", &pages)
    }

    fn answer(page: Option<&str>, error: Option<&str>, csrf: bool, dialect: Dialect) -> SignInAnswer {
        let policy = ReturnToPolicy::new(PublicOrigin::parse("https://app.example").unwrap(), Vec::new());
        let return_to = policy.parse("/a?x=1 2").unwrap();
        let request = SignInRequest { return_to: &return_to, error, code: None, csrf_failed: csrf };
        answer_sign_in(&request, &urls(page), dialect)
    }

    #[test]
    fn an_own_page_gets_the_target_and_the_error_encoded() {
        for (page, error, dialect, location) in [
            ("/login", None, Dialect::V4, "/login?callbackUrl=https%3A%2F%2Fapp.example%2Fa%3Fx%3D1%25202"),
            (
                "/login",
                Some("a b"),
                Dialect::V4,
                "/login?callbackUrl=https%3A%2F%2Fapp.example%2Fa%3Fx%3D1%25202&error=a%20b",
            ),
            (
                "/login?x=1",
                Some("a b"),
                Dialect::V5,
                "/login?x=1&callbackUrl=https%3A%2F%2Fapp.example%2Fa%3Fx%3D1%25202&error=a+b",
            ),
        ] {
            let location = format!("https://app.example{location}");
            assert_eq!(answer(Some(page), error, false, dialect), SignInAnswer::Forward { location });
        }
    }

    #[test]
    fn the_built_in_page_has_something_to_say_only_when_asked() {
        assert_eq!(answer(None, None, false, Dialect::V4), SignInAnswer::Page(None));
        assert_eq!(answer(None, Some(""), false, Dialect::V5), SignInAnswer::Page(None));
        for (error, csrf) in [(Some("SessionRequired"), false), (Some("whatever"), false), (None, true)] {
            assert!(matches!(answer(None, error, csrf, Dialect::V4), SignInAnswer::Page(Some(_))));
        }
    }

    #[test]
    fn v5_alone_tells_the_page_for_e_mail_what_was_asked() {
        let answer = |page: Option<&str>, query: &[(&str, &str)], dialect| {
            let pages = OwnPages { verify_request: page.map(str::to_owned), ..OwnPages::default() };
            let urls =
                EndpointUrls::new(&PublicOrigin::parse("https://app.example").unwrap(), "/api/auth", &pages);
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            answer_verify_request(&query.iter().map(owned).collect::<Vec<_>>(), &urls, dialect)
        };
        let query = [("provider", "email"), ("a&b#\r\n", "x y")];
        for (page, query, dialect, location) in [
            ("/sent", query.as_slice(), Dialect::V4, "/sent"),
            ("/sent", &query, Dialect::V5, "/sent?provider=email&a%26b%23%0D%0A=x+y"),
            ("/sent?by=mail", &query[..1], Dialect::V5, "/sent?by=mail&provider=email"),
            ("/sent", &[], Dialect::V5, "/sent"),
        ] {
            let location = format!("https://app.example{location}");
            assert_eq!(answer(Some(page), query, dialect), Some(location));
        }
        assert_eq!(answer(None, &query, Dialect::V5), None);
    }

    #[test]
    fn sign_out_has_a_page_of_its_own_when_configured() {
        assert_eq!(answer_sign_out(&urls(Some("/login"))), Some("https://app.example/bye"));
        assert_eq!(answer_sign_out(&urls(None)), None);
    }
}

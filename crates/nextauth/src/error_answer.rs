//! `GET error`: forwarded, or the built-in page with a fixed sentence (contract §3.12, §9).

use crossgate_core::settings::Dialect;
use http::{HeaderMap, StatusCode};

use crate::sign_in_message::{sign_in_message, unconfigured};
use crate::text::{LONGEST_TEXT, clean_text};
use crate::urls::{EndpointUrls, with_query};

/// Errors that v4 shows on the sign-in page.
const FORWARDED_BY_V4: &[&str] = &[
    "Signin",
    "OAuthSignin",
    "OAuthCallback",
    "OAuthCreateAccount",
    "EmailCreateAccount",
    "Callback",
    "OAuthAccountNotLinked",
    "EmailSignin",
    "CredentialsSignin",
    "SessionRequired",
    // Ours: a sign-in that goes on, or begins anew, on that page.
    "second_step",
    "second_step_expired",
];

/// What `GET error` was asked.
#[derive(Debug, Clone, Copy)]
pub struct ErrorRequest<'a> {
    /// Query parameter `error`.
    pub error: Option<&'a str>,
    /// Query parameter `code`.
    pub code: Option<&'a str>,
    /// Who sent the browser here.
    pub came_from: CameFrom,
}

/// Who sent the browser here. A text in the query is shown only to people who come from this site: otherwise
/// anybody could have us show theirs, by a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CameFrom {
    /// A page or redirect of this site.
    ThisSite,
    /// Another site, a bookmark, an old browser that does not say.
    Elsewhere,
}

impl CameFrom {
    /// From `Sec-Fetch-Site` (Fetch Metadata §2.3), which pages cannot set and which stays `same-origin` only while
    /// every redirect on the way was ours too.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let mut lines = headers.get_all("sec-fetch-site").iter();
        match (lines.next().map(http::HeaderValue::as_bytes), lines.next()) {
            (Some(b"same-origin"), None) => Self::ThisSite,
            _ => Self::Elsewhere,
        }
    }
}

/// What `GET error` does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorAnswer {
    /// A redirect ([`REDIRECT`](crate::REDIRECT)).
    Forward {
        /// Absolute URL.
        location: String,
    },
    /// The built-in page.
    Page(ErrorPage),
}

/// What the built-in error page says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorPage {
    /// The status of the answer.
    pub status: StatusCode,
    /// The heading, from a fixed list.
    pub title: &'static str,
    /// The sentence, from a fixed list.
    pub sentence: &'static str,
    /// What the API's login said (v4 carries it in the URL): at most 300 characters, to be shown as escaped text that
    /// is recognisably quoted.
    pub quoted: Option<String>,
}

/// Answers `GET error`.
#[must_use]
pub fn answer_error(request: &ErrorRequest<'_>, urls: &EndpointUrls, dialect: Dialect) -> ErrorAnswer {
    let error = request.error.and_then(|error| clean_text(error, LONGEST_TEXT));
    let error = error.as_deref().unwrap_or_default();
    let target = if dialect == Dialect::V4 && FORWARDED_BY_V4.contains(&error) {
        Some(urls.action("signin"))
    } else {
        urls.own_error_page().map(str::to_owned)
    };
    match target {
        Some(target) => ErrorAnswer::Forward { location: forward(&target, error, request.code, dialect) },
        None => ErrorAnswer::Page(page(error, request, dialect)),
    }
}

/// Without an error, the reference writes `error=undefined`; we leave it out.
fn forward(target: &str, error: &str, code: Option<&str>, dialect: Dialect) -> String {
    let code = code.and_then(crate::text::clean_code);
    let error = (!error.is_empty()).then_some(("error", error));
    let code = code.as_deref().map(|code| ("code", code));
    let pairs: Vec<_> = error.into_iter().chain(code).collect();
    with_query(target, &pairs, dialect)
}

fn page(error: &str, request: &ErrorRequest<'_>, dialect: Dialect) -> ErrorPage {
    // v4 compares these names without regard to case.
    let name = if dialect == Dialect::V4 { error.to_ascii_lowercase() } else { error.to_owned() };
    match (name.as_str(), dialect) {
        ("configuration", Dialect::V4) | ("Configuration", Dialect::V5) => configuration(request.code),
        ("accessdenied", Dialect::V4) | ("AccessDenied", Dialect::V5) => ACCESS_DENIED,
        ("verification", Dialect::V4) | ("Verification", Dialect::V5) => VERIFICATION,
        ("", _) => NO_ERROR,
        (_, Dialect::V4) => thrown(error, request.came_from),
        (_, Dialect::V5) => ErrorPage { sentence: sign_in_message(error, request.code).sentence, ..FAILED },
    }
}

const ACCESS_DENIED: ErrorPage = ErrorPage {
    status: StatusCode::FORBIDDEN,
    title: "Access denied",
    sentence: "You do not have permission to sign in.",
    quoted: None,
};

const VERIFICATION: ErrorPage = ErrorPage {
    status: StatusCode::FORBIDDEN,
    title: "This link does not work any more",
    sentence: "The sign-in link has been used already or has expired. Please ask for a new one.",
    quoted: None,
};

const NO_ERROR: ErrorPage = ErrorPage {
    status: StatusCode::OK,
    title: "Nothing to report",
    sentence: "No error was passed to this page.",
    quoted: None,
};

const FAILED: ErrorPage = ErrorPage {
    status: StatusCode::OK,
    title: "Sign-in did not work",
    sentence: "Please go back and try again.",
    quoted: None,
};

fn configuration(code: Option<&str>) -> ErrorPage {
    ErrorPage {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        title: "Sign-in is not available",
        sentence: unconfigured(code),
        quoted: None,
    }
}

/// A v4 error that is none of the codes is what the API's login said.
fn thrown(error: &str, came_from: CameFrom) -> ErrorPage {
    let quoted = (came_from == CameFrom::ThisSite).then(|| error.to_owned());
    ErrorPage { quoted, ..FAILED }
}

#[cfg(test)]
#[path = "error_answer_tests.rs"]
mod tests;

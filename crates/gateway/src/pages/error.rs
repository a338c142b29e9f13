//! Error pages: of sign-in, and of the gateway towards somebody who opened a page.

use askama::Template;
use crossgate_core::error_code::ErrorCode;
use http::StatusCode;

use super::frame::{Frame, Link};

/// What an error page shows.
#[derive(Debug, Clone, Copy)]
pub struct ErrorPage<'a> {
    /// Host of the public address.
    pub app_name: &'a str,
    /// The status of the answer; shown when it is an error.
    pub status: StatusCode,
    /// The heading.
    pub title: &'a str,
    /// What happened, harmlessly.
    pub sentence: &'a str,
    /// What the API's login said; shown as a quotation.
    pub quoted: Option<&'a str>,
    /// The stable code.
    pub code: Option<&'a str>,
    /// What the operator searches the log for.
    pub request_id: Option<&'a str>,
    /// Where to go from here; the first one stands out.
    pub links: &'a [Link<'a>],
}

impl ErrorPage<'_> {
    fn shows_status(&self) -> bool {
        self.status.is_client_error() || self.status.is_server_error()
    }
}

/// What the gateway tells somebody who opened a page that it cannot show.
#[derive(Debug, Clone, Copy)]
pub struct GatewayErrorPage<'a> {
    /// Host of the public address.
    pub app_name: &'a str,
    /// The status of the answer.
    pub status: StatusCode,
    /// What went wrong.
    pub code: ErrorCode,
    /// What the operator searches the log for.
    pub request_id: &'a str,
}

#[derive(Template)]
#[template(path = "error.html", whitespace = "minimize")]
struct ErrorTemplate<'a> {
    frame: Frame<'a>,
    page: &'a ErrorPage<'a>,
}

/// Renders an error page.
///
/// # Errors
/// When the template engine cannot write; it writes to memory.
pub fn error(page: &ErrorPage<'_>) -> Result<String, askama::Error> {
    ErrorTemplate { frame: Frame::new(page.app_name), page }.render()
}

/// Renders an error page of the gateway.
///
/// # Errors
/// When the template engine cannot write; it writes to memory.
pub fn gateway_error(page: &GatewayErrorPage<'_>) -> Result<String, askama::Error> {
    error(&ErrorPage {
        app_name: page.app_name,
        status: page.status,
        title: title_of(page.status),
        sentence: page.code.message(),
        quoted: None,
        code: Some(page.code.as_str()),
        request_id: Some(page.request_id),
        links: links_of(page.status),
    })
}

const fn title_of(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "Please sign in",
        403 => "No access",
        404 | 410 => "Page not found",
        405 => "Not possible here",
        408 | 504 => "This took too long",
        413 => "Too large",
        421 => "Not served here",
        429 => "Too many requests",
        431 => "Headers too large",
        400..=499 => "This did not work",
        502 => "Service not reachable",
        503 => "Busy at the moment",
        _ => "Something went wrong",
    }
}

const HOME: Link<'static> = Link { label: "Go to the front page", href: "/" };

/// The same address again, where waiting can help.
const AGAIN: Link<'static> = Link { label: "Try again", href: "" };

const fn links_of(status: StatusCode) -> &'static [Link<'static>] {
    match status.as_u16() {
        408 | 429 | 500..=599 => &[AGAIN, HOME],
        421 => &[],
        _ => &[HOME],
    }
}

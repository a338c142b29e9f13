//! Pages that only say something: signed out, look at your e-mail.

use askama::Template;

use super::frame::{Frame, Link};

/// What a message page shows.
#[derive(Debug, Clone, Copy)]
pub struct MessagePage<'a> {
    /// Host of the public address.
    pub app_name: &'a str,
    /// The sign above the heading.
    pub symbol: Symbol,
    /// The heading.
    pub title: &'a str,
    /// What there is to say.
    pub sentence: &'a str,
    /// Where to go from here; the first one stands out.
    pub links: &'a [Link<'a>],
}

/// The sign above the heading of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symbol {
    /// A tick.
    Done,
    /// A letter.
    Mail,
    /// An arrow.
    Away,
}

impl Symbol {
    const fn class(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Mail => "mail",
            Self::Away => "away",
        }
    }
}

#[derive(Template)]
#[template(path = "message.html", whitespace = "minimize")]
struct MessageTemplate<'a> {
    frame: Frame<'a>,
    page: &'a MessagePage<'a>,
}

/// Renders a message page.
///
/// # Errors
/// When the template engine cannot write; it writes to memory.
pub fn message(page: &MessagePage<'_>) -> Result<String, askama::Error> {
    MessageTemplate { frame: Frame::new(page.app_name), page }.render()
}

/// Renders the page after sign-out. `sign_in` is where one signs in again.
///
/// # Errors
/// When the template engine cannot write; it writes to memory.
pub fn signed_out(app_name: &str, sign_in: &str) -> Result<String, askama::Error> {
    message(&MessagePage {
        app_name,
        symbol: Symbol::Done,
        title: "You are signed out",
        sentence: "It is safe to close this window now.",
        links: &[
            Link { label: "Sign in again", href: sign_in },
            Link { label: "Go to the front page", href: "/" },
        ],
    })
}

/// Renders the page that follows a sign-in by e-mail.
///
/// # Errors
/// When the template engine cannot write; it writes to memory.
pub fn verify_request(app_name: &str) -> Result<String, askama::Error> {
    message(&MessagePage {
        app_name,
        symbol: Symbol::Mail,
        title: "Check your e-mail",
        sentence: "A sign-in link has been sent to you. Open it in this browser to continue.",
        links: &[],
    })
}

/// Renders the page that is shown for a moment on the way to another site. `url` is checked by the caller.
///
/// # Errors
/// When the template engine cannot write; it writes to memory.
pub fn leaving(app_name: &str, url: &str) -> Result<String, askama::Error> {
    message(&MessagePage {
        app_name,
        symbol: Symbol::Away,
        title: "One moment",
        sentence: "You are taken to another site and come back here afterwards.",
        links: &[Link { label: "Continue", href: url }],
    })
}

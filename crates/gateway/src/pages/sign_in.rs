//! The sign-in page.

use askama::Template;
use crossgate_core::credentials::Field;

use super::frame::Frame;
use super::input::{Input, inputs_of};
use super::notice::Notice;

/// What the sign-in page shows. Its form posts `csrfToken`, `callbackUrl` and the fields.
#[derive(Debug, Clone, Copy)]
pub struct SignInPage<'a> {
    /// Host of the public address.
    pub app_name: &'a str,
    /// The CSRF token of this browser.
    pub csrf_token: &'a str,
    /// Where the browser goes afterwards: absolute and checked.
    pub callback_url: &'a str,
    /// Where the form goes: `/api/auth/callback/credentials`.
    pub action: &'a str,
    /// The fields of the API's login; empty when only providers are configured.
    pub fields: &'a [Field],
    /// What was typed before, by field name. Values of secret fields are never shown.
    pub values: &'a [(&'a str, &'a str)],
    /// What there is to say.
    pub notice: Option<Notice<'a>>,
    /// Other ways to sign in.
    pub providers: &'a [ProviderButton<'a>],
}

/// A button that starts the sign-in at a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderButton<'a> {
    /// What a person reads: `Continue with Google`.
    pub label: &'a str,
    /// Where its form goes: `/api/auth/signin/<provider>`.
    pub action: &'a str,
}

impl SignInPage<'_> {
    fn notice_is_error(&self) -> bool {
        self.notice.is_some_and(Notice::is_error)
    }

    const fn input_is_wrong(&self) -> bool {
        matches!(self.notice, Some(Notice::WrongInput(_)))
    }
}

#[derive(Template)]
#[template(path = "sign_in.html", whitespace = "minimize")]
struct SignInTemplate<'a> {
    frame: Frame<'a>,
    page: &'a SignInPage<'a>,
    inputs: Vec<Input<'a>>,
}

/// Renders the sign-in page.
///
/// # Errors
/// When the template engine cannot write; it writes to memory.
pub fn sign_in(page: &SignInPage<'_>) -> Result<String, askama::Error> {
    SignInTemplate { frame: Frame::new(page.app_name), page, inputs: inputs_of(page) }.render()
}

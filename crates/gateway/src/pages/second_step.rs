//! The page that asks for the second step of a sign-in.

use askama::Template;
use crossgate_core::credentials::Field;

use super::frame::Frame;
use super::input::{Input, inputs_of_step};
use super::notice::Notice;

/// What the page of the second step shows. Its form posts `csrfToken`, `callbackUrl` and the fields.
#[derive(Debug, Clone, Copy)]
pub struct SecondStepPage<'a> {
    /// Host of the public address.
    pub app_name: &'a str,
    /// The CSRF token of this browser.
    pub csrf_token: &'a str,
    /// Where the browser goes afterwards: absolute and checked.
    pub callback_url: &'a str,
    /// Where the form goes: `/api/auth/callback/credentials`.
    pub action: &'a str,
    /// The fields of the second step.
    pub fields: &'a [Field],
    /// What there is to say.
    pub notice: Notice<'a>,
    /// The way back to the first form.
    pub back: &'a str,
}

impl SecondStepPage<'_> {
    const fn notice_is_error(&self) -> bool {
        self.notice.is_error()
    }

    const fn input_is_wrong(&self) -> bool {
        matches!(self.notice, Notice::WrongInput(_))
    }
}

#[derive(Template)]
#[template(path = "second_step.html", whitespace = "minimize")]
struct SecondStepTemplate<'a> {
    frame: Frame<'a>,
    page: &'a SecondStepPage<'a>,
    inputs: Vec<Input<'a>>,
}

/// Renders the page of the second step.
///
/// # Errors
/// When the template engine cannot write; it writes to memory.
pub fn second_step(page: &SecondStepPage<'_>) -> Result<String, askama::Error> {
    let inputs = inputs_of_step(page.fields);
    SecondStepTemplate { frame: Frame::new(page.app_name), page, inputs }.render()
}

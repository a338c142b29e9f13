//! The sign-out page.

use askama::Template;

use super::frame::Frame;
use super::notice::Notice;

/// What the sign-out page shows. Its form posts `csrfToken`, `callbackUrl` and, by its second button,
/// `everywhere=true`.
#[derive(Debug, Clone, Copy)]
pub struct SignOutPage<'a> {
    /// Host of the public address.
    pub app_name: &'a str,
    /// The CSRF token of this browser.
    pub csrf_token: &'a str,
    /// Where the browser goes afterwards, also without signing out: absolute and checked.
    pub callback_url: &'a str,
    /// Where the form goes: `/api/auth/signout`.
    pub action: &'a str,
    /// Name or e-mail address of who is signed in.
    pub person: Option<&'a str>,
    /// What there is to say.
    pub notice: Option<Notice<'a>>,
}

impl SignOutPage<'_> {
    fn notice_is_error(&self) -> bool {
        self.notice.is_some_and(Notice::is_error)
    }
}

#[derive(Template)]
#[template(path = "sign_out.html", whitespace = "minimize")]
struct SignOutTemplate<'a> {
    frame: Frame<'a>,
    page: &'a SignOutPage<'a>,
}

/// Renders the sign-out page.
///
/// # Errors
/// When the template engine cannot write; it writes to memory.
pub fn sign_out(page: &SignOutPage<'_>) -> Result<String, askama::Error> {
    SignOutTemplate { frame: Frame::new(page.app_name), page }.render()
}

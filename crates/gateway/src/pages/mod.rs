//! The built-in pages: plain HTML made on the server, one static style sheet, no script.
//!
//! Pure functions from what a page has to say to its text. Whatever comes from outside is escaped by the template
//! engine; URLs must have been checked by the caller.

mod error;
mod frame;
mod input;
mod message;
mod notice;
mod second_step;
mod sign_in;
mod sign_out;
mod style;

pub use error::{ErrorPage, GatewayErrorPage, error, gateway_error};
pub use frame::Link;
pub use message::{MessagePage, Symbol, leaving, message, signed_out, verify_request};
pub use notice::Notice;
pub use second_step::{SecondStepPage, second_step};
pub use sign_in::{ProviderButton, SignInPage, sign_in};
pub use sign_out::{SignOutPage, sign_out};
pub use style::{
    CONTENT_SECURITY_POLICY, STYLE_SHEET, STYLE_SHEET_PATH, content_security_policy, style_sheet_url,
};

#[cfg(test)]
mod tests;

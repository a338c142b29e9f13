//! What every page has.

use super::style::style_sheet_url;

/// A link that looks like a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link<'a> {
    /// What a person reads.
    pub label: &'a str,
    /// Checked target; empty for the address of the page itself.
    pub href: &'a str,
}

/// What surrounds the content.
pub(super) struct Frame<'a> {
    pub(super) app_name: &'a str,
    pub(super) mark: char,
    pub(super) style_sheet: String,
}

impl<'a> Frame<'a> {
    pub(super) fn new(app_name: &'a str) -> Self {
        Self { app_name, mark: mark_of(app_name), style_sheet: style_sheet_url() }
    }
}

/// The letter in the square that stands in for a logo.
fn mark_of(app_name: &str) -> char {
    let name = app_name.strip_prefix("www.").unwrap_or(app_name);
    let letter = name.chars().find(|c| c.is_alphanumeric());
    letter.and_then(|letter| letter.to_uppercase().next()).unwrap_or('·')
}

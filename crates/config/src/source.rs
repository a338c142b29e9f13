//! Lines and columns of the text.

use crate::problem::Excerpt;
use crate::tree::Span;

/// The text's lines and which of them are never shown.
pub(crate) struct Lines<'a> {
    text: &'a str,
    hidden: Vec<Span>,
}

impl<'a> Lines<'a> {
    pub(crate) const fn new(text: &'a str, hidden: Vec<Span>) -> Self {
        Self { text, hidden }
    }

    /// Line and column, both from 1; the column in characters.
    pub(crate) fn position(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (line, before.get(start..).map_or(0, |part| part.chars().count()) + 1)
    }

    /// The line where this part begins, and how much of the part stands on it.
    pub(crate) fn excerpt(&self, at: &Span) -> Option<Excerpt> {
        // Nothing is meant where a key of the file's top is missing.
        let line = self.line_around(at.start).filter(|_| !at.is_empty())?;
        let touches = |hidden: &Span| hidden.start < line.end.max(line.start + 1) && line.start < hidden.end;
        if self.hidden.iter().any(touches) {
            return None;
        }
        let text = self.text.get(line.clone())?.trim_end();
        let meant = self.text.get(at.start..at.end.min(line.start + text.len()));
        let width = meant.map_or(1, |part| part.chars().count());
        (!text.is_empty()).then(|| Excerpt { text: text.to_owned(), width })
    }

    fn line_around(&self, offset: usize) -> Option<Span> {
        let start = self.text.get(..offset)?.rfind('\n').map_or(0, |newline| newline + 1);
        let length = self.text.get(start..)?.find('\n');
        Some(start..length.map_or(self.text.len(), |length| start + length))
    }
}

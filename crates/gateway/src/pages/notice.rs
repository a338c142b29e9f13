//! What a form has to say before anything is typed, or about what was typed.

/// A sentence above a form. It may come from the API and is escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice<'a> {
    /// Nothing went wrong.
    Information(&'a str),
    /// What was typed is wrong: the fields are marked too.
    WrongInput(&'a str),
    /// It did not work, whatever was typed.
    Failure(&'a str),
}

impl<'a> Notice<'a> {
    pub(crate) const fn sentence(self) -> &'a str {
        match self {
            Self::Information(sentence) | Self::WrongInput(sentence) | Self::Failure(sentence) => sentence,
        }
    }

    pub(super) const fn class(self) -> &'static str {
        if self.is_error() { "failure" } else { "information" }
    }

    /// An error interrupts a screen reader; information waits.
    pub(super) const fn role(self) -> &'static str {
        if self.is_error() { "alert" } else { "status" }
    }

    pub(super) const fn is_error(self) -> bool {
        !matches!(self, Self::Information(_))
    }
}

//! What is found, with the place where it was read.

/// A place in a source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The file, as it is shown.
    pub(crate) file: String,
    pub(crate) line: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let file: String = self.file.chars().map(|char| if char.is_control() { '?' } else { char }).collect();
        write!(formatter, "{file}:{}", self.line)
    }
}

/// Something that was read, and where; no place is a guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found<T> {
    pub(crate) value: T,
    pub(crate) place: Option<Place>,
}

impl<T> Found<T> {
    pub(crate) const fn at(value: T, place: Place) -> Self {
        Self { value, place: Some(place) }
    }

    pub(crate) const fn guess(value: T) -> Self {
        Self { value, place: None }
    }
}

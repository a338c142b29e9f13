//! Sets of paths, as patterns and the routes of an app describe them, compared with each other.

use crate::page::is_intercepting;
use crate::pattern::PathPattern;
use crate::target::{as_routers_read, canonical_path};

/// All paths that have these segments, and with an open end everything below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathShape {
    segments: Vec<ShapeSegment>,
    open_end: bool,
}

/// What may stand in one segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShapeSegment {
    /// This text, as routers read it.
    Literal(String),
    /// Anything.
    Any,
}

/// Whether `A` and `a` are one, as they are to a rule that closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterCase {
    /// They are two.
    Told,
    /// They are one.
    Ignored,
}

/// What a route of a Next.js app has that no path can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no route of Next.js")]
pub struct NotARoute(String);

impl PathShape {
    /// The path itself, or with `open_end` also all below it.
    #[must_use]
    pub const fn new(segments: Vec<ShapeSegment>, open_end: bool) -> Self {
        Self { segments, open_end }
    }

    /// The paths of a route as Next.js names it: `/u/[name]`, `/docs/[...path]`, `/files/[[...path]]`.
    ///
    /// # Errors
    /// Where a catch-all does not stand at the end, or a segment can be in no path.
    pub fn of_next_route(route: &str) -> Result<Self, NotARoute> {
        let mut shape = Self::new(Vec::new(), false);
        for part in route.split('/').filter(|part| !part.is_empty()) {
            let can_go_on = !shape.open_end;
            let is_read = can_go_on && shape.push_next_segment(part);
            if !is_read {
                return Err(NotARoute(route.to_owned()));
            }
        }
        Ok(shape)
    }

    fn push_next_segment(&mut self, part: &str) -> bool {
        let is_dynamic = part.starts_with('[') && part.ends_with(']');
        let is_catch_all = is_dynamic && part.trim_start_matches('[').starts_with("...");
        self.open_end = is_catch_all;
        match (is_dynamic, is_catch_all && part.starts_with("[[")) {
            (_, true) => true,
            (true, false) => {
                self.segments.push(ShapeSegment::Any);
                true
            }
            (false, false) => self.push_literal(part),
        }
    }

    /// `part` as it stands in the name of a file, or in a path.
    fn push_literal(&mut self, part: &str) -> bool {
        let read = literal(part);
        let is_one = read.is_some();
        self.segments.extend(read.map(ShapeSegment::Literal));
        is_one
    }

    /// The one path that it stands for, if there is only one.
    #[must_use]
    pub fn only_path(&self) -> Option<String> {
        let texts = self.segments.iter().map(|segment| match segment {
            ShapeSegment::Literal(text) => Some(format!("/{text}")),
            ShapeSegment::Any => None,
        });
        let path = texts.collect::<Option<String>>().filter(|_| !self.open_end)?;
        Some(if path.is_empty() { "/".to_owned() } else { path })
    }

    /// What lies in both. `None` where nothing does.
    #[must_use]
    pub fn intersection(&self, other: &Self, letter_case: LetterCase) -> Option<Self> {
        let length = self.segments.len().max(other.segments.len());
        let reach = |shape: &Self| shape.open_end || shape.segments.len() == length;
        if !reach(self) || !reach(other) {
            return None;
        }
        let both = |at| both(self.segments.get(at), other.segments.get(at), letter_case);
        let segments = (0..length).map(both).collect::<Option<Vec<_>>>()?;
        Some(Self { segments, open_end: self.open_end && other.open_end })
    }

    /// Whether all of `other` lies in it.
    #[must_use]
    pub fn contains(&self, other: &Self, letter_case: LetterCase) -> bool {
        let fits = match self.open_end {
            true => other.segments.len() >= self.segments.len(),
            false => other.segments.len() == self.segments.len() && !other.open_end,
        };
        let pairs = self.segments.iter().zip(&other.segments);
        fits && pairs.into_iter().all(|(own, theirs)| own.contains(theirs, letter_case))
    }

    /// Whether it is one of an intercepting route.
    #[must_use]
    pub fn is_intercepting(&self) -> bool {
        self.segments.iter().any(|segment| match segment {
            ShapeSegment::Literal(text) => is_intercepting(text),
            ShapeSegment::Any => false,
        })
    }

    /// Itself below a fixed path.
    #[must_use]
    pub fn below(&self, prefix: &Self) -> Self {
        let segments = prefix.segments.iter().chain(&self.segments).cloned().collect();
        Self { segments, open_end: self.open_end }
    }

    /// Itself without so many segments at its beginning.
    #[must_use]
    pub fn without_first(&self, count: usize) -> Self {
        Self { segments: self.segments.iter().skip(count).cloned().collect(), open_end: self.open_end }
    }

    /// A fixed path, and with `open_end` all below it. Empty segments do not count.
    #[must_use]
    pub fn of_path(path: &str, open_end: bool) -> Self {
        let parts = path.split('/').filter(|part| !part.is_empty());
        let segments = parts.map(|part| ShapeSegment::Literal(as_routers_read(part).into_owned())).collect();
        Self { segments, open_end }
    }

    /// How many segments every path in it has at least.
    #[must_use]
    pub const fn depth(&self) -> usize {
        self.segments.len()
    }
}

impl From<&PathPattern> for PathShape {
    fn from(pattern: &PathPattern) -> Self {
        let segments = pattern.literals().map(|literal| match literal {
            Some(text) => ShapeSegment::Literal(text.to_owned()),
            None => ShapeSegment::Any,
        });
        Self { segments: segments.collect(), open_end: pattern.has_open_end() }
    }
}

impl ShapeSegment {
    fn contains(&self, other: &Self, letter_case: LetterCase) -> bool {
        match (self, other) {
            (Self::Any, _) => true,
            (Self::Literal(own), Self::Literal(theirs)) => letter_case.is_same(own, theirs),
            (Self::Literal(_), Self::Any) => false,
        }
    }
}

impl LetterCase {
    fn is_same(self, one: &str, other: &str) -> bool {
        match self {
            Self::Told => one == other,
            Self::Ignored => one.eq_ignore_ascii_case(other),
        }
    }
}

/// What may stand where both have a say; a missing one lets anything stand there.
fn both(
    one: Option<&ShapeSegment>,
    other: Option<&ShapeSegment>,
    letter_case: LetterCase,
) -> Option<ShapeSegment> {
    use ShapeSegment::{Any, Literal};
    match (one.unwrap_or(&Any), other.unwrap_or(&Any)) {
        (Any, segment) | (segment, Any) => Some(segment.clone()),
        (Literal(one), Literal(other)) => letter_case.is_same(one, other).then(|| Literal(one.clone())),
    }
}

/// A segment as routers read it. What is no character of a path is escaped first, as browsers do.
fn literal(part: &str) -> Option<String> {
    let escape = |character: char| match character {
        ' ' | '"' | '<' | '>' | '`' | '{' | '}' | '|' | '^' | '\u{80}'.. => {
            let mut bytes = [0; 4];
            let bytes = character.encode_utf8(&mut bytes).bytes();
            bytes.map(|byte| format!("%{byte:02X}")).collect()
        }
        character => character.to_string(),
    };
    let escaped: String = part.chars().map(escape).collect();
    let canonical = canonical_path(&format!("/{escaped}")).ok()?.into_owned();
    canonical.strip_prefix('/').map(|part| as_routers_read(part).into_owned())
}

#[cfg(test)]
#[path = "shape_tests.rs"]
mod tests;

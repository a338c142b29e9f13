//! Path patterns of the configuration: `/a/*/b` and `/a/**`.

use crate::target::as_routers_read;

/// A path pattern. `*` stands for exactly one segment, a final `**` for the path itself and all below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathPattern {
    text: String,
    segments: Vec<Segment>,
    open_end: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Any,
}

/// Why a text is no pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It does not begin with a slash.
    #[error("a path pattern begins with a slash")]
    NotAbsolute,
    /// `**` somewhere else than at the end.
    #[error("`**` stands only at the end")]
    InnerDoubleStar,
    /// A star beside other characters in one segment.
    #[error("`*` stands for a whole segment; `/a*` is not a pattern")]
    PartialStar,
    /// No request can have such a path: it is not in canonical form.
    #[error("no request can match: the path is not in canonical form")]
    NotCanonical,
}

impl PathPattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// See [`PatternError`].
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let body = text.strip_prefix('/').ok_or(PatternError::NotAbsolute)?;
        let (body, open_end) = match body.strip_suffix("**") {
            Some("") => ("", true),
            Some(head) => (head.strip_suffix('/').ok_or(PatternError::PartialStar)?, true),
            None => (body.strip_suffix('/').unwrap_or(body), false),
        };
        let segments = if body.is_empty() { Vec::new() } else { parse_segments(body)? };
        Ok(Self { text: text.to_owned(), segments, open_end })
    }

    /// Whether a canonical path matches. A trailing slash makes no difference.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        self.matches_with(path, |literal, part| literal == part)
    }

    /// As [`matches`](Self::matches), whatever the case of letters.
    #[must_use]
    pub fn matches_ignoring_case(&self, path: &str) -> bool {
        self.matches_with(path, str::eq_ignore_ascii_case)
    }

    fn matches_with(&self, path: &str, same: impl Fn(&str, &str) -> bool) -> bool {
        let mut parts = segments_of(path);
        let all_match = self.segments.iter().all(|segment| match (segment, parts.next()) {
            (Segment::Literal(literal), Some(part)) => same(literal, &as_routers_read(part)),
            (Segment::Any, Some(_)) => true,
            (_, None) => false,
        });
        all_match && (self.open_end || parts.next().is_none())
    }

    /// Its segments: a text as routers read it, or nothing for a star.
    pub(crate) fn literals(&self) -> impl Iterator<Item = Option<&str>> {
        self.segments.iter().map(|segment| match segment {
            Segment::Literal(text) => Some(text.as_str()),
            Segment::Any => None,
        })
    }

    /// Whether it ends in `**`.
    pub(crate) const fn has_open_end(&self) -> bool {
        self.open_end
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// The segments of a canonical path, without the empty one that a trailing slash leaves.
fn segments_of(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

fn parse_segments(body: &str) -> Result<Vec<Segment>, PatternError> {
    body.split('/').map(parse_segment).collect()
}

fn parse_segment(part: &str) -> Result<Segment, PatternError> {
    match part {
        "*" => Ok(Segment::Any),
        "**" => Err(PatternError::InnerDoubleStar),
        part if part.contains('*') => Err(PatternError::PartialStar),
        part => match crate::target::canonical_path(&format!("/{part}")) {
            Ok(canonical) if canonical.get(1..) == Some(part) && !part.is_empty() => {
                Ok(Segment::Literal(as_routers_read(part).into_owned()))
            }
            _ => Err(PatternError::NotCanonical),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_is_the_character_that_routers_make_of_it() {
        for (pattern, path) in [
            ("/u/@admin", "/u/%40admin"),
            ("/u/%40admin", "/u/@admin"),
            ("/u/%40admin", "/u/%40admin"),
            ("/a+b/**", "/a%2Bb/c"),
            ("/files/[x](1)!$&'=,:", "/files/%5Bx%5D%281%29%21%24%26%27%3D%2C%3A"),
            ("/caf%C3%A9/**", "/caf%C3%A9/x"),
            ("/100%25", "/100%25"),
        ] {
            assert!(PathPattern::parse(pattern).unwrap().matches(path), "{pattern} {path}");
        }
        for (pattern, path) in [("/a b", "/a%20b"), ("/u/@admin", "/u/%2540admin"), ("/a/b", "/a%2Fb")] {
            assert!(
                !PathPattern::parse(pattern).is_ok_and(|pattern| pattern.matches(path)),
                "{pattern} {path}"
            );
        }
    }

    #[test]
    fn patterns_match_whole_segments() {
        for (pattern, yes, no) in [
            (
                "/dashboard/**",
                vec!["/dashboard", "/dashboard/", "/dashboard/a/b"],
                vec!["/dashboards", "/", "/Dashboard"],
            ),
            ("/profile", vec!["/profile", "/profile/"], vec!["/profile/x", "/profiles"]),
            (
                "/users/*/posts",
                vec!["/users/1/posts"],
                vec!["/users/posts", "/users/1/2/posts", "/users/1/posts/3"],
            ),
            ("/**", vec!["/", "/a", "/a/b"], vec![]),
            ("/", vec!["/"], vec!["/a"]),
        ] {
            let pattern = PathPattern::parse(pattern).unwrap();
            yes.iter().for_each(|path| assert!(pattern.matches(path), "{pattern:?} {path}"));
            no.iter().for_each(|path| assert!(!pattern.matches(path), "{pattern:?} {path}"));
        }
    }

    #[test]
    fn patterns_that_cannot_mean_anything_are_refused() {
        use PatternError::*;
        for (text, error) in [
            ("dashboard", NotAbsolute),
            ("/a/**/b", InnerDoubleStar),
            ("/a*", PartialStar),
            ("/a**", PartialStar),
            ("/a/../b", NotCanonical),
            ("/a//b", NotCanonical),
            ("/a b", NotCanonical),
            ("/a;b", NotCanonical),
        ] {
            assert_eq!(PathPattern::parse(text), Err(error), "{text}");
        }
    }
}

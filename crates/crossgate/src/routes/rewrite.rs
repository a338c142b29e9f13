//! Rewrites of `next.config`: other names under which a page is served.

use crossgate_core::shape::{PathShape, ShapeSegment};

/// One rewrite, without base path and locale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rewrite {
    /// What is asked for.
    pub(super) source: String,
    /// What is served.
    pub(super) destination: String,
}

/// Next.js writes this segment in front where there are locales.
const LOCALE: &str = "/:nextInternalLocale";

impl Rewrite {
    /// `None` for those that Next.js makes of intercepting routes: `Next-Url` says when they count.
    pub(super) fn of(source: &str, destination: &str, base_path: &str) -> Option<Self> {
        if crossgate_core::page::is_intercepting(destination) {
            return None;
        }
        let plain = |path: &str| without_locale(path.strip_prefix(base_path).unwrap_or(path)).to_owned();
        Some(Self { source: plain(source), destination: plain(destination) })
    }

    /// All paths that it may be about. What cannot be read is taken for everything.
    pub(super) fn source_shape(&self) -> PathShape {
        shape(&self.source)
    }

    /// All pages of this app that it may lead to. `None` where it leads out of it.
    pub(super) fn destination_shape(&self) -> Option<PathShape> {
        let path = self.destination.split(['?', '#']).next()?;
        path.starts_with('/').then(|| shape(path))
    }
}

fn without_locale(path: &str) -> &str {
    let Some(rest) = path.strip_prefix(LOCALE) else { return path };
    // The locales stand in parentheses, in which a hyphen is escaped.
    let rest = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).map_or(rest, |(_, rest)| rest);
    if rest.is_empty() { "/" } else { rest }
}

fn shape(path: &str) -> PathShape {
    read_shape(path).unwrap_or_else(|| PathShape::new(Vec::new(), true))
}

/// The syntax of path-to-regexp, as far as one segment is one parameter.
fn read_shape(path: &str) -> Option<PathShape> {
    let mut segments = Vec::new();
    let mut parts = path.split('/').filter(|part| !part.is_empty()).peekable();
    while let Some(part) = parts.next() {
        let is_last = parts.peek().is_none();
        match part.strip_prefix(':').map(modifier_of) {
            None if part.contains([':', '(', ')', '{', '}', '*', '+', '?', '\\']) => return None,
            None => segments.push(ShapeSegment::Literal(literal(part)?)),
            Some(Some("*")) if is_last => return Some(PathShape::new(segments, true)),
            Some(Some("+")) if is_last => {
                segments.push(ShapeSegment::Any);
                return Some(PathShape::new(segments, true));
            }
            Some(Some("")) => segments.push(ShapeSegment::Any),
            Some(_) => return None,
        }
    }
    Some(PathShape::new(segments, false))
}

fn literal(part: &str) -> Option<String> {
    let path = PathShape::of_next_route(part).ok()?.only_path()?;
    path.strip_prefix('/').map(str::to_owned)
}

/// What stands behind a parameter's name and condition. `None` where it has no name.
fn modifier_of(parameter: &str) -> Option<&str> {
    let end = parameter.find(|character: char| !character.is_alphanumeric() && character != '_');
    let (name, rest) = parameter.split_at_checked(end.unwrap_or(parameter.len()))?;
    let rest = match rest.strip_prefix('(') {
        Some(rest) => rest.rsplit_once(')')?.1,
        None => rest,
    };
    (!name.is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_read_as_far_as_they_are_plain() {
        let route = |text| PathShape::of_next_route(text).unwrap();
        for (source, same) in [
            ("/shortcut", "/shortcut"),
            ("/people/:name", "/people/[name]"),
            ("/blog/:slug(\\d{1,})", "/blog/[slug]"),
            ("/docs/:path*", "/docs/[[...path]]"),
            ("/docs/:path+", "/docs/[...path]"),
            ("/:path*", "/[[...path]]"),
            ("/a-:b", "/[[...all]]"),
            ("/a/:b*/c", "/[[...all]]"),
            ("/(a|b)", "/[[...all]]"),
            ("/:a-:b", "/[[...all]]"),
        ] {
            let rewrite = Rewrite::of(source, "/x", "").unwrap();
            assert_eq!(rewrite.source_shape(), route(same), "{source}");
        }
    }

    #[test]
    fn base_path_and_locale_are_taken_off() {
        let source = "/shop/:nextInternalLocale(en|de|de\\-AT)/people/:name";
        let rewrite = Rewrite::of(source, "/shop/:nextInternalLocale/u/:name", "/shop").unwrap();
        assert_eq!((rewrite.source.as_str(), rewrite.destination.as_str()), ("/people/:name", "/u/:name"));
    }

    #[test]
    fn what_is_no_page_of_this_app_has_no_shape() {
        let leads = |destination| Rewrite::of("/a", destination, "").unwrap().destination_shape().is_some();
        assert!(leads("/b?c=d") && !leads("https://api.example.com/b"));
        assert_eq!(Rewrite::of("/photos/:id", "/feed/(..)photos/:id", ""), None);
    }
}

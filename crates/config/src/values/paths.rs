//! Paths, path patterns and request lines.

use crossgate_core::pattern::{PathPattern, PatternError};
use crossgate_core::route::MethodSet;
use crossgate_core::target::canonical_path;

use super::names::method;
use crate::reader::Entry;
use crate::report::Complaint;

/// A path pattern without a method.
pub(crate) fn pattern(entry: &Entry<'_>) -> Result<PathPattern, Complaint> {
    let text = entry.text()?;
    if text.contains(' ') {
        let fix = "write the path alone; a rule of its own ([[….rule]]) has `methods`";
        return Err(Complaint::new("only a path pattern stands here", fix));
    }
    parse_pattern(text)
}

/// `/api/health` or `GET /api/products/**`.
pub(crate) fn request_pattern(entry: &Entry<'_>) -> Result<(MethodSet, PathPattern), Complaint> {
    match entry.text()?.split_once(' ') {
        Some((verb, path)) => Ok((MethodSet::Only(vec![method(verb)?]), parse_pattern(path.trim())?)),
        None => Ok((MethodSet::Any, parse_pattern(entry.text()?)?)),
    }
}

fn parse_pattern(text: &str) -> Result<PathPattern, Complaint> {
    PathPattern::parse(text).map_err(|error| {
        let fix = match error {
            PatternError::NotAbsolute => "write \"/dashboard/**\"",
            PatternError::InnerDoubleStar => "write `*` for one segment in the middle: \"/users/*/posts\"",
            PatternError::PartialStar => {
                "write \"/a/*\" for one segment below /a, \"/a/**\" for /a and all below"
            }
            PatternError::NotCanonical => {
                "write the path as it is after decoding: no `//`, `.`, `..`, `;`, spaces or needless escapes"
            }
        };
        Complaint::new(error.to_string(), fix)
    })
}

/// The part of a pattern before its first star, without a trailing slash: everything it matches is below that.
pub(crate) fn fixed_part(pattern: &str) -> &str {
    let fixed = pattern.split('*').next().unwrap_or_default();
    fixed.strip_suffix('/').unwrap_or(fixed)
}

/// A path prefix: no trailing slash, no stars.
pub(crate) fn prefix(entry: &Entry<'_>) -> Result<String, Complaint> {
    let text = entry.text()?;
    if text == "/" {
        let fix = "write a prefix such as \"/api\"; list public and app paths below it";
        return Err(Complaint::new("the whole site cannot be one prefix", fix));
    }
    if let Some(without) = text.strip_suffix('/').or_else(|| text.strip_suffix("/**")) {
        return Err(Complaint::new("a prefix has no end of its own", format!("write \"{without}\"")));
    }
    canonical(text)
}

/// A path that requests can have, without stars.
pub(crate) fn canonical(text: &str) -> Result<String, Complaint> {
    match canonical_path(text) {
        Ok(path) if path == text && !text.contains('*') => Ok(path.into_owned()),
        Ok(_) => Err(Complaint::new("is not in canonical form", "write it decoded and without stars")),
        Err(error) => Err(Complaint::new(error.to_string(), "write a path such as \"/api\"")),
    }
}

/// A page of this site, with a query if need be: path and whole text.
pub(crate) fn local_page(entry: &Entry<'_>) -> Result<(String, String), Complaint> {
    let text = entry.text()?;
    let fix = "write a path of this site such as \"/login\", or leave the key out for the built-in page";
    if !text.starts_with('/') || text.starts_with("//") || text.contains('#') {
        return Err(Complaint::new("not a page of this site", fix));
    }
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    if query.bytes().any(|byte| !byte.is_ascii_graphic() || matches!(byte, b'"' | b'<' | b'>' | b'\\')) {
        return Err(Complaint::new("the query has characters that no URL has", "percent-encode them"));
    }
    let path = canonical(path).map_err(|complaint| Complaint::new(complaint.reason, fix))?;
    Ok((path, text.to_owned()))
}

/// Whether a path is this prefix or below it.
pub(crate) fn is_below(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// One segment of a path, of plain characters.
pub(crate) fn path_segment(entry: &Entry<'_>, example: &str) -> Result<String, Complaint> {
    let text = entry.text()?;
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        return Ok(text.to_owned());
    }
    Err(Complaint::new("not one segment of a path", format!("write a name such as \"{example}\"")))
}

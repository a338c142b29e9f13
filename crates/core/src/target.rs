//! The request target, canonicalised once. What is decided on is what is forwarded.

use std::borrow::Cow;

use memchr::memchr;

/// Path and query in their one canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CanonicalTarget<'a> {
    /// The path: begins with `/`, no dot or empty segments, unreserved characters decoded, escapes in upper case.
    pub path: Cow<'a, str>,
    /// The query without its `?`, untouched.
    pub query: Option<&'a str>,
}

/// Why a target was refused. Ambiguity is refused and never repaired: whoever stands behind us might repair it
/// differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// It does not begin with a slash.
    #[error("the path does not begin with a slash")]
    NotAbsolute,
    /// `.` or `..` as a segment, also when encoded.
    #[error("the path has a dot segment")]
    DotSegment,
    /// Two slashes in a row.
    #[error("the path has an empty segment")]
    EmptySegment,
    /// `%2F`, `%5C`, or these (or a dot) encoded twice.
    #[error("the path has an encoded separator")]
    EncodedSeparator,
    /// `\`, `;`, `#`, a control character, a space or a byte outside ASCII.
    #[error("the path has a character that upstreams read differently")]
    ForbiddenCharacter,
    /// `%` without two hexadecimal digits, or escapes that are not UTF-8.
    #[error("the path has a broken percent-encoding")]
    BrokenEscape,
    /// A name in the query that Next.js keeps for itself.
    #[error("the query has a name that Next.js keeps for itself")]
    ReservedQuery,
}

impl<'a> CanonicalTarget<'a> {
    /// Canonicalises an origin-form target (RFC 9112 §3.2.1).
    ///
    /// # Errors
    /// See [`TargetError`].
    pub fn parse(path_and_query: &'a str) -> Result<Self, TargetError> {
        let end = memchr(b'?', path_and_query.as_bytes()).unwrap_or(path_and_query.len());
        let (path, rest) = path_and_query.split_at_checked(end).unwrap_or_default();
        let query = rest.get(1..);
        Ok(Self { path: canonical_path(path)?, query })
    }

    /// Path and query as they are forwarded.
    #[must_use]
    pub fn path_and_query(&self) -> Cow<'_, str> {
        match self.query {
            None => Cow::Borrowed(&*self.path),
            Some(query) => Cow::Owned(format!("{}?{query}", self.path)),
        }
    }
}

/// The canonical form of a path; borrowed when the path already has it (nearly always).
///
/// # Errors
/// See [`TargetError`].
pub fn canonical_path(path: &str) -> Result<Cow<'_, str>, TargetError> {
    if !path.starts_with('/') {
        return Err(TargetError::NotAbsolute);
    }
    let canonical =
        if path.bytes().all(is_plain) { Cow::Borrowed(path) } else { Cow::Owned(decode_unreserved(path)?) };
    check_segments(&canonical)?;
    Ok(canonical)
}

/// Characters that every reader takes for themselves.
const fn is_plain(byte: u8) -> bool {
    is_unreserved(byte) || byte == b'/'
}

/// RFC 3986 §2.3.
const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Other characters that RFC 3986 §3.3 allows in a path; `;` is left out on purpose.
const fn is_allowed_punctuation(byte: u8) -> bool {
    matches!(byte, b'/' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b'=' | b':' | b'@')
        // Next.js asks for `/_next/static/chunks/app/[id]/…` and some browsers leave these as they are.
        || matches!(byte, b'[' | b']')
}

fn decode_unreserved(path: &str) -> Result<String, TargetError> {
    let mut canonical = String::with_capacity(path.len());
    let mut decoded = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let escaped = read_escape(&mut bytes)?;
            push_escaped(&mut canonical, escaped)?;
            decoded.push(escaped);
        } else if is_unreserved(byte) || is_allowed_punctuation(byte) {
            canonical.push(char::from(byte));
            decoded.push(byte);
        } else {
            return Err(TargetError::ForbiddenCharacter);
        }
    }
    // Escapes must spell UTF-8: Node's decodeURIComponent throws on anything else, others guess.
    std::str::from_utf8(&decoded).map_err(|_| TargetError::BrokenEscape)?;
    refuse_double_encoding(&canonical)?;
    Ok(canonical)
}

/// A segment of a canonical path as routers read it that decode parameters: `%40` and `@` are one to them, though not to
/// RFC 3986 §2.2. For comparison only; what is forwarded stays as it came.
#[must_use]
pub(crate) fn as_routers_read(segment: &str) -> Cow<'_, str> {
    if !segment.contains('%') {
        return Cow::Borrowed(segment);
    }
    let mut parts = segment.split('%');
    let mut read = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_at_checked(2).and_then(|(digits, rest)| Some((punctuation(digits)?, rest))) {
            Some((character, rest)) => read.extend([character.to_string().as_str(), rest]),
            None => read.extend(["%", part]),
        }
    }
    Cow::Owned(read)
}

/// The character of an escape that may also stand for itself in a segment.
fn punctuation(digits: &str) -> Option<char> {
    let byte = u8::from_str_radix(digits, 16).ok()?;
    (is_allowed_punctuation(byte) && byte != b'/').then(|| char::from(byte))
}

fn read_escape(bytes: &mut impl Iterator<Item = u8>) -> Result<u8, TargetError> {
    let mut digit =
        || bytes.next().and_then(|byte| char::from(byte).to_digit(16)).ok_or(TargetError::BrokenEscape);
    let value = digit()? * 16 + digit()?;
    u8::try_from(value).map_err(|_| TargetError::BrokenEscape)
}

fn push_escaped(canonical: &mut String, byte: u8) -> Result<(), TargetError> {
    match byte {
        b'/' | b'\\' => Err(TargetError::EncodedSeparator),
        byte if byte.is_ascii_control() => Err(TargetError::ForbiddenCharacter),
        byte if is_unreserved(byte) => {
            canonical.push(char::from(byte));
            Ok(())
        }
        byte => {
            canonical.push('%');
            for nibble in [byte >> 4, byte & 0x0f] {
                canonical.extend(char::from_digit(nibble.into(), 16).map(|digit| digit.to_ascii_uppercase()));
            }
            Ok(())
        }
    }
}

/// `%252F` is harmless to us, but frameworks have decoded route parameters twice (CVE-2026-44574).
fn refuse_double_encoding(canonical: &str) -> Result<(), TargetError> {
    let upper = canonical.to_ascii_uppercase();
    if ["%252F", "%255C", "%252E"].iter().any(|form| upper.contains(form)) {
        return Err(TargetError::EncodedSeparator);
    }
    Ok(())
}

fn check_segments(path: &str) -> Result<(), TargetError> {
    // Nearly always there is nothing to look at closely.
    let pairs = path.bytes().zip(path.bytes().skip(1));
    if !pairs.into_iter().any(|(one, next)| one == b'/' && matches!(next, b'/' | b'.')) {
        return Ok(());
    }
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        match segment {
            "." | ".." => return Err(TargetError::DotSegment),
            // A trailing slash leaves one empty segment at the end, which is fine.
            "" if segments.peek().is_some() => return Err(TargetError::EmptySegment),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_canonical_form() {
        for (raw, canonical) in [
            ("/", "/"),
            ("/dashboard/", "/dashboard/"),
            ("/%64ashboard", "/dashboard"),
            ("/tags/c%23", "/tags/c%23"),
            ("/caf%c3%a9", "/caf%C3%A9"),
            ("/a%20b", "/a%20b"),
            ("/what%3f", "/what%3F"),
            ("/[id]/@x", "/[id]/@x"),
            ("/100%25", "/100%25"),
        ] {
            assert_eq!(canonical_path(raw).unwrap(), canonical, "{raw}");
        }
    }

    #[test]
    fn ambiguity_is_refused() {
        use TargetError::*;
        for (raw, error) in [
            ("", NotAbsolute),
            ("*", NotAbsolute),
            ("http://evil.test/", NotAbsolute),
            ("/public/../admin", DotSegment),
            ("/public/%2e%2E/admin", DotSegment),
            ("/public/.%2e/admin", DotSegment),
            ("/./admin", DotSegment),
            ("/..", DotSegment),
            ("//admin", EmptySegment),
            ("/a//b", EmptySegment),
            ("/a//", EmptySegment),
            ("/a%2fb", EncodedSeparator),
            ("/a%5Cb", EncodedSeparator),
            ("/a%252fb", EncodedSeparator),
            ("/a%252e%252e/b", EncodedSeparator),
            ("/a\\b", ForbiddenCharacter),
            ("/a;b=c", ForbiddenCharacter),
            ("/a#b", ForbiddenCharacter),
            ("/a b", ForbiddenCharacter),
            ("/a%00", ForbiddenCharacter),
            ("/a%0d%0a", ForbiddenCharacter),
            ("/é", ForbiddenCharacter),
            ("/a%", BrokenEscape),
            ("/a%4", BrokenEscape),
            ("/a%zz", BrokenEscape),
            ("/a%ff", BrokenEscape),
            ("/a%c0%af", BrokenEscape),
        ] {
            assert_eq!(canonical_path(raw), Err(error), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn canonicalising_again_changes_nothing(raw in "/[ -~]{0,40}") {
            if let Ok(once) = canonical_path(&raw) {
                prop_assert_eq!(canonical_path(&once).unwrap(), once.clone());
                prop_assert!(!once.contains("/../") && !once.contains("//"));
            }
        }
    }
}

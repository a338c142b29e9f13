//! A cookie that is too long for one stands in several (contract §10).
//!
//! Sizes: the token of a person with name, e-mail address and picture has 350 to 650 characters, one cookie; every 3 bytes
//! of claims more are 4 characters. In a request all pieces stand in one header, and Node.js takes 16 KiB for all headers
//! together: four pieces are too many. As a line `Set-Cookie` a whole piece of v4 has up to 4,030 bytes with its
//! attributes; browsers take 4,096.

use crossgate_core::next_auth::Dialect;

/// Characters of a value that next-auth puts into one cookie: 4096, less what it reckons for name and attributes.
const fn piece_length(dialect: Dialect) -> usize {
    match dialect {
        Dialect::V4 => 3933,
        Dialect::V5 => 3936,
    }
}

/// The cookies of a value: one under the bare name where it fits, else pieces `name.0`, `name.1`, …
///
/// The value is a token, so in ASCII.
#[must_use]
pub fn split(name: &str, value: &str, dialect: Dialect) -> Vec<(String, String)> {
    let length = piece_length(dialect);
    if value.len() <= length {
        return vec![(name.to_owned(), value.to_owned())];
    }
    let pieces = value.as_bytes().chunks(length).enumerate();
    pieces
        .map(|(number, piece)| (format!("{name}.{number}"), String::from_utf8_lossy(piece).into_owned()))
        .collect()
}

/// What the cookies of a request make of a session cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Joined {
    /// It is not there.
    Absent,
    /// The whole value.
    Whole(String),
    /// Pieces that are no whole: one is missing, one stands twice with different values, or there is a bare one beside
    /// pieces. next-auth joins everything that begins with the name, which makes of these a value that nobody wrote.
    Broken,
}

/// Joins the pieces of a cookie, whatever their order. Cookies whose names merely begin alike are others.
#[must_use]
pub fn join<'a>(cookies: impl IntoIterator<Item = (&'a str, &'a str)>, name: &str) -> Joined {
    let mut bare = None;
    let mut pieces = std::collections::BTreeMap::new();
    for (cookie, value) in cookies {
        let Some(rest) = cookie.strip_prefix(name) else { continue };
        let before = match piece_number(rest) {
            Piece::Bare => bare.replace(value),
            Piece::Numbered(number) => pieces.insert(number, value),
            Piece::Other => continue,
        };
        if before.is_some_and(|before| before != value) {
            return Joined::Broken;
        }
    }
    match (bare, pieces.len()) {
        (None, 0) => Joined::Absent,
        (Some(value), 0) => Joined::Whole(value.to_owned()),
        (None, count) if pieces.keys().copied().eq(0..count) => Joined::Whole(pieces.into_values().collect()),
        _ => Joined::Broken,
    }
}

/// Whether a cookie is a session cookie of this name, whole or a piece.
#[must_use]
pub fn is_part_of(cookie: &str, name: &str) -> bool {
    cookie.strip_prefix(name).is_some_and(|rest| !matches!(piece_number(rest), Piece::Other))
}

enum Piece {
    Bare,
    Numbered(usize),
    Other,
}

/// What stands behind the cookie's name. A number has one spelling: no sign, no leading zero.
fn piece_number(rest: &str) -> Piece {
    if rest.is_empty() {
        return Piece::Bare;
    }
    let number = rest.strip_prefix('.').and_then(|digits| {
        let number: usize = digits.parse().ok()?;
        (number.to_string() == digits).then_some(number)
    });
    number.map_or(Piece::Other, Piece::Numbered)
}

#[cfg(test)]
#[path = "chunks_tests.rs"]
mod tests;

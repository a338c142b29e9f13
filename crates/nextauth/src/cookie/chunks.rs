//! A cookie that is too long for one stands in several (contract §10).

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
mod tests {
    use super::*;

    fn joined(cookies: &[(&str, &str)]) -> Joined {
        join(cookies.iter().copied(), "s")
    }

    #[test]
    fn what_is_split_is_joined_again_in_any_order() {
        for dialect in [Dialect::V4, Dialect::V5] {
            let length = piece_length(dialect);
            for (characters, count) in
                [(0, 1), (length - 1, 1), (length, 1), (length + 1, 2), (2 * length, 2), (12 * length, 12)]
            {
                let value: String = ('a'..='z').cycle().take(characters).collect();
                let mut pieces = split("s", &value, dialect);
                assert_eq!(pieces.len(), count, "{characters}");
                assert_eq!(pieces[0].0 == "s", count == 1);
                pieces.sort();
                pieces.reverse();
                let pieces = pieces.iter().map(|(name, value)| (name.as_str(), value.as_str()));
                assert_eq!(join(pieces, "s"), Joined::Whole(value), "{characters}");
            }
        }
    }

    #[test]
    fn pieces_that_are_no_whole_are_no_value() {
        for cookies in [
            &[("s.0", "a"), ("s.2", "c")][..],
            &[("s.1", "b")],
            &[("s", "a"), ("s.0", "a")],
            &[("s", "a"), ("s", "b")],
            &[("s.0", "a"), ("s.0", "b")],
        ] {
            assert_eq!(joined(cookies), Joined::Broken, "{cookies:?}");
        }
    }

    #[test]
    fn cookies_whose_names_only_begin_alike_are_others() {
        let stray = [("s-backup", "x"), ("s.01", "x"), ("s.+1", "x"), ("s.x", "x"), ("t", "x"), ("s.", "x")];
        assert_eq!(joined(&stray), Joined::Absent);
        let with_bare: Vec<_> = stray.into_iter().chain([("s", "a"), ("s", "a")]).collect();
        assert_eq!(joined(&with_bare), Joined::Whole("a".to_owned()));
    }
}

//! Foreign text made harmless: shortened, without characters that steer a terminal, a log or the reading direction.

/// Longest text of the API or of a query that is passed on, in characters.
pub const LONGEST_TEXT: usize = 300;

/// Longest code of the API that is passed on, in characters.
const LONGEST_CODE: usize = 64;

/// At most `longest` characters, without control characters, line separators and direction overrides. Nothing when
/// nothing readable is left.
#[must_use]
pub fn clean_text(text: &str, longest: usize) -> Option<String> {
    let shown: String = text.chars().filter(|c| !is_steering(*c)).take(longest).collect();
    let shown = shown.trim();
    (!shown.is_empty()).then(|| shown.to_owned())
}

/// A code in the alphabet `A-Z a-z 0-9 . _ -`, at most 64 characters; anything else becomes `_`. Nothing when no
/// letter or digit is left.
#[must_use]
pub fn clean_code(code: &str) -> Option<String> {
    let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' };
    let shown: String = code.trim().chars().take(LONGEST_CODE).map(safe).collect();
    shown.contains(|c: char| c.is_ascii_alphanumeric()).then_some(shown)
}

fn is_steering(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_lose_what_steers_and_keep_what_reads() {
        for (text, clean) in [
            ("Wrong password", Some("Wrong password")),
            ("  Falsches Passwort, möglich?  ", Some("Falsches Passwort, möglich?")),
            ("a\r\nSet-Cookie: x", Some("aSet-Cookie: x")),
            ("\u{1b}[31mred", Some("[31mred")),
            ("abc\u{202e}gpj.exe", Some("abcgpj.exe")),
            ("\u{2028}\t", None),
            ("", None),
        ] {
            assert_eq!(clean_text(text, LONGEST_TEXT).as_deref(), clean, "{text:?}");
        }
        assert_eq!(clean_text(&"ä".repeat(999), LONGEST_TEXT).map(|text| text.chars().count()), Some(300));
    }

    #[test]
    fn codes_are_restricted_to_a_safe_alphabet() {
        for (code, clean) in [
            ("USER_LOCKED", Some("USER_LOCKED")),
            ("E-101.2", Some("E-101.2")),
            ("a b&c=d", Some("a_b_c_d")),
            ("<script>", Some("_script_")),
            ("***", None),
            ("", None),
        ] {
            assert_eq!(clean_code(code).as_deref(), clean, "{code:?}");
        }
        assert_eq!(clean_code(&"x".repeat(500)).map(|code| code.len()), Some(LONGEST_CODE));
    }
}

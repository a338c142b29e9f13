//! From text to tokens.

use super::{Kind, Token};

/// Operators of several characters, the longest first.
const LONG_MARKS: [&str; 13] =
    ["===", "!==", "...", "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "**"];

/// After these words a slash begins a regular expression.
const BEFORE_REGEX: [&str; 8] = ["return", "typeof", "case", "in", "of", "do", "else", "await"];

pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut lexer = Lexer { text, at: 0, line: 1, found: Vec::new() };
    while lexer.step() {}
    pair(&mut lexer.found);
    lexer.found
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    found: Vec<Token<'t>>,
}

impl<'t> Lexer<'t> {
    fn step(&mut self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(first) = rest.chars().next() else { return false };
        if let Some(length) = blank(rest, first, self.at) {
            self.advance(rest, length);
            return true;
        }
        let (kind, length) = self.measure(rest, first);
        let whole = rest.get(..length).unwrap_or_default();
        let text = match kind {
            Kind::Text | Kind::Template => whole.get(1..length - 1).unwrap_or_default(),
            _ => whole,
        };
        self.found.push(Token { kind, text, line: self.line, partner: None });
        self.advance(rest, length);
        true
    }

    fn advance(&mut self, rest: &str, length: usize) {
        self.line += rest.get(..length).unwrap_or_default().matches('\n').count();
        self.at += length.max(1);
    }

    fn measure(&self, rest: &str, first: char) -> (Kind, usize) {
        let found = match first {
            '"' | '\'' => quoted(rest, first).map(|length| (Kind::Text, length)),
            '`' => template(rest).map(|length| (Kind::Template, length)),
            '/' if self.may_be_regex() => regex(rest).map(|length| (Kind::Regex, length)),
            _ if first.is_ascii_digit() => {
                Some((Kind::Number, run(rest, |char| is_word(char) || char == '.')))
            }
            _ if is_word(first) => Some((Kind::Word, run(rest, is_word))),
            _ => LONG_MARKS.iter().find(|mark| rest.starts_with(**mark)).map(|mark| (Kind::Mark, mark.len())),
        };
        found.unwrap_or((Kind::Mark, first.len_utf8()))
    }

    fn may_be_regex(&self) -> bool {
        self.found.last().is_none_or(|last| match last.kind {
            Kind::Word => BEFORE_REGEX.contains(&last.text),
            Kind::Mark => !matches!(last.text, ")" | "]" | "}"),
            _ => false,
        })
    }
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '$')
}

/// Bytes up to the first character that does not belong.
fn run(rest: &str, belongs: impl Fn(char) -> bool) -> usize {
    rest.find(|char| !belongs(char)).unwrap_or(rest.len())
}

/// White space and comments.
fn blank(rest: &str, first: char, at: usize) -> Option<usize> {
    if first.is_whitespace() || first == '\u{feff}' {
        return Some(first.len_utf8());
    }
    if rest.starts_with("//") || (at == 0 && rest.starts_with("#!")) {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    let comment = rest.strip_prefix("/*")?;
    Some(comment.find("*/").map_or(rest.len(), |end| end + 4))
}

/// A text ends on its line: in the text of a page, an apostrophe begins nothing.
fn quoted(rest: &str, quote: char) -> Option<usize> {
    let mut chars = rest.char_indices().skip(1);
    while let Some((index, char)) = chars.next() {
        match char {
            '\\' => drop(chars.next()),
            '\n' => return None,
            _ if char == quote => return Some(index + 1),
            _ => {}
        }
    }
    None
}

fn template(rest: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut nested = false;
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((index, char)) = chars.next() {
        match char {
            '\\' => drop(chars.next()),
            '`' if depth == 0 => return Some(index + 1),
            '`' => nested = !nested,
            '$' if depth == 0 && chars.peek().is_some_and(|(_, next)| *next == '{') => {
                chars.next();
                depth = 1;
            }
            '{' if depth > 0 && !nested => depth += 1,
            '}' if depth > 0 && !nested => depth -= 1,
            _ => {}
        }
    }
    None
}

fn regex(rest: &str) -> Option<usize> {
    let mut in_class = false;
    let mut chars = rest.char_indices().skip(1);
    while let Some((index, char)) = chars.next() {
        match char {
            '\\' => drop(chars.next()),
            '\n' => return None,
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => {
                let flags = rest.get(index + 1..).unwrap_or_default();
                return Some(index + 1 + run(flags, char::is_alphabetic));
            }
            _ => {}
        }
    }
    None
}

/// Gives every bracket its partner. One that has none is passed over.
fn pair(tokens: &mut [Token<'_>]) {
    let mut open: Vec<(usize, &str)> = Vec::new();
    for index in 0..tokens.len() {
        let Some(token) = tokens.get(index).filter(|token| token.kind == Kind::Mark) else { continue };
        let wanted = match token.text {
            "(" | "[" | "{" => {
                open.push((index, token.text));
                continue;
            }
            ")" => "(",
            "]" => "[",
            "}" => "{",
            _ => continue,
        };
        let Some(place) = open.iter().rposition(|(_, text)| *text == wanted) else { continue };
        let partner = open.get(place).map(|(partner, _)| *partner);
        open.truncate(place);
        join(tokens, index, partner);
    }
}

fn join(tokens: &mut [Token<'_>], index: usize, partner: Option<usize>) {
    let Some(partner) = partner else { return };
    for (one, other) in [(index, partner), (partner, index)] {
        if let Some(token) = tokens.get_mut(one) {
            token.partner = Some(other);
        }
    }
}

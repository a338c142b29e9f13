//! Lines of TOML with comments.

use crate::init::finding::{Found, Place};

/// Columns of a comment.
const WIDTH: usize = 110;

/// The file as it grows.
#[derive(Debug, Default)]
pub(super) struct Text {
    lines: Vec<String>,
    /// Whether keys are only suggested.
    is_suggestion: bool,
}

impl Text {
    pub(super) fn into_string(self) -> String {
        let mut text = self.lines.join("\n");
        text.push('\n');
        text
    }

    /// What follows is suggested: every key is behind a `#`.
    pub(super) const fn suggest(&mut self, is_suggestion: bool) {
        self.is_suggestion = is_suggestion;
    }

    fn line(&mut self, line: impl AsRef<str>) {
        let mark = if self.is_suggestion { "#" } else { "" };
        self.lines.extend(line.as_ref().lines().map(|line| format!("{mark}{line}")));
    }

    pub(super) fn blank(&mut self) {
        self.lines.push(String::new());
    }

    /// A comment, as many lines as it takes.
    pub(super) fn comment(&mut self, text: impl AsRef<str>) {
        let mut line = String::from("#");
        for word in text.as_ref().split_whitespace() {
            if line.len() + 1 + word.len() > WIDTH {
                self.lines.push(std::mem::replace(&mut line, String::from("#")));
            }
            line.push(' ');
            line.push_str(word);
        }
        self.lines.push(line);
    }

    /// `[name]`, after an empty line.
    pub(super) fn section(&mut self, name: &str) {
        self.blank();
        self.heading(name);
    }

    /// `[name]`
    pub(super) fn heading(&mut self, name: &str) {
        self.line(format!("[{name}]"));
    }

    /// `key = value`, the value as TOML has it.
    pub(super) fn key(&mut self, key: &str, value: impl AsRef<str>) {
        self.line(format!("{key} = {}", value.as_ref()));
    }

    /// The same, behind a `#`.
    pub(super) fn suggestion(&mut self, key: &str, value: impl AsRef<str>) {
        let before = std::mem::replace(&mut self.is_suggestion, true);
        self.key(key, value);
        self.is_suggestion = before;
    }

    /// A key with a text.
    pub(super) fn text(&mut self, key: &str, value: &str) {
        self.key(key, quoted(value));
    }

    /// A key with a list of texts, each with where it was read.
    pub(super) fn list(&mut self, key: &str, entries: &[(String, Place)]) {
        self.line(format!("{key} = ["));
        let width = entries.iter().map(|(entry, _)| entry.len() + 3).max().unwrap_or_default();
        for (entry, place) in entries {
            self.line(format!("  {:<width$} # {place}", quoted(entry) + ","));
        }
        self.line("]");
    }
}

/// A text as TOML has it.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            char if char.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(char))),
            char => quoted.push(char),
        }
    }
    quoted + "\""
}

/// A key as TOML has it.
pub(super) fn key(name: &str) -> String {
    let is_bare = !name.is_empty()
        && name.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_'));
    if is_bare { name.to_owned() } else { quoted(name) }
}

/// `{ a = "b", c = "d" }` of texts.
pub(super) fn table<'a>(members: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let members: Vec<_> =
        members.into_iter().map(|(name, value)| format!("{} = {}", key(name), quoted(&value))).collect();
    format!("{{ {} }}", members.join(", "))
}

/// `["a", "b"]`
pub(super) fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    format!("[{}]", texts.into_iter().map(quoted).collect::<Vec<_>>().join(", "))
}

/// "read from FILE:LINE", or that it is a guess.
pub(super) fn read_from<T>(found: &Found<T>) -> String {
    match &found.place {
        Some(place) => format!("read from {place}"),
        None => "the usual one, since nothing says another".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_quoted_is_one_text_again() {
        for text in ["plain", "\"", "\\", "a\nb", "\u{7f}é${X}"] {
            let line = format!("{} = {}", key(text), quoted(text));
            let table: toml::Table = line.parse().unwrap_or_else(|error| panic!("{line}: {error}"));
            assert_eq!(table.get(text).and_then(|value| value.as_str()), Some(text));
        }
    }

    #[test]
    fn comments_are_wrapped_and_suggestions_are_off() {
        let mut text = Text::default();
        text.comment("word ".repeat(40));
        text.suggest(true);
        text.section("api");
        text.key("a", "1");
        text.suggest(false);
        text.key("b", "2");
        let text = text.into_string();
        assert!(text.lines().all(|line| line.len() <= WIDTH));
        assert!(text.ends_with("\n\n#[api]\n#a = 1\nb = 2\n"), "{text}");
    }
}

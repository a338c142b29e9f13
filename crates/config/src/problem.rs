//! What is wrong with a configuration, told so that it can be put right.

use std::fmt;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    /// The program does not start with it.
    Error,
    /// The program starts, but this is probably not meant.
    Warning,
}

/// One thing that is wrong. No secret ever stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The dotted key, such as `api[0].token`; empty where the text is no TOML.
    pub key: String,
    /// What is wrong.
    pub reason: String,
    /// What to do about it.
    pub fix: String,
    /// How bad it is.
    pub severity: Severity,
    /// The source line, unless it may hold a secret.
    pub excerpt: Option<Excerpt>,
}

/// A line of the source and the part of it that is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The line.
    pub text: String,
    /// How many characters are meant, from the problem's column on.
    pub width: usize,
}

/// All problems of a file, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    file: String,
    list: Vec<Problem>,
}

impl Problems {
    pub(crate) fn new(file: &str, mut list: Vec<Problem>) -> Self {
        list.sort_by_key(|problem| (problem.line, problem.column));
        Self { file: file.to_owned(), list }
    }

    /// All of them, in the order of the file.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.list.iter()
    }

    /// Whether one of them keeps the program from starting.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|problem| problem.severity == severity).count()
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}:{}: ", self.severity, self.file, self.line)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        writeln!(f, "{}", self.reason)?;
        let margin = " ".repeat(self.line.to_string().len());
        if let Some(excerpt) = &self.excerpt {
            writeln!(f, "{margin} |\n{} | {}", self.line, excerpt.text)?;
            writeln!(f, "{margin} | {}", excerpt.caret(self.column))?;
        }
        write!(f, "{margin} = fix: {}", self.fix)
    }
}

impl Excerpt {
    /// Tabs are repeated, so that the caret stands below its text however wide they are shown.
    fn caret(&self, column: usize) -> String {
        let before = self.text.chars().take(column.saturating_sub(1));
        let indent: String = before.map(|char| if char == '\t' { '\t' } else { ' ' }).collect();
        format!("{indent}{}", "^".repeat(self.width.max(1)))
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.list {
            writeln!(f, "{problem}\n")?;
        }
        let (errors, warnings) = (self.count(Severity::Error), self.count(Severity::Warning));
        write!(f, "{}: {}", self.file, counted(errors, "error"))?;
        if warnings > 0 { write!(f, ", {}", counted(warnings, "warning")) } else { Ok(()) }
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

impl std::error::Error for Problems {}

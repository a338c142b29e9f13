//! Where problems are gathered while the file is read, and where they belong.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::ConfigSource;
use crate::problem::{Problem, Problems, Severity};
use crate::source::Lines;
use crate::tree::Span;

/// What is wrong and what to do about it. Never quotes a value: the source line is shown beside it, unless it may
/// hold a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Complaint {
    pub(crate) reason: String,
    pub(crate) fix: String,
}

impl Complaint {
    pub(crate) fn new(reason: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { reason: reason.into(), fix: fix.into() }
    }
}

#[derive(Debug)]
struct Found {
    at: Span,
    key: String,
    severity: Severity,
    complaint: Complaint,
}

/// Gathers problems; shared by everything that reads.
#[derive(Debug, Default)]
pub(crate) struct Report {
    found: RefCell<Vec<Found>>,
    hidden: RefCell<Vec<Span>>,
    known: RefCell<BTreeSet<String>>,
}

impl Report {
    pub(crate) fn add(&self, severity: Severity, key: &str, at: Span, complaint: Complaint) {
        self.found.borrow_mut().push(Found { at, key: key.to_owned(), severity, complaint });
    }

    /// What was complained about, by key, without its place.
    pub(crate) fn complaints(self) -> Vec<(String, Complaint)> {
        self.found.into_inner().into_iter().map(|found| (found.key, found.complaint)).collect()
    }

    /// The lines of this part of the text are never shown.
    pub(crate) fn hide(&self, at: Span) {
        self.hidden.borrow_mut().push(at);
    }

    /// Notes that somebody asks for a key; positions in lists do not count.
    pub(crate) fn know(&self, key: &str) {
        let mut parts = key.split('[');
        let mut general = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            general.push('[');
            general.push_str(part.trim_start_matches(|char: char| char.is_ascii_digit()));
        }
        self.known.borrow_mut().insert(general);
    }

    /// Every key that was asked for, such as `api[].token`.
    #[cfg(test)]
    pub(crate) fn known(&self) -> BTreeSet<String> {
        self.known.borrow().clone()
    }

    pub(crate) fn into_problems(self, source: &ConfigSource<'_>) -> Problems {
        let lines = Lines::new(source.text, self.hidden.into_inner());
        let list = self.found.into_inner().into_iter();
        let list = list.map(|found| found.into_problem(source.name, &lines));
        Problems::new(source.name, list.collect())
    }
}

impl Found {
    fn into_problem(self, file: &str, lines: &Lines<'_>) -> Problem {
        let (line, column) = lines.position(self.at.start);
        Problem {
            file: file.to_owned(),
            line,
            column,
            key: self.key,
            reason: self.complaint.reason,
            fix: self.complaint.fix,
            severity: self.severity,
            excerpt: lines.excerpt(&self.at),
        }
    }
}

/// A place in the file that one can complain about.
#[derive(Debug, Clone)]
pub(crate) struct Place<'r> {
    pub(crate) report: &'r Report,
    pub(crate) key: String,
    pub(crate) at: Span,
}

impl<'r> Place<'r> {
    pub(crate) fn complain(&self, complaint: Complaint) {
        self.report.add(Severity::Error, &self.key, self.at.clone(), complaint);
    }

    pub(crate) fn warn(&self, complaint: Complaint) {
        self.report.add(Severity::Warning, &self.key, self.at.clone(), complaint);
    }

    /// The place itself, as the one where a key below it is missing.
    pub(crate) fn missing(&self, key: &str) -> Self {
        Self { report: self.report, key: self.key_of(key), at: self.at.clone() }
    }

    /// The dotted key of a member.
    pub(crate) fn key_of(&self, member: &str) -> String {
        if self.key.is_empty() { member.to_owned() } else { format!("{}.{member}", self.key) }
    }
}

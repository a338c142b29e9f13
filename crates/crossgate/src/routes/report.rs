//! The list for people.

use std::fmt::Write as _;

use super::findings::Finding;
use super::verdict::{Outcome, Survey, Verdict};
use super::words;

/// Wider columns are not lined up.
const WIDEST: usize = 40;

/// The whole list.
pub(super) fn report(survey: &Survey<'_, '_>, findings: &[Finding]) -> String {
    let width = survey.verdicts.iter().map(|verdict| verdict.route.path.chars().count()).max();
    let width = width.unwrap_or_default().min(WIDEST);
    let mut text = String::new();
    for verdict in &survey.verdicts {
        text.push_str(&route(survey, verdict, width));
    }
    for verdict in &survey.rewrites {
        let name = format!("{} → {}", verdict.rewrite.source, verdict.rewrite.destination);
        let row = Row { label: format!("{name}  rewrite "), path: &verdict.rewrite.source };
        text.push_str(&row.with(survey, &verdict.outcomes, |_| verdict.opens_a_page()));
    }
    for finding in findings {
        // Writing into a text cannot fail.
        let _ = write!(text, "\n{}\n  fix: {}\n", finding.text, finding.fix);
    }
    text
}

fn route(survey: &Survey<'_, '_>, verdict: &Verdict<'_, '_>, width: usize) -> String {
    let route = verdict.route;
    let label = format!("{:<width$}  {:<8}", route.path, words::kind(route.kind));
    let is_looked_at = |outcome: &Outcome<'_>| verdict.is_unclassified() && outcome.is_unnamed();
    let mut text = Row { label, path: &route.path }.with(survey, &verdict.outcomes, is_looked_at);
    if route.actions > 0 {
        let _ = writeln!(text, "    Server Actions: {}", route.actions);
    }
    text
}

/// What stands in front.
struct Row<'r> {
    label: String,
    path: &'r str,
}

impl Row<'_> {
    /// One line where all is decided alike; otherwise one line for each of the things that may happen.
    fn with(
        &self,
        survey: &Survey<'_, '_>,
        outcomes: &[Outcome<'_>],
        is_marked: impl Fn(&Outcome<'_>) -> bool,
    ) -> String {
        let row = |outcome: &Outcome<'_>| {
            let mark = if is_marked(outcome) { '!' } else { ' ' };
            format!("{mark} {}\n", self.outcome(survey, outcome))
        };
        match outcomes {
            [only] => format!("{}  {}", self.label, row(only)),
            several => {
                let rows = several.iter().map(|outcome| format!("    {}", row(outcome)));
                format!("{}    partly\n{}", self.label, rows.collect::<String>())
            }
        }
    }

    fn outcome(&self, survey: &Survey<'_, '_>, outcome: &Outcome<'_>) -> String {
        let who = words::who(&outcome.possible, survey.settings);
        let methods = words::methods(outcome);
        let methods = if methods.is_empty() { methods } else { format!("  ({methods})") };
        format!("{who:<12} {}{methods}", words::rule(&outcome.possible, self.path))
    }
}

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
        text.push_str(&rows(
            survey,
            &format!("{name}  rewrite "),
            &verdict.rewrite.source,
            &verdict.outcomes,
        ));
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
    let mut text = rows(survey, &label, &route.path, &verdict.outcomes);
    if route.actions > 0 {
        let _ = writeln!(text, "    Server Actions: {}", route.actions);
    }
    text
}

/// One line where all is decided alike; otherwise one line for each of the things that may happen.
fn rows(survey: &Survey<'_, '_>, label: &str, path: &str, outcomes: &[Outcome<'_>]) -> String {
    let row = |outcome: &Outcome<'_>| {
        let mark = if outcome.is_unnamed() { '!' } else { ' ' };
        let who = words::who(&outcome.possible, survey.settings);
        let methods = words::methods(outcome);
        let methods = if methods.is_empty() { methods } else { format!("  ({methods})") };
        format!("{mark} {who:<12} {}{methods}", words::rule(&outcome.possible, path))
    };
    match outcomes {
        [only] => format!("{label}  {}\n", row(only)),
        several => {
            let rows = several.iter().map(|outcome| format!("    {}\n", row(outcome)));
            format!("{label}    partly\n{}", rows.collect::<String>())
        }
    }
}

//! The table at the end.
use std::process::ExitCode;
use std::time::Duration;

use super::outcome::Outcome;
use super::tally::Tally;
use crate::steps::seconds;

/// What has been done, step by step.
#[derive(Default)]
pub(super) struct Summary {
    rows: Vec<String>,
    total: Tally,
    headline: Option<String>,
}

impl Summary {
    pub(super) fn add(&mut self, name: &str, took: Duration, outcome: &Outcome) {
        self.rows.push(format!("  {name:<14} {:>9}   {}", seconds(took), describe(outcome)));
        self.total = self.total + outcome.tally();
        if let Outcome::Failed { headline, .. } = outcome {
            self.headline = Some(format!("{name}: {headline}"));
        }
    }

    pub(super) fn print(&self) {
        if let Some(headline) = &self.headline {
            println!("\nFAILED  {headline}");
        }
        println!();
        self.rows.iter().for_each(|row| println!("{}", row.trim_end()));
        println!("\n{} passed, {} failed", self.total.passed, self.total.failed);
    }

    pub(super) fn is_failure(&self) -> bool {
        self.headline.is_some()
    }

    pub(super) fn exit_code(&self) -> ExitCode {
        if self.is_failure() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

fn describe(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done => String::new(),
        Outcome::Passed(tally) => format!("{:>4} passed", tally.passed),
        Outcome::Skipped(reason) => format!("skipped: {reason}"),
        Outcome::Failed { tally, .. } => format!("FAILED: {} passed, {} failed", tally.passed, tally.failed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_ran_is_counted() {
        let mut summary = Summary::default();
        summary.add("lints", Duration::from_secs(1), &Outcome::Done);
        summary.add("rust", Duration::from_secs(1), &Outcome::Passed(Tally { passed: 7, failed: 0 }));
        summary.add("policy", Duration::ZERO, &Outcome::Skipped("cargo-deny is not installed"));
        assert_eq!(summary.total, Tally { passed: 7, failed: 0 });
        assert_eq!(summary.exit_code(), ExitCode::SUCCESS);
        summary.add("web", Duration::from_secs(1), &Outcome::broken("types do not match".into()));
        assert_eq!(summary.total, Tally { passed: 7, failed: 1 });
        assert_eq!(summary.exit_code(), ExitCode::FAILURE);
    }
}

//! What came of a target, and the table of all of them.
use std::path::PathBuf;
use std::time::Duration;

use super::output::{Broken, Round};

/// What came of a target.
pub(super) struct Finding {
    pub(super) target: String,
    program: PathBuf,
    /// Of the processor.
    pub(super) spent: Duration,
    executions: u64,
    edges: u64,
    broke: Option<Broken>,
}

impl Finding {
    pub(super) fn new(target: &str, program: PathBuf) -> Self {
        let target = target.to_owned();
        Self { target, program, spent: Duration::ZERO, executions: 0, edges: 0, broke: None }
    }

    pub(super) fn add(&mut self, round: Round) {
        self.spent += round.spent;
        self.executions += round.executions;
        self.edges = self.edges.max(round.edges);
        self.broke = round.broke;
    }

    pub(super) fn is_well(&self) -> bool {
        self.broke.is_none()
    }

    /// Where the input is and how to see the target break again.
    pub(super) fn complaint(&self) -> Option<String> {
        let (target, program) = (&self.target, self.program.display());
        match self.broke.as_ref()? {
            Broken::With(input) => Some(format!(
                "{target} broke. The input is {input}; this replays it:\n\n    {program} {input}\n\n\
                 Once it is mended, the input belongs into fuzz/seeds/{target}/."
            )),
            Broken::Without => {
                Some(format!("{target} ended by itself, without an input that would break it."))
            }
        }
    }

    fn row(&self) -> String {
        let crashes = u8::from(!self.is_well());
        let [spent, executions] = [self.spent.as_secs(), self.executions].map(grouped);
        format!("| `{}` | {spent} | {executions} | {} | {crashes} |", self.target, self.edges)
    }
}

/// As in `fuzz/README.md`.
pub(super) fn table(findings: &[Finding]) -> String {
    let head =
        "| target | CPU seconds | executions | coverage (edges) | crashes |\n| --- | --- | --- | --- | --- |";
    let rows = findings.iter().map(Finding::row);
    std::iter::once(head.to_owned()).chain(rows).collect::<Vec<_>>().join("\n")
}

/// `1,234,567`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<String> =
        digits.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(broke: Option<Broken>) -> Finding {
        let mut finding = Finding::new("return_to", PathBuf::from("target/fuzz/return_to"));
        let round =
            |edges| Round { spent: Duration::from_secs(700), executions: 617_000, edges, broke: None };
        finding.add(round(3500));
        finding.add(Round { broke, ..round(3400) });
        finding
    }

    #[test]
    fn the_table_has_the_shape_of_the_readme() {
        let table = table(&[finding(None)]);
        assert!(table.ends_with("| `return_to` | 1,400 | 1,234,000 | 3500 | 0 |"), "{table}");
    }

    #[test]
    fn a_complaint_says_how_to_replay() {
        assert_eq!(finding(None).complaint(), None);
        let complaint = finding(Some(Broken::With("artifacts/x".to_owned()))).complaint().unwrap();
        assert!(complaint.contains("\n    target/fuzz/return_to artifacts/x\n"), "{complaint}");
        assert!(complaint.contains("fuzz/seeds/return_to/"), "{complaint}");
    }
}

//! How a step ended.
use super::tally::Tally;

/// The end of one step.
pub(super) enum Outcome {
    /// All is well; there was nothing to count.
    Done,
    /// All is well, and this many things were tried.
    Passed(Tally),
    /// It could not run here, which is no failure.
    Skipped(&'static str),
    /// Something is wrong. The headline says what.
    Failed { headline: String, tally: Tally },
}

impl Outcome {
    /// A step that did not get as far as counting.
    pub(super) fn broken(headline: String) -> Self {
        Self::Failed { headline, tally: Tally { passed: 0, failed: 1 } }
    }

    /// What a test runner reported, by its exit and by its own counting.
    pub(super) fn of_runner(is_success: bool, tally: Tally, what: &str) -> Self {
        match (is_success, tally) {
            (true, Tally { passed: 0, .. }) => Self::broken(format!("{what}: no test ran at all")),
            (true, tally @ Tally { failed: 0, .. }) => Self::Passed(tally),
            (_, Tally { failed: 0, passed }) => Self::Failed {
                headline: format!("{what} could not be run"),
                tally: Tally { passed, failed: 1 },
            },
            (_, tally) => Self::Failed { headline: format!("{} of {what} failed", tally.failed), tally },
        }
    }

    pub(super) fn is_failure(&self) -> bool {
        matches!(self, Self::Failed { .. })
    }

    pub(super) fn tally(&self) -> Tally {
        match self {
            Self::Done | Self::Skipped(_) => Tally::default(),
            Self::Passed(tally) | Self::Failed { tally, .. } => *tally,
        }
    }
}

//! What libFuzzer says while it runs, and at the end.
use std::time::Duration;

/// One run of a target.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Round {
    /// Of the processor.
    pub(super) spent: Duration,
    pub(super) executions: u64,
    pub(super) edges: u64,
    /// How it broke, if it did.
    pub(super) broke: Option<Broken>,
}

/// How a target broke.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// The input is kept here.
    With(String),
    /// There is no input: it did not even start, or was ended.
    Without,
}

impl Round {
    pub(super) fn read(is_success: bool, lines: &[String]) -> Self {
        let broke = (!is_success).then(|| artefact_in(lines).map_or(Broken::Without, Broken::With));
        Self {
            spent: spent_in(lines).unwrap_or_default(),
            executions: executions_in(lines).unwrap_or_default(),
            edges: lines.iter().filter_map(|line| number_behind(line, "cov:")).max().unwrap_or_default(),
            broke,
        }
    }

    pub(super) fn is_well(&self) -> bool {
        self.broke.is_none()
    }
}

/// Whether a person wants to see this line: what is new is hundreds of lines a second at first.
pub(super) fn is_progress(line: &str) -> bool {
    let is_new = ["NEW", "REDUCE", "RELOAD", "NEW_FUNC"].into_iter();
    !is_new.into_iter().any(|word| line.split_whitespace().any(|part| part.starts_with(word)))
        && !line.starts_with("stat::")
        && !line.starts_with("INFO:")
}

/// `stat::number_of_executed_units: 684843`, or the last `#684843` where it broke.
fn executions_in(lines: &[String]) -> Option<u64> {
    let counted = lines.iter().rev().find_map(|line| number_behind(line, "stat::number_of_executed_units:"));
    let last = || {
        lines.iter().rev().find_map(|line| line.strip_prefix('#')?.split_whitespace().next()?.parse().ok())
    };
    counted.or_else(last)
}

/// `…; Test unit written to fuzz/artifacts/…/crash-…`
fn artefact_in(lines: &[String]) -> Option<String> {
    let line = lines.iter().rev().find(|line| line.contains("Test unit written to "))?;
    Some(line.rsplit("Test unit written to ").next()?.trim().to_owned())
}

/// The last line of `times`: `1m2.34s 0m0.56s`, of the processes that the shell waited for.
fn spent_in(lines: &[String]) -> Option<Duration> {
    let mut parts = lines.last()?.split_whitespace();
    Some(duration_of(parts.next()?)? + duration_of(parts.next()?)?)
}

fn duration_of(text: &str) -> Option<Duration> {
    let (minutes, seconds) = text.strip_suffix('s')?.split_once('m')?;
    let (minutes, seconds): (f64, f64) = (minutes.parse().ok()?, seconds.parse().ok()?);
    Duration::try_from_secs_f64(60.0 * minutes + seconds).ok()
}

fn number_behind(line: &str, word: &str) -> Option<u64> {
    line.split_once(word)?.1.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(is_success: bool, text: &str) -> Round {
        Round::read(is_success, &text.lines().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn a_run_says_how_far_it_came() {
        let round = read(
            true,
            "INFO: Seed: 1\n#2\tINITED cov: 100 ft: 120 corp: 1/1b\n#4096\tpulse  cov: 476 ft: 900 corp: 9/1Kb\n\
             #5000\tDONE   cov: 476 ft: 900\nstat::number_of_executed_units: 5001\n0m0.00s 0m0.01s\n1m2.50s 0m0.25s\n",
        );
        let expected =
            Round { spent: Duration::from_millis(62_750), executions: 5001, edges: 476, broke: None };
        assert_eq!(round, expected);
    }

    #[test]
    fn a_run_that_breaks_says_where_the_input_is() {
        let round = read(
            false,
            "#7\tNEW    cov: 12 ft: 3\nthread panicked\n\
             artifact_prefix='fuzz/artifacts/a/'; Test unit written to fuzz/artifacts/a/crash-1\n0m0s 0m0s\n0m1.0s 0m0.0s\n",
        );
        assert_eq!(round.broke, Some(Broken::With("fuzz/artifacts/a/crash-1".to_owned())));
        assert_eq!((round.executions, round.edges), (7, 12));
        assert_eq!(read(false, "not found").broke, Some(Broken::Without));
    }

    #[test]
    fn progress_is_seldom() {
        assert!(is_progress("#4096\tpulse  cov: 476 ft: 900"));
        assert!(is_progress("thread '<unnamed>' panicked at src/requests.rs:31:5:"));
        assert!(!is_progress("#7\tNEW    cov: 12 ft: 3"));
        assert!(!is_progress("#9\tREDUCE cov: 12 ft: 3"));
    }
}

//! Counting what test runners say they did, from their own closing lines.

/// Tests that passed, and tests that did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: usize,
    pub(super) failed: usize,
}

impl std::ops::Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

/// `test result: ok. 12 passed; 1 failed; …`, one line for each test program.
pub(super) fn of_cargo(lines: &[String]) -> Tally {
    let results = lines.iter().filter(|line| line.starts_with("test result:"));
    let count = |line: &str, word| number_before(line, word).unwrap_or_default();
    let tallies = results.map(|line| Tally { passed: count(line, "passed"), failed: count(line, "failed") });
    tallies.fold(Tally::default(), |sum, tally| sum + tally)
}

/// `ℹ pass 12` and `ℹ fail 1`, or the same after `#`.
pub(super) fn of_node(lines: &[String]) -> Tally {
    let count = |word: &str| lines.iter().rev().find_map(|line| closing_line(line, word)).unwrap_or_default();
    Tally { passed: count("pass"), failed: count("fail") + count("cancelled") }
}

fn closing_line(line: &str, word: &str) -> Option<usize> {
    let mut words = line.split_whitespace();
    let is_closing = matches!(words.next(), Some("#" | "ℹ")) && words.next() == Some(word);
    if is_closing { words.next()?.parse().ok() } else { None }
}

/// `12 passed (34.5s)`, `1 failed`, `2 did not run`, each on a line of its own.
pub(super) fn of_playwright(lines: &[String]) -> Tally {
    let count =
        |word: &str| lines.iter().rev().find_map(|line| starting_number(line, word)).unwrap_or_default();
    let failed = ["failed", "flaky", "interrupted", "did not run"].map(count).iter().sum();
    Tally { passed: count("passed"), failed }
}

/// `Tests  1 failed | 12 passed (13)`, one line for each package.
pub(super) fn of_vitest(lines: &[String]) -> Tally {
    let results = lines.iter().filter(|line| line.trim_start().starts_with("Tests "));
    let count = |line: &str, word| number_before(line, word).unwrap_or_default();
    let tallies = results.map(|line| Tally { passed: count(line, "passed"), failed: count(line, "failed") });
    tallies.fold(Tally::default(), |sum, tally| sum + tally)
}

fn starting_number(line: &str, word: &str) -> Option<usize> {
    let (number, rest) = line.trim().split_once(' ')?;
    if rest.starts_with(word) { number.parse().ok() } else { None }
}

/// The number in front of a word: 12 in `12 passed;`.
fn number_before(line: &str, word: &str) -> Option<usize> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let pairs = words.iter().zip(words.iter().skip(1));
    pairs.filter(|(_, next)| next.trim_end_matches(';') == word).find_map(|(number, _)| number.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn cargo_reports_each_program() {
        let output = "running 2 tests\ntest a ... ok\n\
            test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 10 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        assert_eq!(of_cargo(&lines(output)), Tally { passed: 12, failed: 3 });
    }

    #[test]
    fn vitest_reports_each_package() {
        let output = " Test Files  2 passed (2)\n      Tests  12 passed (12)\n\
            \n      Tests  1 failed | 3 passed | 2 skipped (6)\n";
        assert_eq!(of_vitest(&lines(output)), Tally { passed: 15, failed: 1 });
    }

    #[test]
    fn node_reports_in_two_styles() {
        for mark in ["#", "ℹ"] {
            let output = format!(
                "{mark} tests 14\n{mark} suites 0\n{mark} pass 12\n{mark} fail 1\n{mark} cancelled 1\n"
            );
            assert_eq!(of_node(&lines(&output)), Tally { passed: 12, failed: 2 });
        }
    }

    #[test]
    fn playwright_reports_at_the_end() {
        let output = "  ✓  1 pages.spec.ts:3:1 › 5 passed by (1.2s)\n  1 failed\n    a.spec.ts\n  2 did not run\n  31 passed (40.1s)\n";
        assert_eq!(of_playwright(&lines(output)), Tally { passed: 31, failed: 3 });
        assert_eq!(of_playwright(&lines("  31 passed (40.1s)")), Tally { passed: 31, failed: 0 });
    }
}

//! What many measurements come to.

use std::fmt;
use std::time::Duration;

/// Of all of them, half were no longer than `p50`, and 99 of 100 no longer than `p99`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    p50: Duration,
    pub(crate) p99: Duration,
    max: Duration,
}

impl Figures {
    pub(crate) fn of(mut measured: Vec<Duration>) -> Self {
        measured.sort_unstable();
        let at = |hundredths: usize| measured[(measured.len() * hundredths).div_ceil(100).max(1) - 1];
        Self { p50: at(50), p99: at(99), max: at(100) }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { p50, p99, max } = self;
        write!(
            formatter,
            "p50 {} ms, p99 {} ms, max {} ms",
            p50.as_millis(),
            p99.as_millis(),
            max.as_millis()
        )
    }
}

#[test]
fn figures_are_measurements_that_were_made() {
    let figures = |count| Figures::of((1..=count).rev().map(Duration::from_millis).collect());
    assert_eq!(figures(200).to_string(), "p50 100 ms, p99 198 ms, max 200 ms");
    assert_eq!(figures(1).to_string(), "p50 1 ms, p99 1 ms, max 1 ms");
}

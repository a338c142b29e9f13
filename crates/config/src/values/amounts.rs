//! Sizes, durations and numbers.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::reader::Entry;
use crate::report::Complaint;
use crate::tree::Value;

const SIZE_UNITS: [(&str, u64); 7] = [
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("b", 1),
];

/// Milliseconds. `ms` stands before `m` and `s`, which it ends in.
const DURATION_UNITS: [(&str, u64); 5] =
    [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// Longest time that makes sense anywhere: ten years.
const LONGEST: Duration = Duration::from_secs(3650 * 86_400);

/// A whole number in a range.
pub(crate) fn number(range: RangeInclusive<u64>) -> impl FnOnce(&Entry<'_>) -> Result<u64, Complaint> {
    move |entry| entry.number(&range)
}

/// A number of bytes: `16384` or `"16KiB"`.
pub(crate) fn size_between(low: u64, high: u64) -> impl FnOnce(&Entry<'_>) -> Result<u64, Complaint> {
    move |entry| {
        let size = match entry.value() {
            Value::Integer(integer) => u64::try_from(*integer).map_err(|_| size_complaint())?,
            _ => parse_amount(entry.text()?, &SIZE_UNITS, 1).ok_or_else(size_complaint)?,
        };
        if (low..=high).contains(&size) {
            return Ok(size);
        }
        let range = format!("write a size from {} to {}", spell_size(low), spell_size(high));
        Err(Complaint::new("out of range", range))
    }
}

fn size_complaint() -> Complaint {
    Complaint::new("not a size", "write a number of bytes, or a text such as \"16KiB\", \"10MB\"")
}

/// A duration that is not zero.
pub(crate) fn positive_duration(entry: &Entry<'_>) -> Result<Duration, Complaint> {
    duration_between(Duration::from_millis(1), LONGEST)(entry)
}

/// A duration in a range: `"500ms"`, `"30s"`, `"5m"`, `"12h"`, `"30d"`.
pub(crate) fn duration_between(
    low: Duration,
    high: Duration,
) -> impl FnOnce(&Entry<'_>) -> Result<Duration, Complaint> {
    move |entry| {
        let millis = match entry.value() {
            Value::Text(_) => parse_amount(entry.text()?, &DURATION_UNITS, 0),
            _ => None,
        };
        let duration = millis.map(Duration::from_millis).ok_or_else(|| {
            let fix = "write a text such as \"500ms\", \"30s\", \"5m\", \"12h\" or \"30d\"";
            Complaint::new("not a duration", fix)
        })?;
        if (low..=high).contains(&duration) {
            return Ok(duration);
        }
        let range = format!("write a duration from {} to {}", spell_duration(low), spell_duration(high));
        Err(Complaint::new("out of range", range))
    }
}

/// `unit_less` is what a number without unit counts; zero refuses it.
fn parse_amount(text: &str, units: &[(&str, u64)], unit_less: u64) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let digits = text.len() - text.trim_start_matches(|char: char| char.is_ascii_digit()).len();
    let (digits, unit) = text.split_at_checked(digits)?;
    let factor = match unit.trim() {
        "" => (unit_less > 0).then_some(unit_less)?,
        unit => units.iter().find(|(name, _)| *name == unit)?.1,
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

fn spell_size(bytes: u64) -> String {
    let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    let fitting = units.iter().find(|(_, factor)| bytes >= *factor && bytes.is_multiple_of(*factor));
    fitting.map_or_else(|| format!("{bytes}"), |(unit, factor)| format!("{}{unit}", bytes / factor))
}

fn spell_duration(duration: Duration) -> String {
    let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let fitting =
        DURATION_UNITS.iter().rev().find(|(_, factor)| millis >= *factor && millis.is_multiple_of(*factor));
    fitting.map_or_else(|| "0s".to_owned(), |(unit, factor)| format!("{}{unit}", millis / factor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_with_their_units() {
        for (text, bytes) in
            [("1024", Some(1024)), ("16KiB", Some(16_384)), ("10 MB", Some(10_000_000)), ("1b", Some(1))]
        {
            assert_eq!(parse_amount(text, &SIZE_UNITS, 1), bytes, "{text}");
        }
        for (text, millis) in
            [("500ms", Some(500)), ("30s", Some(30_000)), ("5m", Some(300_000)), ("30d", Some(2_592_000_000))]
        {
            assert_eq!(parse_amount(text, &DURATION_UNITS, 0), millis, "{text}");
        }
    }

    #[test]
    fn what_has_no_clear_meaning_is_refused() {
        for text in ["", "30", "s", "-1s", "1.5s", "1 year", "99999999999999999999s", "1m30s", "٣s"] {
            assert_eq!(parse_amount(text, &DURATION_UNITS, 0), None, "{text}");
        }
    }

    #[test]
    fn limits_are_spelled_as_they_would_be_written() {
        assert_eq!(spell_size(1 << 20), "1MiB");
        assert_eq!(spell_size(1500), "1500");
        assert_eq!(spell_duration(Duration::from_secs(3600)), "1h");
        assert_eq!(spell_duration(Duration::from_millis(1)), "1ms");
    }
}

//! Times and reasons in words, and what strangers wrote made harmless.

use crossgate_core::session::{EndReason, Timeout};
use crossgate_core::time::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// To the millisecond, for programs.
pub(super) fn iso(time: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(time.as_millis()).map(|time| time.to_string()).unwrap_or_default()
}

/// To the second, for people. Always of the same width.
pub(super) fn seconds(time: Timestamp) -> String {
    iso(Timestamp::from_seconds(time.as_seconds()))
}

/// Reads ISO 8601: with an offset, or in UTC without one; a date alone is its first moment.
pub(super) fn parse_time(text: &str) -> Option<Timestamp> {
    let with_offset = text.parse::<jiff::Timestamp>().ok();
    let time = with_offset.or_else(|| TimeZone::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok());
    time.map(|time| Timestamp::from_millis(time.as_millisecond()))
}

/// What somebody else wrote, without anything that a terminal would obey.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

/// So many sessions.
pub(super) fn sessions(count: usize) -> String {
    if count == 1 { "1 session".to_owned() } else { format!("{count} sessions") }
}

/// Why a session ended.
pub(super) const fn why(reason: EndReason) -> &'static str {
    match reason {
        EndReason::SignedOut => "the person signed out in this browser",
        EndReason::SignedOutEverywhere => "the person signed out everywhere",
        EndReason::RevokedByOwner => "the person ended it from another session",
        EndReason::Replaced => "a new sign-in in the same browser took its place",
        EndReason::Expired(Timeout::Idle) => "it was not used for session.idle_timeout",
        EndReason::Expired(Timeout::Absolute) => "it reached session.absolute_timeout",
        EndReason::RevokedByOperator => "an operator ended it",
        EndReason::ProviderSignedOut => "the provider said that its session ended",
        EndReason::RefreshRefused => "the API or the provider refused to renew the tokens",
        EndReason::RefreshLost => {
            "the answer with the renewed tokens was lost, and the old ones are worthless"
        }
        EndReason::RevokedByApi => "an API revoked a token of it",
        EndReason::SignedOutByApp => "the app removed next-auth's session cookie",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_and_without_an_offset() {
        let noon = Timestamp::from_seconds(1_777_636_800);
        for text in
            ["2026-05-01T12:00:00Z", "2026-05-01T12:00Z", "2026-05-01T14:00+02:00", "2026-05-01 12:00"]
        {
            assert_eq!(parse_time(text), Some(noon), "{text}");
        }
        assert_eq!(parse_time("2026-05-01"), Some(Timestamp::from_seconds(1_777_593_600)));
        for text in ["", "yesterday", "12:00", "2026-13-01", "1777636800", "2026-05-01T12:00:00+99:00"] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_shown_is_read_back() {
        let time = Timestamp::from_millis(1_777_636_800_123);
        assert_eq!(iso(time), "2026-05-01T12:00:00.123Z");
        assert_eq!(parse_time(&iso(time)), Some(time));
        assert_eq!(seconds(time), "2026-05-01T12:00:00Z");
    }

    #[test]
    fn a_terminal_obeys_nothing_that_a_stranger_wrote() {
        assert_eq!(printable("Mozilla\u{1b}[2J\r\n\u{9b}"), "Mozilla\u{fffd}[2J\u{fffd}\u{fffd}\u{fffd}");
        assert_eq!(printable("Ærøskøbing 東京"), "Ærøskøbing 東京");
    }
}

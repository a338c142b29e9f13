//! `[limits]`

use std::time::Duration;

use crossgate_core::settings::Limits;

use crate::reader::Table;
use crate::values::{number, positive_duration, size_between};

const KIB: u64 = 1 << 10;

/// Largest body that can be configured anywhere: one TiB.
pub(crate) const LARGEST_BODY: u64 = 1 << 40;

pub(crate) fn read_limits(table: &Table<'_>) -> Limits {
    Limits {
        head_bytes: count(table.read_or("head", 16 * KIB, size_between(KIB, 1024 * KIB))),
        header_count: count(table.read_or("headers", 100, number(1..=1000))),
        body_bytes: table.read_or("body", 1024 * KIB, size_between(1, LARGEST_BODY)),
        connections: count(table.read_or("connections", 10_000, number(1..=1_000_000))),
        head_timeout: table.read_or("head_timeout", Duration::from_secs(10), positive_duration),
        body_timeout: table.read_or("body_timeout", Duration::from_secs(20), positive_duration),
        reader_timeout: table.read_or("reader_timeout", Duration::from_secs(120), positive_duration),
    }
}

/// The ranges above fit everywhere.
fn count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

//! `[session]` and `[throttle]`

use std::time::Duration;

use crossgate_core::session::SessionLifetimes;
use crossgate_core::settings::ThrottleSettings;

use crate::reader::Table;
use crate::report::Complaint;
use crate::values::{duration_between, number};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);
const YEAR: Duration = Duration::from_secs(366 * 86_400);

pub(crate) fn read_lifetimes(table: &Table<'_>) -> SessionLifetimes {
    let idle = table.read_or("idle_timeout", DAY / 2, duration_between(MINUTE, YEAR));
    let absolute = table.read_or("absolute_timeout", 30 * DAY, duration_between(MINUTE, YEAR));
    if idle > absolute {
        let reason = "is longer than absolute_timeout, so it could never end a session";
        table.place_of("idle_timeout").complain(Complaint::new(
            reason,
            "write a shorter idle_timeout, or a longer absolute_timeout (its default is 30d)",
        ));
    }
    SessionLifetimes { idle, absolute }
}

pub(crate) fn read_throttle(table: &Table<'_>) -> ThrottleSettings {
    let second = Duration::from_secs(1);
    ThrottleSettings {
        per_account: attempts(table, "per_account", 10),
        per_address: attempts(table, "per_address", 50),
        window: table.read_or("window", 15 * MINUTE, duration_between(second, DAY)),
    }
}

fn attempts(table: &Table<'_>, key: &'static str, default: u32) -> u32 {
    let read = table.read_or(key, default.into(), number(1..=1_000_000));
    u32::try_from(read).unwrap_or(default)
}

//! `[store]`

use std::path::Path;

use crossgate_core::settings::StoreLocation;
use crossgate_core::store_url::{StoreUrl, StoreUrlError};

use crate::reader::Table;
use crate::report::Complaint;
use crate::sections::Surroundings;

const SQLITE_FIX: &str = "write \"sqlite:crossgate.db\"; a relative path starts at this file's directory";
const STORES: &str = "write \"sqlite:crossgate.db\", \"postgres://user:password@host/database\" or \
                      \"valkey://user:password@host\"; \"memory:\" for trying out";

pub(crate) fn read_store(table: &Table<'_>, around: Surroundings<'_>) -> StoreLocation {
    let default = StoreLocation::Sqlite(around.directory.join("crossgate.db"));
    let location = table.read_or("url", default, |entry| location(entry.text()?, around));
    if location == StoreLocation::Memory {
        let reason = "sessions are kept in memory only: a restart signs everybody out";
        table.place_of("url").warn(Complaint::new(reason, "write \"sqlite:crossgate.db\" to keep them"));
    }
    location
}

/// Which store a text names; its driver has the last word.
pub(crate) fn location(text: &str, around: Surroundings<'_>) -> Result<StoreLocation, Complaint> {
    let location = named(text, around.directory)?;
    let judged = around.environment.judge_store(&location);
    judged.map(|()| location).map_err(|fault| Complaint::new(fault.reason, fault.fix))
}

/// Relative paths start at the directory.
fn named(text: &str, directory: &Path) -> Result<StoreLocation, Complaint> {
    let (scheme, rest) = text.split_once(':').unwrap_or_default();
    match (scheme, rest) {
        ("memory", "") => Ok(StoreLocation::Memory),
        ("memory", _) => Err(Complaint::new("memory has no name", "write \"memory:\"")),
        ("sqlite", path) => sqlite(path, directory),
        ("postgres" | "postgresql", _) => server(text).map(StoreLocation::Postgres),
        ("redis" | "rediss" | "valkey" | "valkeys", _) => server(text).map(StoreLocation::Valkey),
        _ => Err(Complaint::new("not a store", STORES)),
    }
}

fn server(text: &str) -> Result<StoreUrl, Complaint> {
    StoreUrl::parse(text).map_err(|error| {
        let fix = match error {
            StoreUrlError::NoHost => STORES,
            StoreUrlError::Blank | StoreUrlError::Ambiguous => {
                "in a user name or a password write %20 for a blank, %2F for /, %3F for ?, %23 for # and %40 for @"
            }
        };
        Complaint::new(format!("not the address of a server: it {error}"), fix)
    })
}

fn sqlite(path: &str, directory: &Path) -> Result<StoreLocation, Complaint> {
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.starts_with(":memory:") {
        return Err(Complaint::new("SQLite in memory is not offered", "write \"memory:\""));
    }
    if path.is_empty() || path.ends_with('/') || path.contains(['?', '#', '\0']) {
        return Err(Complaint::new("not the path of a file", SQLITE_FIX));
    }
    Ok(StoreLocation::Sqlite(directory.join(path)))
}

//! `[store]`

use std::path::Path;

use crossgate_core::settings::StoreLocation;

use crate::reader::{Entry, Table};
use crate::report::Complaint;

const SQLITE_FIX: &str = "write \"sqlite:crossgate.db\"; a relative path starts at this file's directory";

pub(crate) fn read_store(table: &Table<'_>, directory: &Path) -> StoreLocation {
    let default = StoreLocation::Sqlite(directory.join("crossgate.db"));
    let location = table.read_or("url", default, |entry| location(entry, directory));
    if location == StoreLocation::Memory {
        let reason = "sessions are kept in memory only: a restart signs everybody out";
        table.place_of("url").warn(Complaint::new(reason, "write \"sqlite:crossgate.db\" to keep them"));
    }
    location
}

fn location(entry: &Entry<'_>, directory: &Path) -> Result<StoreLocation, Complaint> {
    let (scheme, rest) = entry.text()?.split_once(':').unwrap_or_default();
    match (scheme, rest) {
        ("memory", "") => Ok(StoreLocation::Memory),
        ("memory", _) => Err(Complaint::new("memory has no name", "write \"memory:\"")),
        ("sqlite", path) => sqlite(path, directory),
        ("postgres" | "postgresql", _) => Err(Complaint::later("a store in PostgreSQL", SQLITE_FIX)),
        ("redis" | "rediss" | "valkey" | "valkeys", _) => {
            Err(Complaint::later("a store in Valkey or Redis", SQLITE_FIX))
        }
        _ => Err(Complaint::new("not a store", format!("{SQLITE_FIX}; \"memory:\" for trying out"))),
    }
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

//! Opening the file: first look, then touch.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, absolute};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::error::{OpenError, OpenProblem};
use crate::schema;

/// How long to wait for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// More than there are different statements.
const CACHED_STATEMENTS: usize = 64;

/// The write-ahead log is cut back to this many bytes after it was larger.
const LOG_SIZE_LIMIT: i64 = 64 * 1024 * 1024;

/// What the reader keeps of the file in memory, in KiB (negative, as SQLite wants it). Whoever asks for a session keeps it,
/// so that pages are hardly read twice, and the system has them as well.
const READ_CACHE: i64 = -512;

/// No database but an empty one is smaller, in bytes.
const SMALLEST_PAGE: u64 = 512;

/// How many other processes that open the same new file at the same time may get in between.
const LOG_MODE_ATTEMPTS: u32 = 100;

/// The two ways into the file.
pub(crate) struct Connections {
    pub(crate) reader: Connection,
    pub(crate) writer: Connection,
}

/// Opens the file and brings it up to date.
pub(crate) fn open(path: &Path) -> Result<Connections, OpenError> {
    // Absolute, so that no path has a special meaning to SQLite (`:memory:`) or changes its meaning later.
    let place = absolute(path).map_err(OpenProblem::from).and_then(|path| open_at(&path));
    place.map_err(|problem| OpenError { path: path.to_owned(), problem })
}

fn open_at(path: &Path) -> Result<Connections, OpenProblem> {
    require_usable_place(path)?;
    create_private(path)?;
    let writer = open_writer(path)?;
    let reader = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | no_mutex())?;
    configure(&reader)?;
    reader.pragma_update(None, "cache_size", READ_CACHE)?;
    Ok(Connections { reader, writer })
}

/// Each connection belongs to one thread.
fn no_mutex() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_NO_MUTEX
}

fn require_usable_place(path: &Path) -> Result<(), OpenProblem> {
    if !path.parent().is_some_and(Path::is_dir) {
        return Err(OpenProblem::NoDirectory);
    }
    match fs::metadata(path) {
        Ok(file) if !file.is_file() => Err(OpenProblem::NotAFile),
        // Also for a superuser, who could write it: somebody meant it.
        Ok(file) if file.permissions().readonly() => Err(OpenProblem::ReadOnly),
        // SQLite takes what is shorter than a page for an empty database and writes over it.
        Ok(file) if (1..SMALLEST_PAGE).contains(&file.len()) => Err(OpenProblem::NotADatabase),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Creates the file, empty and for its owner only, unless it is there. SQLite gives its side files the same mode.
fn create_private(path: &Path) -> Result<(), io::Error> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        // Closing any descriptor of the file would drop the locks that this process has on it (POSIX), so this one,
        // of which there is one per new database, stays open.
        Ok(file) => std::mem::forget(file),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    Ok(())
}

fn open_writer(path: &Path) -> Result<Connection, OpenProblem> {
    let mut writer = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | no_mutex())?;
    writer.busy_timeout(BUSY_TIMEOUT)?;
    // Before anything that writes, and the mode of the log is written into the file.
    schema::inspect(&mut writer)?;
    if writer.is_readonly("main")? {
        return Err(OpenProblem::ReadOnly);
    }
    enter_log_mode(&writer)?;
    configure(&writer)?;
    schema::migrate(&mut writer)?;
    Ok(writer)
}

/// Switches to the write-ahead log. While another process does the same, SQLite answers "busy" without waiting;
/// taking the write lock waits until the other is through.
fn enter_log_mode(connection: &Connection) -> Result<(), OpenProblem> {
    for _ in 0..LOG_MODE_ATTEMPTS {
        match connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0)) {
            Ok(mode) if mode.eq_ignore_ascii_case("wal") => return Ok(()),
            Ok(_) => {}
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {}
            Err(error) => return Err(error.into()),
        }
        connection.execute_batch("BEGIN IMMEDIATE; COMMIT")?;
    }
    Err(OpenProblem::System(io::Error::other("the write-ahead log cannot be switched on in this place")))
}

fn configure(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    connection.pragma_update(None, "synchronous", "FULL")?;
    // macOS keeps a plain fsync in the disk's own cache; elsewhere these two do nothing.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update_and_check(None, "journal_size_limit", LOG_SIZE_LIMIT, |_| Ok(()))
}

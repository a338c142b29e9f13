//! What is kept here, page by page, for another store; and what another store knows of ended sessions.

use crossgate_core::session::EndedSession;
use crossgate_core::time::Timestamp;
use crossgate_store::{Page, PageMark, StoreFuture, TransferStore, UseName, UsedName};
use rusqlite::{Connection, Row, named_params};

use crate::SqliteStore;
use crate::error::Failure;
use crate::rows;
use crate::session::take_over_ended;

/// So many rows are read at once.
const PAGE: usize = 1000;

/// No blob is before the empty one.
const ENDED: &str = "
    SELECT id, subject, ended_at, reason FROM ended_session WHERE id > :after ORDER BY id LIMIT :limit";

const USED: &str = "
    SELECT name, remembered_until FROM used_name WHERE name > :after AND remembered_until > :now
    ORDER BY name LIMIT :limit";

impl TransferStore for SqliteStore {
    fn ended_page(&self, after: Option<PageMark>) -> StoreFuture<'_, Page<EndedSession>> {
        self.read(move |connection| ended_page(connection, after.as_ref()))
    }

    fn used_page(&self, after: Option<PageMark>, now: Timestamp) -> StoreFuture<'_, Page<UsedName>> {
        self.read(move |connection| used_page(connection, after.as_ref(), now))
    }

    fn take_over_ended(&self, batch: Vec<EndedSession>) -> StoreFuture<'_, usize> {
        self.write(move |connection| take_over_ended(connection, &batch))
    }
}

fn bytes(after: Option<&PageMark>) -> &[u8] {
    after.map_or(&[], PageMark::as_bytes)
}

fn ended_page(connection: &Connection, after: Option<&PageMark>) -> Result<Page<EndedSession>, Failure> {
    let which = named_params! { ":after": bytes(after), ":limit": PAGE.cast_signed() };
    let mut statement = connection.prepare_cached(ENDED)?;
    let found: Result<_, Failure> = statement.query_and_then(which, rows::ended_session)?.collect();
    Ok(Page::of_ordered(found?, PAGE, |ended: &EndedSession| ended.id.as_bytes().to_vec()))
}

fn used_page(
    connection: &Connection,
    after: Option<&PageMark>,
    now: Timestamp,
) -> Result<Page<UsedName>, Failure> {
    let which =
        named_params! { ":after": bytes(after), ":now": now.as_millis(), ":limit": PAGE.cast_signed() };
    let mut statement = connection.prepare_cached(USED)?;
    let found: Result<_, Failure> = statement.query_and_then(which, used_name)?.collect();
    Ok(Page::of_ordered(found?, PAGE, |used: &UsedName| used.name.as_bytes().to_vec()))
}

fn used_name(row: &Row<'_>) -> Result<UsedName, Failure> {
    let name = UseName::from_bytes(row.get("name")?);
    Ok(UsedName { name, until: rows::time(row, "remembered_until")? })
}

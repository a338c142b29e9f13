//! What is kept here, page by page, for another store; and what another store knows of ended sessions.

use crossgate_core::session::EndedSession;
use crossgate_core::time::Timestamp;
use crossgate_store::{Page, PageMark, StoreError, StoreFuture, TransferStore, UseName, UsedName};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use crate::PostgresStore;
use crate::database::Database;
use crate::rows;
use crate::session::ended_session;
use crate::statement::{Repeat, Statement};

/// So many rows are read at once.
const PAGE: usize = 1000;

/// No value is before the empty one.
const ENDED: Statement = Statement {
    text: "SELECT id, subject, ended_at, reason FROM crossgate.ended_session WHERE id > $1 ORDER BY id LIMIT $2",
    types: &[Type::BYTEA, Type::INT8],
    repeat: Repeat::Harmless,
};

const USED: Statement = Statement {
    text: "
        SELECT name, remembered_until FROM crossgate.used_name WHERE name > $1 AND remembered_until > $2
        ORDER BY name LIMIT $3",
    types: &[Type::BYTEA, Type::INT8, Type::INT8],
    repeat: Repeat::Harmless,
};

/// Sent twice it finds nothing more to do.
const TAKE_OVER: Statement = Statement {
    text: "
        WITH batch AS (
            SELECT id, subject, ended_at, reason
            FROM unnest($1::bytea[], $2::text[], $3::bigint[], $4::text[]) AS given (id, subject, ended_at, reason)
        ), gone AS (
            DELETE FROM crossgate.session USING batch WHERE session.id = batch.id
            RETURNING session.id, batch.ended_at, batch.reason
        ), remembered AS (
            INSERT INTO crossgate.ended_session (id, subject, ended_at, reason)
            SELECT id, subject, ended_at, reason FROM batch ORDER BY id ON CONFLICT (id) DO NOTHING
        ), noted AS (
            INSERT INTO crossgate.noted_event (session, reason, noted_at) SELECT id, reason, ended_at FROM gone
        )
        SELECT count(*) AS lived FROM gone",
    types: &[Type::BYTEA_ARRAY, Type::TEXT_ARRAY, Type::INT8_ARRAY, Type::TEXT_ARRAY],
    repeat: Repeat::Harmless,
};

impl TransferStore for PostgresStore {
    fn ended_page(&self, after: Option<PageMark>) -> StoreFuture<'_, Page<EndedSession>> {
        self.ask(async move |database| {
            let found = database.query(&ENDED, &[&bytes(after.as_ref()), &rows::limit(PAGE)]).await?;
            page(&found, ended_session, |ended| ended.id.as_bytes())
        })
    }

    fn used_page(&self, after: Option<PageMark>, now: Timestamp) -> StoreFuture<'_, Page<UsedName>> {
        self.ask(async move |database| {
            let (after, now) = (bytes(after.as_ref()), now.as_millis());
            let found = database.query(&USED, &[&after, &now, &rows::limit(PAGE)]).await?;
            page(&found, used_name, |used| used.name.as_bytes())
        })
    }

    fn take_over_ended(&self, batch: Vec<EndedSession>) -> StoreFuture<'_, usize> {
        self.ask(async move |database| take_over(&database, &batch).await)
    }
}

fn bytes(after: Option<&PageMark>) -> &[u8] {
    after.map_or(&[], PageMark::as_bytes)
}

fn page<T>(
    found: &[Row],
    read: fn(&Row) -> Result<T, StoreError>,
    key: fn(&T) -> &[u8; 32],
) -> Result<Page<T>, StoreError> {
    let read: Result<Vec<T>, StoreError> = found.iter().map(read).collect();
    Ok(Page::of_ordered(read?, PAGE, |row| key(row).to_vec()))
}

fn used_name(row: &Row) -> Result<UsedName, StoreError> {
    Ok(UsedName {
        name: UseName::from_bytes(rows::key(row, "name")?),
        until: rows::time(row, "remembered_until")?,
    })
}

async fn take_over(database: &Database, batch: &[EndedSession]) -> Result<usize, StoreError> {
    let ids: Vec<&[u8]> = batch.iter().map(|ended| ended.id.as_bytes().as_slice()).collect();
    let subjects: Vec<&str> = batch.iter().map(|ended| ended.subject.as_str()).collect();
    let times: Vec<i64> = batch.iter().map(|ended| ended.ended_at.as_millis()).collect();
    let reasons: Vec<&str> = batch.iter().map(|ended| ended.reason.code()).collect();
    let lived: i64 =
        rows::column(&database.query_one(&TAKE_OVER, &[&ids, &subjects, &times, &reasons]).await?, "lived")?;
    if lived > 0 {
        database.announce();
    }
    Ok(usize::try_from(lived).unwrap_or(usize::MAX))
}

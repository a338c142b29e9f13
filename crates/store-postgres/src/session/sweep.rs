//! What is done from time to time: sessions whose time is up end, and what was kept for long enough is forgotten.

use crossgate_core::session::{EndReason, EndedSession, SessionLifetimes, Timeout};
use crossgate_core::time::Timestamp;
use crossgate_store::{ABANDONED_LEASE_RETENTION, ENDED_SESSION_RETENTION, StoreError};
use tokio_postgres::types::Type;

use super::end::ended_session;
use crate::database::{Database, Values};
use crate::statement::{Repeat, Statement};
use crate::{event, rows};

/// The absolute timeout first: a session that passed both limits ends by it. What somebody else is changing is left to
/// the next sweep, so that nobody waits for this one. Periods are those of the schema.
const END_EXPIRED: Statement = Statement {
    text: "
        WITH old AS MATERIALIZED (
            SELECT id FROM crossgate.session WHERE created_at <= $1
            ORDER BY created_at LIMIT $3 FOR UPDATE SKIP LOCKED
        ), silent AS MATERIALIZED (
            SELECT id FROM crossgate.session
            WHERE last_seen_period <= ($2::bigint >> 20) AND last_seen_at <= $2 AND created_at > $1
            ORDER BY last_seen_period LIMIT $3 - (SELECT count(*) FROM old) FOR UPDATE SKIP LOCKED
        ), due AS (
            SELECT id, $5::text AS reason FROM old UNION ALL SELECT id, $6::text FROM silent
        ), removed AS (
            DELETE FROM crossgate.session WHERE id = ANY (ARRAY (SELECT id FROM due)) RETURNING id, subject
        ), gone AS (
            SELECT removed.id, removed.subject, due.reason FROM removed JOIN due ON due.id = removed.id
        ), remembered AS (
            INSERT INTO crossgate.ended_session (id, subject, ended_at, reason)
            SELECT id, subject, $4, reason FROM gone
            ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, reason = excluded.reason
        ), noted AS (
            INSERT INTO crossgate.noted_event (session, reason, noted_at) SELECT id, reason, $4 FROM gone
        )
        SELECT id, subject, reason = $5 AS is_old FROM gone ORDER BY is_old DESC",
    types: &[Type::INT8, Type::INT8, Type::INT8, Type::INT8, Type::TEXT, Type::TEXT],
    repeat: Repeat::Never,
};

/// What it forgets was kept for long enough, so its loss in a crash is none.
const FORGET: Statement = Statement {
    text: "
        WITH hurried AS MATERIALIZED (
            SELECT set_config('synchronous_commit', 'off', true) AS level
        ), sessions AS (
            DELETE FROM crossgate.ended_session WHERE ended_at <= $1
        ), leases AS (
            DELETE FROM crossgate.lease WHERE held_until <= $2
        )
        SELECT level FROM hurried",
    types: &[Type::INT8, Type::INT8],
    repeat: Repeat::Harmless,
};

pub(super) async fn end_expired(
    database: &Database,
    lifetimes: &SessionLifetimes,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<EndedSession>, StoreError> {
    let ended_at_latest = now.before(ENDED_SESSION_RETENTION).as_millis();
    let held_at_latest = now.before(ABANDONED_LEASE_RETENTION).as_millis();
    database.query(&FORGET, &[&ended_at_latest, &held_at_latest]).await?;
    event::forget(database, now).await?;
    end_what_is_due(database, lifetimes, now, limit).await
}

async fn end_what_is_due(
    database: &Database,
    lifetimes: &SessionLifetimes,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<EndedSession>, StoreError> {
    let [absolute, idle] = [Timeout::Absolute, Timeout::Idle].map(EndReason::Expired);
    let values: Values<'_> = &[
        &now.before(lifetimes.absolute).as_millis(),
        &now.before(lifetimes.idle).as_millis(),
        &rows::limit(limit),
        &now.as_millis(),
        &absolute.code(),
        &idle.code(),
    ];
    let gone = database.query(&END_EXPIRED, values).await?;
    if !gone.is_empty() {
        database.announce();
    }
    let mut ended = Vec::with_capacity(gone.len());
    for row in &gone {
        let reason = if rows::column(row, "is_old")? { absolute } else { idle };
        ended.extend(ended_session(row, reason, now));
    }
    Ok(ended)
}

//! The schema: numbered steps forward, each applied once, and how a database says what it has.

use tokio_postgres::{Client, Transaction};

use crate::error::OpenProblem;
use crate::statement::{Schema, quoted};

/// Step n is at n-1. A step that was released never changes again.
const MIGRATIONS: [&str; 1] = [include_str!("migrations/0001_first.sql")];

/// The newest schema that this program knows.
#[allow(clippy::cast_possible_truncation, reason = "a handful of migrations")]
pub(crate) const NEWEST: u32 = MIGRATIONS.len() as u32;

/// The version of the schema in the database; 0 where there is none. Changes nothing.
///
/// # Errors
/// When the schema is not ours, or newer than this program.
pub(crate) async fn inspect(client: &Client, schema: &Schema) -> Result<u32, OpenProblem> {
    let table = format!("{}.crossgate_schema", quoted(schema.name()));
    let asked = "SELECT to_regclass($1) IS NOT NULL, EXISTS (SELECT 1 FROM pg_catalog.pg_class \
                 JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace WHERE nspname = $2)";
    let text = tokio_postgres::types::Type::TEXT;
    let row = client.query_typed_one(asked, &[(&table, text.clone()), (&schema.name(), text)]).await?;
    match (row.try_get(0)?, row.try_get(1)?) {
        (true, _) => version(client, schema).await,
        (false, false) => Ok(0),
        (false, true) => Err(OpenProblem::Foreign(schema.name().to_owned())),
    }
}

async fn version(client: &Client, schema: &Schema) -> Result<u32, OpenProblem> {
    let asked = schema.qualify("SELECT version FROM crossgate.crossgate_schema");
    let found: i32 = client.query_typed_one(&asked, &[]).await?.try_get(0)?;
    match u32::try_from(found) {
        Ok(found) if found > NEWEST => Err(OpenProblem::NewerSchema { found, known: NEWEST }),
        Ok(found) => Ok(found),
        Err(_) => Err(OpenProblem::Foreign(schema.name().to_owned())),
    }
}

/// Brings the schema up to date. Where it is, nothing is written and no right to do so is needed.
///
/// # Errors
/// When a step fails; the database is as before then.
pub(crate) async fn migrate(client: &mut Client, schema: &Schema) -> Result<(), OpenProblem> {
    if inspect(client, schema).await? == NEWEST {
        return Ok(());
    }
    let transaction = client.transaction().await?;
    // Until the end of the transaction. The statements after it see what another process has done meanwhile.
    let lock = format!("SELECT pg_advisory_xact_lock(hashtextextended('crossgate {}', 0))", schema.name());
    transaction.batch_execute(&lock).await?;
    let found = inspect(transaction.client(), schema).await?;
    apply_missing(&transaction, schema, found).await?;
    Ok(transaction.commit().await?)
}

async fn apply_missing(
    transaction: &Transaction<'_>,
    schema: &Schema,
    found: u32,
) -> Result<(), OpenProblem> {
    let name = quoted(schema.name());
    if found == 0 {
        transaction.batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS {name}")).await?;
    }
    // Steps name tables without the schema.
    transaction.batch_execute(&format!("SET LOCAL search_path = {name}")).await?;
    for (number, step) in (1..).zip(MIGRATIONS) {
        if number > found {
            transaction.batch_execute(step).await?;
        }
    }
    let done = format!("UPDATE crossgate_schema SET version = {NEWEST}");
    Ok(transaction.batch_execute(&done).await?)
}

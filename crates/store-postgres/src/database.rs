//! The connections, and how a statement goes over one of them.

use std::time::Duration;

use crossgate_store::StoreError;
use deadpool_postgres::{Client, Object, Pool};
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};

use crate::failure::Failure;
use crate::statement::{Repeat, Schema, Statement};
use crate::wake::Announcer;

/// How often a statement is sent while others do the same at the same time.
const ATTEMPTS_IN_CONFLICT: u32 = 5;

/// How often a statement is sent while connections break: the second time goes over a new one.
const ATTEMPTS: u32 = 2;

/// The server gives up by itself after its time. Here it takes a little longer, so that its own words are heard.
const MARGIN: Duration = Duration::from_secs(1);

/// The values of a statement.
pub(crate) type Values<'a> = &'a [&'a (dyn ToSql + Sync)];

/// All that a piece of work needs.
pub(crate) struct Database {
    pub(crate) pool: Pool,
    pub(crate) schema: Schema,
    /// Whether statements are prepared once per connection.
    pub(crate) is_prepared: bool,
    /// How long a statement may take.
    pub(crate) statement_timeout: Duration,
    pub(crate) announcer: Announcer,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) rows: Vec<Row>,
    /// It was sent before, and nobody knows whether it was done then. What it finds may be its own work.
    pub(crate) may_be_done_before: bool,
}

impl Database {
    /// Sends the statement and gives its rows.
    pub(crate) async fn query(
        &self,
        statement: &Statement,
        values: Values<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        Ok(self.attempt(statement, values).await?.rows)
    }

    /// As [`query`](Self::query), for a statement that gives one row whatever it finds.
    pub(crate) async fn query_one(
        &self,
        statement: &Statement,
        values: Values<'_>,
    ) -> Result<Row, StoreError> {
        let row = self.query(statement, values).await?.into_iter().next();
        row.ok_or_else(|| StoreError::damaged("a table that has lost its only row"))
    }

    /// Sends the statement, and again where that can do no harm.
    pub(crate) async fn attempt(&self, statement: &Statement, values: Values<'_>) -> Result<Answer, Failure> {
        let (mut attempts, mut may_be_done_before) = (1, false);
        loop {
            match self.send(statement, values).await {
                Ok(rows) => return Ok(Answer { rows, may_be_done_before }),
                Err(failure) if has_another(&failure, statement.repeat, attempts) => {
                    may_be_done_before |= failure.is_unknown();
                    attempts += 1;
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    /// Tells the other processes that something was noted for them.
    pub(crate) fn announce(&self) {
        self.announcer.announce();
    }

    /// Sends it once.
    async fn send(&self, statement: &Statement, values: Values<'_>) -> Result<Vec<Row>, Failure> {
        let client = self.pool.get().await?;
        let outcome = self.send_over(&client, statement, values).await;
        if outcome.as_ref().is_err_and(Failure::dooms_connections) {
            self.start_afresh(client);
        }
        outcome
    }

    async fn send_over(
        &self,
        client: &Client,
        statement: &Statement,
        values: Values<'_>,
    ) -> Result<Vec<Row>, Failure> {
        let limit = self.statement_timeout.saturating_add(MARGIN);
        let text = self.schema.qualify(statement.text);
        let answer = async {
            if self.is_prepared {
                let prepared = client.prepare_typed_cached(&text, statement.types).await?;
                client.query(&prepared, values).await
            } else {
                client.query_typed(&text, &typed(values, statement.types)).await
            }
        };
        match tokio::time::timeout(limit, answer).await {
            Ok(answer) => Ok(answer?),
            Err(_) => Err(Failure::silence(limit)),
        }
    }

    /// Lets go of this connection and of all that nobody uses: the others lead to the same server.
    fn start_afresh(&self, client: Client) {
        drop(Object::take(client));
        drop(self.pool.retain(|_, _| false));
    }
}

fn has_another(failure: &Failure, repeat: Repeat, attempts: u32) -> bool {
    let most = if failure.is_conflict() { ATTEMPTS_IN_CONFLICT } else { ATTEMPTS };
    attempts < most && failure.may_be_repeated(repeat)
}

fn typed<'a>(values: Values<'a>, types: &[Type]) -> Vec<(&'a (dyn ToSql + Sync), Type)> {
    values.iter().copied().zip(types.iter().cloned()).collect()
}

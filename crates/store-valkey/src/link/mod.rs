//! The way to the servers: what is asked, how often it is tried, and when a connection is given up.

mod connect;
mod lane;
mod scan;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::try_join_all;
use redis::aio::ConnectionLike as _;
use redis::cluster_routing::{Route, RoutingInfo, SingleNodeRoutingInfo, SlotAddr};
use redis::{Cmd, ErrorKind, Pipeline, RedisError, RedisResult, ServerErrorKind, Value};

pub(crate) use connect::{CONNECT_TIMEOUT, infos, master};

use crate::address::Address;
use crate::script::ScriptCall;
use connect::{Connection, Manner};
use lane::{Lane, Numbered};

/// How long a replica may take to confirm.
pub(crate) const CONFIRM_TIMEOUT: Duration = Duration::from_secs(1);

/// How long an answer may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

/// Pauses before another attempt, in milliseconds. A failover takes longer than all of them: meanwhile it is better to
/// say that the store is away.
const PAUSES: [u64; 5] = [10, 40, 100, 200, 400];

/// What is asked of a server.
#[derive(Debug)]
pub(crate) enum Request<'a> {
    /// A command.
    Command(Cmd),
    /// Commands of which each has a key of its own. Gives all answers, in order.
    Each(Vec<Cmd>),
    /// A script.
    Script(ScriptCall<'a>),
    /// A script, and then the confirmation of so many replicas.
    Confirmed(ScriptCall<'a>, u32),
}

/// Whether something may be asked again when nobody knows whether it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// Doing it twice is as good as once.
    Harmless,
    /// The second time would give another answer.
    Doubtful,
}

/// The connections.
#[derive(Debug)]
pub(crate) struct Link {
    reading: Lane,
    writing: Lane,
    /// Waiting for a replica holds up whatever else is asked on the same connection.
    confirming: Lane,
}

impl Link {
    pub(crate) fn new(address: &Arc<Address>) -> Self {
        let lane = |answer, driver_retries| Lane::new(Arc::clone(address), Manner { answer, driver_retries });
        Self {
            reading: lane(ANSWER_TIMEOUT, 3),
            writing: lane(ANSWER_TIMEOUT, 0),
            confirming: lane(ANSWER_TIMEOUT + CONFIRM_TIMEOUT, 0),
        }
    }

    /// Reads. May happen more than once.
    pub(crate) async fn read(&self, command: Cmd) -> RedisResult<Value> {
        only(self.reading.ask(&Request::Command(command), Again::Harmless).await?)
    }

    /// Reads many things at once. May happen more than once.
    pub(crate) async fn read_each(&self, commands: Vec<Cmd>) -> RedisResult<Vec<Value>> {
        if commands.is_empty() {
            return Ok(Vec::new());
        }
        self.reading.ask(&Request::Each(commands), Again::Harmless).await
    }

    /// Writes.
    pub(crate) async fn write(&self, request: &Request<'_>, again: Again) -> RedisResult<Value> {
        only(self.writing.ask(request, again).await?)
    }

    /// Runs the script and waits until so many replicas have what it wrote. Gives the script's answer and how many
    /// replicas confirmed in time.
    pub(crate) async fn confirm(
        &self,
        call: ScriptCall<'_>,
        replicas: u32,
        again: Again,
    ) -> RedisResult<(Value, i64)> {
        let values = self.confirming.ask(&Request::Confirmed(call, replicas), again).await?;
        let mut values = values.into_iter();
        match (values.next(), values.next()) {
            (Some(value), Some(Value::Int(confirmed))) => Ok((value, confirmed)),
            _ => Err(unexpected()),
        }
    }
}

impl Lane {
    async fn ask(&self, request: &Request<'_>, again: Again) -> RedisResult<Vec<Value>> {
        let mut pauses = PAUSES.into_iter();
        let mut knows_script = true;
        loop {
            let error = match self.attempt(request, knows_script).await {
                Ok(values) => return Ok(values),
                Err(Failed { error, .. }) if is_unknown_script(&error) && knows_script => {
                    knows_script = false;
                    continue;
                }
                Err(Failed { error, was_sent }) => {
                    // Where time is up once, the asker has waited long enough.
                    if error.is_timeout() || was_sent && !may_repeat(&error, again) {
                        return Err(error);
                    }
                    error
                }
            };
            let Some(pause) = pauses.next() else { return Err(error) };
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
    }

    async fn attempt(&self, request: &Request<'_>, knows_script: bool) -> Result<Vec<Value>, Failed> {
        let not_sent = |error| Failed { error, was_sent: false };
        let Numbered { number, mut connection } = self.connection().await.map_err(not_sent)?;
        let answer = connection.send(request, knows_script).await;
        answer.map_err(|error| {
            if is_broken(&error) {
                self.let_go(number);
            }
            Failed { error, was_sent: true }
        })
    }
}

struct Failed {
    error: RedisError,
    was_sent: bool,
}

impl Connection {
    async fn send(&mut self, request: &Request<'_>, knows_script: bool) -> RedisResult<Vec<Value>> {
        let command = |call: &ScriptCall<'_>| if knows_script { call.by_hash() } else { call.with_text() };
        match request {
            Request::Command(asked) => Ok(vec![self.one(asked).await?]),
            Request::Each(asked) => self.each(asked).await,
            Request::Script(call) => Ok(vec![self.one(&command(call)).await?]),
            Request::Confirmed(call, replicas) => {
                let mut wait = redis::cmd("WAIT");
                wait.arg(*replicas).arg(CONFIRM_TIMEOUT.as_millis());
                let key = call.keys.first().map_or(&[][..], Vec::as_slice);
                self.both(command(call), wait, key).await
            }
        }
    }

    async fn one(&mut self, command: &Cmd) -> RedisResult<Value> {
        let value = match self {
            Self::Server(server) => server.req_packed_command(command).await?,
            Self::Cluster(cluster) => cluster.req_packed_command(command).await?,
        };
        value.extract_error()
    }

    /// To a certain server of a cluster.
    async fn routed(&mut self, command: Cmd, route: RoutingInfo) -> RedisResult<Value> {
        match self {
            Self::Server(_) => self.one(&command).await,
            Self::Cluster(cluster) => cluster.route_command(command, route).await?.extract_error(),
        }
    }

    /// One server takes all in one piece. In a cluster each goes where its key is.
    async fn each(&mut self, commands: &[Cmd]) -> RedisResult<Vec<Value>> {
        if let Self::Server(server) = self {
            let mut pipeline = Pipeline::with_capacity(commands.len());
            for command in commands {
                pipeline.add_command(command.clone());
            }
            let values = server.req_packed_commands(&pipeline, 0, commands.len()).await?;
            return values.into_iter().map(Value::extract_error).collect();
        }
        let connections = commands.iter().map(|command| (self.clone(), command));
        let asked = connections.map(async |(mut connection, command)| connection.one(command).await);
        try_join_all(asked).await
    }

    /// Both on one connection, one right after the other: what is waited for is then what was written there.
    async fn both(&mut self, command: Cmd, wait: Cmd, key: &[u8]) -> RedisResult<Vec<Value>> {
        let mut pipeline = Pipeline::with_capacity(2);
        pipeline.add_command(command).add_command(wait);
        let values = match self {
            Self::Server(server) => server.req_packed_commands(&pipeline, 0, 2).await?,
            Self::Cluster(cluster) => {
                let master = SingleNodeRoutingInfo::SpecificNode(Route::with_key(key, SlotAddr::Master));
                cluster.route_pipeline(pipeline, 0, 2, master).await?
            }
        };
        values.into_iter().map(Value::extract_error).collect()
    }
}

fn only(values: Vec<Value>) -> RedisResult<Value> {
    values.into_iter().next().ok_or_else(unexpected)
}

fn unexpected() -> RedisError {
    (ErrorKind::UnexpectedReturnType, "the server gave another number of answers").into()
}

fn is_unknown_script(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::NoScript)
}

/// Whether to make another connection. A server that does not answer may be replaced already, and would be asked for
/// ever; one that became a replica is not the one that writes, and one without its replicas may not know yet that it was
/// replaced.
fn is_broken(error: &RedisError) -> bool {
    let became_replica = error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly);
    let lost_replicas = error.code() == Some("NOREPLICAS");
    error.is_io_error() || error.is_unrecoverable_error() || became_replica || lost_replicas
}

/// Whether trying again can help and does no harm. A server that refuses has done nothing.
fn may_repeat(error: &RedisError, again: Again) -> bool {
    match error.kind() {
        ErrorKind::Server(kind) => matches!(
            kind,
            ServerErrorKind::Moved
                | ServerErrorKind::Ask
                | ServerErrorKind::TryAgain
                | ServerErrorKind::ClusterDown
                | ServerErrorKind::MasterDown
                | ServerErrorKind::BusyLoading
                | ServerErrorKind::ReadOnly
        ),
        ErrorKind::ClusterConnectionNotFound => true,
        ErrorKind::Io => error.is_connection_refusal() || again == Again::Harmless,
        _ => false,
    }
}

//! Opening: look first, then touch.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{
    ClientWrapper, Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Timeouts,
};
use tokio_postgres::{Client, NoTls};

use crate::PostgresOptions;
use crate::database::Database;
use crate::error::OpenProblem;
use crate::schema;
use crate::server::Server;
use crate::tls::Tls;
use crate::url::Settings;
use crate::wake::Announcer;

/// Connects, looks at the schema and brings it up to date if that was asked for.
pub(crate) async fn prepare(settings: &Settings, options: &PostgresOptions) -> Result<(), OpenProblem> {
    let mut client = settings.server.connect(connecting_limit(settings, options)).await?;
    let prepared = async {
        require_usable_server(&client, settings.is_prepared).await?;
        if options.migrate {
            return schema::migrate(&mut client, &settings.schema).await;
        }
        match schema::inspect(&client, &settings.schema).await? {
            schema::NEWEST => Ok(()),
            found => Err(OpenProblem::OlderSchema { found, needed: schema::NEWEST }),
        }
    };
    prepared.await
}

/// Each of several hosts may keep us waiting.
fn connecting_limit(settings: &Settings, options: &PostgresOptions) -> Duration {
    let hosts = u32::try_from(settings.server.config.get_hosts().len()).unwrap_or(u32::MAX);
    options.connect_timeout.saturating_mul(hosts.saturating_add(1))
}

async fn require_usable_server(client: &Client, is_prepared: bool) -> Result<(), OpenProblem> {
    let asked = "SELECT current_setting('server_encoding'), current_setting('synchronous_commit'), \
                 current_setting('transaction_read_only')";
    let row = client.query_typed_one(asked, &[]).await?;
    let [encoding, commit, read_only]: [String; 3] = [row.try_get(0)?, row.try_get(1)?, row.try_get(2)?];
    match (encoding.as_str(), commit.as_str(), read_only.as_str()) {
        ("UTF8", _, "on") => Err(OpenProblem::ReadOnly),
        // Where connections are ours alone it is set for each of them.
        ("UTF8", "off" | "local", _) if !is_prepared => Err(OpenProblem::LosesCommits),
        ("UTF8", ..) => Ok(()),
        _ => Err(OpenProblem::Encoding(encoding)),
    }
}

/// The connections, which are made when they are needed.
pub(crate) fn database(
    settings: Settings,
    options: &PostgresOptions,
    announcer: Announcer,
) -> Result<Arc<Database>, OpenProblem> {
    let mut builder = Pool::builder(manager(&settings.server))
        .max_size(settings.connections)
        .runtime(Runtime::Tokio1)
        .timeouts(Timeouts {
            wait: Some(options.wait_timeout),
            create: Some(connecting_limit(&settings, options)),
            recycle: Some(options.connect_timeout),
        });
    if settings.is_prepared {
        builder = builder.post_create(session_settings(options.statement_timeout));
    }
    let pool = builder.build().map_err(|error| OpenProblem::Url(error.to_string()))?;
    Ok(Arc::new(Database {
        pool,
        schema: settings.schema,
        is_prepared: settings.is_prepared,
        statement_timeout: options.statement_timeout,
        announcer,
    }))
}

fn manager(server: &Server) -> Manager {
    let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    match &server.tls {
        Tls::Off => Manager::from_config(server.config.clone(), NoTls, config),
        Tls::On(tls) => Manager::from_config(server.config.clone(), tls.clone(), config),
    }
}

/// What every connection of ours has, whatever the server, the database or the user has by default. A level of
/// `synchronous_commit` that waits for more than this disk stays. Compiling statements that read a few rows takes longer
/// than reading them.
fn session_settings(statement_timeout: Duration) -> Hook {
    let limit = statement_timeout.as_millis();
    let settings = format!(
        "SET statement_timeout = {limit}; SET idle_in_transaction_session_timeout = {limit}; \
         SET default_transaction_isolation = 'read committed'; SET jit = off; \
         SELECT set_config('synchronous_commit', 'on', false) \
         WHERE current_setting('synchronous_commit') IN ('off', 'local')"
    );
    Hook::async_fn(move |client: &mut ClientWrapper, _| {
        let settings = settings.clone();
        Box::pin(async move { client.batch_execute(&settings).await.map_err(HookError::Backend) })
    })
}

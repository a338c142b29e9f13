//! Making connections.

use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::cluster::ClusterClientBuilder;
use redis::cluster_async::ClusterConnection;
use redis::io::tcp::TcpSettings;
use redis::sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType};
use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo as _,
    RedisConnectionInfo, RedisResult, TlsMode,
};

use crate::address::Address;

/// How long connecting may take, greeting included.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Between these the driver waits before it asks a cluster again, in milliseconds.
const CLUSTER_PAUSES: (u64, u64) = (25, 400);

/// How a connection behaves.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    /// How long an answer may take.
    pub(crate) answer: Duration,
    /// How often the driver may ask a cluster again by itself. It does that also where nobody knows whether the first
    /// time counted, so whatever writes must not allow it.
    pub(crate) driver_retries: u32,
}

/// A connection to the server, or to all servers of a cluster. Clones share it.
#[derive(Clone)]
pub(crate) enum Connection {
    Server(MultiplexedConnection),
    Cluster(ClusterConnection),
}

/// Connects to what the address means.
pub(crate) async fn connect(address: &Address, manner: Manner) -> RedisResult<Connection> {
    if address.is_cluster {
        return Ok(Connection::Cluster(connect_cluster(address, manner).await?));
    }
    let client = master(address).await?;
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECT_TIMEOUT))
        .set_response_timeout(Some(manner.answer));
    let connection = client.get_multiplexed_async_connection_with_config(&config).await?;
    Ok(Connection::Server(connection))
}

async fn connect_cluster(address: &Address, manner: Manner) -> RedisResult<ClusterConnection> {
    let mut builder = ClusterClientBuilder::new(infos(address)?)
        .connection_timeout(CONNECT_TIMEOUT)
        .response_timeout(manner.answer)
        .retries(manner.driver_retries)
        .min_retry_wait(CLUSTER_PAUSES.0)
        .max_retry_wait(CLUSTER_PAUSES.1)
        .tcp_settings(tcp());
    if address.is_encrypted {
        builder = builder.tls(TlsMode::Secure);
    }
    builder.build()?.get_async_connection().await
}

/// The server that writes: the only one, or the one that the Sentinels name.
pub(crate) async fn master(address: &Address) -> RedisResult<Client> {
    match &address.sentinel {
        Some(name) => sentinel(address, name)?.async_get_client().await,
        None => Client::open(infos(address)?.into_iter().next().ok_or_else(no_host)?),
    }
}

fn sentinel(address: &Address, name: &str) -> RedisResult<SentinelClient> {
    let sentinels = address.hosts.iter().map(|host| place(address, host));
    let mut builder = SentinelClientBuilder::new(sentinels, name, SentinelServerType::Master)?
        .set_client_to_redis_db(address.database)
        .set_client_to_redis_tcp_settings(tcp());
    if address.is_encrypted {
        builder = builder.set_client_to_redis_tls_mode(TlsMode::Secure);
    }
    if let Some(user) = &address.user {
        builder = builder.set_client_to_redis_username(user);
    }
    if let Some(password) = &address.password {
        builder = builder.set_client_to_redis_password(password);
    }
    builder.build()
}

/// How to reach each of the hosts directly.
pub(crate) fn infos(address: &Address) -> RedisResult<Vec<ConnectionInfo>> {
    let greeting = greeting(address);
    let info = |host| {
        let info = place(address, host).into_connection_info()?;
        Ok(info.set_redis_settings(greeting.clone()).set_tcp_settings(tcp()))
    };
    address.hosts.iter().map(info).collect()
}

fn greeting(address: &Address) -> RedisConnectionInfo {
    let mut greeting = RedisConnectionInfo::default().set_db(address.database);
    if let Some(user) = &address.user {
        greeting = greeting.set_username(user);
    }
    if let Some(password) = &address.password {
        greeting = greeting.set_password(password);
    }
    greeting
}

fn place(address: &Address, (host, port): &(String, u16)) -> ConnectionAddr {
    let (host, port) = (host.clone(), *port);
    if address.is_encrypted {
        ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None }
    } else {
        ConnectionAddr::Tcp(host, port)
    }
}

/// Requests are small and somebody waits for each.
fn tcp() -> TcpSettings {
    TcpSettings::default().set_nodelay(true)
}

fn no_host() -> redis::RedisError {
    (redis::ErrorKind::InvalidClientConfig, "no host is configured").into()
}

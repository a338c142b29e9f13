//! Going through the names of all keys: on one server after the other, in the order of their addresses.

use redis::cluster_routing::{RoutingInfo, SingleNodeRoutingInfo};
use redis::{ErrorKind, RedisResult, Value};

use super::Link;
use super::connect::Connection;
use super::lane::Numbered;

/// About so many names are looked at by one request.
const AT_ONCE: usize = 1000;

/// Which servers there are, and at which of them the search is.
#[derive(Debug)]
pub(crate) struct Server {
    /// Empty for a server by itself.
    place: String,
    /// The one after it.
    following: Option<String>,
}

/// A piece of the search.
#[derive(Debug)]
pub(crate) struct Scanned {
    /// What the server answered: its cursor and names.
    pub(crate) answer: Value,
    pub(crate) server: Server,
}

impl Server {
    /// Where to go on when the server gave this cursor; 0 means that it has no more.
    pub(crate) fn next(&self, cursor: &[u8]) -> Option<Vec<u8>> {
        let (place, cursor) = match (cursor, &self.following) {
            (b"0", None) => return None,
            (b"0", Some(following)) => (following, &b"0"[..]),
            (cursor, _) => (&self.place, cursor),
        };
        Some([cursor, b" ", place.as_bytes()].concat())
    }
}

impl Link {
    /// Asks for names that fit the pattern, from the mark on; the first one is empty.
    pub(crate) async fn scan(&self, pattern: &[u8], mark: &[u8]) -> RedisResult<Scanned> {
        let mark = String::from_utf8_lossy(mark).into_owned();
        let (cursor, place) = mark.split_once(' ').unwrap_or(("0", ""));
        let mut command = redis::cmd("SCAN");
        command.arg(cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(AT_ONCE);
        let Numbered { mut connection, .. } = self.reading.connection().await?;
        if let Connection::Server(_) = connection {
            let answer = connection.one(&command).await?;
            return Ok(Scanned { answer, server: Server { place: String::new(), following: None } });
        }
        let places = places(connection.one(redis::cmd("CLUSTER").arg("SLOTS")).await?);
        let server = server(&places, place)?;
        let (host, port) = server.place.rsplit_once(':').unwrap_or_default();
        let (host, port) = (host.to_owned(), port.parse().unwrap_or_default());
        let route = RoutingInfo::SingleNode(SingleNodeRoutingInfo::ByAddress { host, port });
        let answer = connection.routed(command, route).await?;
        Ok(Scanned { answer, server })
    }
}

/// The server at the place, or the first one.
fn server(places: &[String], place: &str) -> RedisResult<Server> {
    let mut from = places.iter().skip_while(|known| !place.is_empty() && *known != place);
    let place = from.next().cloned().ok_or((ErrorKind::Client, "the cluster changed during the search"))?;
    Ok(Server { place, following: from.next().cloned() })
}

/// Where the servers are that write, in order, from `CLUSTER SLOTS`: for each range of slots its ends, then its servers,
/// of which the first one writes.
fn places(slots: Value) -> Vec<String> {
    let list = |value: Value| if let Value::Array(values) = value { values } else { Vec::new() };
    let place = |range: Value| {
        let mut server = list(list(range).into_iter().nth(2)?).into_iter();
        let host: String = redis::from_redis_value(server.next()?).ok()?;
        let port: u16 = redis::from_redis_value(server.next()?).ok()?;
        Some(format!("{host}:{port}"))
    };
    let mut places: Vec<_> = list(slots).into_iter().filter_map(place).collect();
    places.sort();
    places.dedup();
    places
}

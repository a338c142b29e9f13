//! Opening the store: what the servers are, and whether they can be trusted with sessions.

use std::sync::Arc;

use redis::aio::ConnectionLike as _;
use redis::{AsyncConnectionConfig, Client, RedisError, Value};

use crate::address::Address;
use crate::error::{OpenError, OpenProblem, ServerFault};
use crate::keeper::{Keeper, Promise};
use crate::link::{Again, CONNECT_TIMEOUT, infos, master};
use crate::names::Bucket;
use crate::thread::Worker;
use crate::wake::{self, Wakes};
use crate::{ValkeyStore, values};

/// The first version with what the scripts need, as Redis counts; Valkey began at 7.2.
const OLDEST_VERSION: u32 = 7;

pub(crate) fn open(url: &str) -> Result<ValkeyStore, OpenError> {
    let unknown_place = |problem| OpenError { place: "store".to_owned(), problem: OpenProblem::Url(problem) };
    let address = Address::parse(url).map_err(unknown_place)?;
    let place = address.place();
    open_at(address).map_err(|problem| OpenError { place, problem })
}

fn open_at(address: Address) -> Result<ValkeyStore, OpenProblem> {
    let worker = Worker::spawn("valkey").map_err(OpenProblem::Thread)?;
    let opening = worker.ask_and_block(async move { look(address).await });
    let opened = opening.unwrap_or_else(|| Err(OpenProblem::Thread(std::io::Error::other("it stopped"))))?;
    let wakes = Wakes::default();
    worker.keep_doing(wake::listen(opened.address, opened.keeper.names.channel(), wakes.clone()));
    Ok(ValkeyStore { keeper: opened.keeper, wakes, worker })
}

struct Opened {
    address: Arc<Address>,
    keeper: Arc<Keeper>,
}

async fn look(mut address: Address) -> Result<Opened, OpenProblem> {
    let about = ask_first(&address).await?;
    address.is_cluster = about.judge(&address)?;
    let address = Arc::new(address);
    let keeper = Arc::new(Keeper::new(&address));
    if address.is_cluster {
        keeper.look_at_all().await?;
    }
    // Whether scripts may be run, and which servers have replicas.
    let looks = Bucket::all().map(|bucket| {
        keeper.run_in(bucket, &keeper.scripts.look, Vec::new(), (Promise::None, Again::Harmless))
    });
    futures_util::future::try_join_all(looks).await.map_err(|error| unreachable(&error))?;
    Ok(Opened { address, keeper })
}

/// The first host that answers.
async fn ask_first(address: &Address) -> Result<About, OpenProblem> {
    if address.sentinel.is_some() {
        let client = master(address).await.map_err(|error| refused(&error))?;
        return ask(&client).await;
    }
    let mut outcome = Err(OpenProblem::Unknown);
    for info in infos(address).map_err(|error| refused(&error))? {
        outcome = match Client::open(info) {
            Ok(client) => ask(&client).await,
            Err(error) => Err(refused(&error)),
        };
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

async fn ask(client: &Client) -> Result<About, OpenProblem> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECT_TIMEOUT))
        .set_response_timeout(Some(CONNECT_TIMEOUT));
    let connection = client.get_multiplexed_async_connection_with_config(&config).await;
    let mut connection = connection.map_err(|error| refused(&error))?;
    let answer = connection.req_packed_command(&redis::cmd("INFO")).await.and_then(Value::extract_error);
    About::parse(answer.map_err(|error| refused(&error))?)
}

impl Keeper {
    /// In a cluster each server has settings of its own.
    async fn look_at_all(&self) -> Result<(), OpenProblem> {
        let infos = self.read(redis::cmd("INFO")).await.map_err(|error| unreachable(&error))?;
        let Value::Map(servers) = infos else { return Err(OpenProblem::Unknown) };
        servers.into_iter().try_for_each(|(_, about)| About::parse(about)?.judge_alone())
    }
}

/// What a server says about itself.
#[derive(Debug)]
struct About(String);

impl About {
    fn parse(value: Value) -> Result<Self, OpenProblem> {
        let text = match value {
            Value::VerbatimString { text, .. } => text,
            other => {
                let bytes = values::bytes(other).map_err(|_| OpenProblem::Unknown)?;
                String::from_utf8(bytes).map_err(|_| OpenProblem::Unknown)?
            }
        };
        Ok(Self(text))
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.0.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
    }

    /// Whether it is a cluster, if it can be what the address says.
    fn judge(&self, address: &Address) -> Result<bool, OpenProblem> {
        match self.field("redis_mode").or_else(|| self.field("server_mode")) {
            Some("sentinel") => return Err(OpenProblem::IsSentinel),
            Some("cluster") if address.sentinel.is_some() || address.database != 0 => {
                return Err(OpenProblem::IsCluster);
            }
            Some("cluster") => {}
            Some(_) if address.is_cluster => return Err(OpenProblem::NoCluster),
            Some(_) => {}
            None => return Err(OpenProblem::Unknown),
        }
        self.judge_alone()?;
        if address.sentinel.is_some() {
            self.judge_replaced();
        }
        Ok(self.field("redis_mode").or_else(|| self.field("server_mode")) == Some("cluster"))
    }

    fn judge_alone(&self) -> Result<(), OpenProblem> {
        let version = self.field("redis_version").ok_or(OpenProblem::Unknown)?;
        let major = version.split('.').next().and_then(|number| number.parse::<u32>().ok());
        if major.is_none_or(|major| major < OLDEST_VERSION) {
            return Err(OpenProblem::TooOld { found: version.to_owned() });
        }
        self.judge_memory()?;
        self.judge_disk();
        Ok(())
    }

    /// Whatever has an end would be thrown away first, names that may be used only once among it.
    fn judge_memory(&self) -> Result<(), OpenProblem> {
        let policy = self.field("maxmemory_policy").unwrap_or("noeviction");
        if self.field("maxmemory").is_none_or(|limit| limit == "0") || policy == "noeviction" {
            return Ok(());
        }
        Err(OpenProblem::Evicts { policy: policy.to_owned() })
    }

    /// A server that says how many replicas are in step refuses to write where there are too few.
    fn judge_replaced(&self) {
        if self.field("min_slaves_good_slaves").is_none() {
            tracing::warn!(
                target: "crossgate::store",
                "a server that the Sentinels replaced while it runs would go on writing for some seconds, and the ends of \
                 sessions there would be lost; set min-replicas-to-write 1"
            );
        }
    }

    fn judge_disk(&self) {
        if self.field("aof_enabled") == Some("0") {
            tracing::warn!(
                target: "crossgate::store",
                "the server writes no append-only file: a restart forgets sessions and ends of sessions; set appendonly yes"
            );
        }
    }
}

fn refused(error: &RedisError) -> OpenProblem {
    OpenProblem::Unreachable(ServerFault::from(error))
}

fn unreachable(error: &crossgate_store::StoreError) -> OpenProblem {
    OpenProblem::Unreachable(ServerFault::Refused(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = "# Server\r\nredis_version:7.2.4\r\nredis_mode:standalone\r\nmaxmemory:100\r\n\
                         maxmemory_policy:noeviction\r\naof_enabled:1\r\n";

    fn judge(about: &str, url: &str) -> Result<bool, OpenProblem> {
        About(about.to_owned()).judge(&Address::parse(url).unwrap())
    }

    #[test]
    fn a_sound_server_is_taken_and_a_cluster_is_recognised() {
        assert!(!judge(SOUND, "valkey://a").unwrap());
        assert!(judge(&SOUND.replace("standalone", "cluster"), "valkey://a").unwrap());
    }

    #[test]
    fn a_server_that_is_too_old_is_refused() {
        let error = judge(&SOUND.replace("7.2.4", "6.2.14"), "valkey://a").unwrap_err();
        assert!(matches!(error, OpenProblem::TooOld { ref found } if found == "6.2.14"), "{error}");
    }

    #[test]
    fn a_server_that_throws_keys_away_is_refused_unless_its_memory_has_no_limit() {
        for policy in ["allkeys-lru", "volatile-ttl"] {
            let evicting = SOUND.replace("noeviction", policy);
            assert!(matches!(judge(&evicting, "valkey://a"), Err(OpenProblem::Evicts { .. })), "{policy}");
            let unlimited = evicting.replace("maxmemory:100", "maxmemory:0");
            assert!(judge(&unlimited, "valkey://a").is_ok(), "{policy}");
        }
    }

    #[test]
    fn what_the_url_takes_for_something_else_is_refused() {
        let sentinel = SOUND.replace("standalone", "sentinel");
        assert!(matches!(judge(&sentinel, "valkey://a"), Err(OpenProblem::IsSentinel)));
        assert!(matches!(judge(SOUND, "valkey://a?cluster=true"), Err(OpenProblem::NoCluster)));
        let cluster = SOUND.replace("standalone", "cluster");
        assert!(matches!(judge(&cluster, "valkey://a?sentinel=main"), Err(OpenProblem::IsCluster)));
        assert!(matches!(judge(&cluster, "valkey://a/1"), Err(OpenProblem::IsCluster)));
        assert!(matches!(judge("", "valkey://a"), Err(OpenProblem::Unknown)));
    }
}

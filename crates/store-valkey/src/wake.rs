//! Being told that something happened, instead of only looking from time to time.
//!
//! Every script that notes an event says so on one channel; a cluster passes that on to all of its servers, so it does
//! not matter at which one somebody listens. A message that is lost costs nothing but the time until the next look.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use redis::aio::PubSub;
use redis::{Client, RedisResult};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::address::Address;
use crate::link::{CONNECT_TIMEOUT, infos, master};

/// After so long without a message the connection is tried out.
const SILENCE: Duration = Duration::from_secs(10);

/// Until the next attempt to listen.
const PAUSE: Duration = Duration::from_secs(1);

/// Counts what was heard, so that nothing is missed between two waits.
#[derive(Debug, Clone)]
pub(crate) struct Wakes {
    heard: Arc<watch::Sender<u64>>,
    answered: Arc<AtomicU64>,
}

impl Default for Wakes {
    fn default() -> Self {
        Self { heard: Arc::new(watch::Sender::new(0)), answered: Arc::default() }
    }
}

impl Wakes {
    fn wake(&self) {
        self.heard.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Resolves when something was heard that no wait was answered with yet.
    pub(crate) async fn woken(&self) {
        let mut heard = self.heard.subscribe();
        let answered = self.answered.load(Ordering::Relaxed);
        if let Ok(count) = heard.wait_for(|count| *count != answered).await {
            self.answered.store(*count, Ordering::Relaxed);
            return;
        }
        // The sender is ours, so it is there.
        std::future::pending().await
    }
}

/// Listens for ever, at one host after the other when it fails.
pub(crate) async fn listen(address: Arc<Address>, channel: String, wakes: Wakes) {
    for turn in 0_usize.. {
        if let Err(error) = listen_once(&address, turn, &channel, &wakes).await {
            tracing::debug!(target: "crossgate::store", %error, "nobody wakes this process; it goes on looking");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn listen_once(address: &Address, turn: usize, channel: &str, wakes: &Wakes) -> RedisResult<()> {
    let client = client(address, turn).await?;
    let mut subscriber = timeout(CONNECT_TIMEOUT, subscribe(&client, channel)).await.map_err(late)??;
    // Something may have happened while nobody listened.
    wakes.wake();
    loop {
        let heard = timeout(SILENCE, subscriber.on_message().next()).await;
        match heard {
            Ok(Some(_)) => wakes.wake(),
            Ok(None) => return Ok(()),
            Err(_) => {
                timeout(CONNECT_TIMEOUT, subscriber.ping::<redis::Value>()).await.map_err(late)?.map(drop)?
            }
        }
    }
}

async fn client(address: &Address, turn: usize) -> RedisResult<Client> {
    if address.sentinel.is_some() {
        return master(address).await;
    }
    let hosts = infos(address)?;
    let place = turn.checked_rem(hosts.len()).unwrap_or(0);
    match hosts.into_iter().nth(place) {
        Some(info) => Client::open(info),
        None => master(address).await,
    }
}

async fn subscribe(client: &Client, channel: &str) -> RedisResult<PubSub> {
    let mut subscriber = client.get_async_pubsub().await?;
    subscriber.subscribe(channel).await?;
    Ok(subscriber)
}

fn late(_: tokio::time::error::Elapsed) -> std::io::Error {
    std::io::ErrorKind::TimedOut.into()
}

//! What happens when servers change their places. One after the other: each changes them for all.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod common;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::Duration;

use common::{
    CLUSTER, Prefix, SENTINEL, at, connection, id, master_by_name, masters, session_of, url, watched,
};
use crossgate_core::session::EndReason;
use crossgate_store::suite::block_on;
use crossgate_store::{SessionStore as _, StoreError};
use crossgate_store_valkey::ValkeyStore;
use redis::Connection;

const SESSIONS: u32 = 100;

/// Whoever changes the servers is alone with them.
static TURN: Mutex<()> = Mutex::new(());

fn create_some(store: &ValkeyStore) {
    for number in 0..SESSIONS {
        block_on(store.create(session_of(&format!("person {number}"), number))).unwrap();
    }
}

/// One field of each line of `CLUSTER NODES`, by another.
fn nodes(url: &str) -> Vec<BTreeMap<&'static str, String>> {
    let text: String = redis::cmd("CLUSTER").arg("NODES").query(&mut connection(url)).unwrap();
    let names = ["id", "place", "flags", "master"];
    text.lines().map(|line| names.into_iter().zip(line.split(' ').map(str::to_owned)).collect()).collect()
}

fn server_at(place: &str) -> Connection {
    connection(&format!("redis://{}", place.split('@').next().unwrap()))
}

/// A replica of every master takes over; gives how many.
fn every_replica_takes_over(url: &str) -> usize {
    let nodes = nodes(url);
    let mut chosen = BTreeMap::new();
    for node in nodes.iter().filter(|node| node["flags"].contains("slave")) {
        chosen.insert(node["master"].clone(), node["place"].clone());
    }
    for place in chosen.values() {
        let _: () = redis::cmd("CLUSTER").arg("FAILOVER").query(&mut server_at(place)).unwrap();
    }
    chosen.len()
}

/// The replica takes over; the Sentinels agree when this returns.
fn the_replica_takes_over(url: &str) {
    let (mut sentinel, name) = (connection(url), watched(url).unwrap());
    let before = master_by_name(&mut sentinel, &name);
    let _: () = redis::cmd("SENTINEL").arg("FAILOVER").arg(&name).query(&mut sentinel).unwrap();
    let is_over = || master_by_name(&mut sentinel, &name) != before;
    assert!(within_patience(is_over), "the Sentinels have another server");
}

fn within_patience(mut is_there: impl FnMut() -> bool) -> bool {
    (0..300).any(|_| {
        is_there() || {
            sleep(Duration::from_millis(100));
            false
        }
    })
}

/// Asks with patience: while a server changes, the store may say that it is away.
fn until_there<T>(mut attempt: impl FnMut() -> Result<T, StoreError>) -> T {
    let mut found = None;
    within_patience(|| match attempt() {
        Ok(value) => found.replace(value).is_none(),
        Err(StoreError::Unavailable { .. }) => false,
        Err(other) => panic!("{other}"),
    });
    found.unwrap()
}

#[test]
fn what_ended_stays_ended_and_what_lives_lives_on_when_the_cluster_changes() {
    let Some(url) = url(CLUSTER) else { return };
    let take_over = || assert!(every_replica_takes_over(&url) > 0, "the cluster has replicas");
    what_ended_stays_ended_and_what_lives_lives_on(&url, take_over);
}

#[test]
fn what_ended_stays_ended_and_what_lives_lives_on_when_sentinels_choose_another_server() {
    let Some(url) = url(SENTINEL) else { return };
    what_ended_stays_ended_and_what_lives_lives_on(&url, || the_replica_takes_over(&url));
}

fn what_ended_stays_ended_and_what_lives_lives_on(url: &str, take_over: impl FnOnce()) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let prefix = Prefix::new(url);
    let store = prefix.open();
    create_some(&store);
    for number in 0..SESSIONS / 2 {
        assert!(block_on(store.end(id(number), EndReason::SignedOut, at(1))).unwrap().is_some());
    }
    take_over();
    // Another process, which remembers nothing.
    let other = until_there(|| ValkeyStore::open(&prefix.url()).map_err(StoreError::unavailable));
    for number in 0..SESSIONS {
        let is_there = until_there(|| block_on(store.load(id(number)))).is_some();
        assert_eq!(is_there, number >= SESSIONS / 2, "session {number}");
        assert_eq!(until_there(|| block_on(other.load(id(number)))).is_some(), is_there, "session {number}");
    }
    for number in SESSIONS / 2..SESSIONS {
        until_there(|| block_on(store.end(id(number), EndReason::SignedOut, at(2))));
        assert_eq!(until_there(|| block_on(other.load(id(number)))), None);
    }
}

/// The server that gives a slot away has half of its rows: nothing may be decided on them.
#[test]
fn while_a_slot_moves_nothing_of_it_changes() {
    let Some(url) = url(CLUSTER) else { return };
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let prefix = Prefix::new(&url);
    let store = prefix.open();
    block_on(store.create(session_of("ada", 1))).unwrap();
    let moving = Moving::begin(&url, &prefix);
    let end = block_on(store.end(id(1), EndReason::SignedOut, at(1)));
    assert!(matches!(end, Err(StoreError::Unavailable { .. })), "{end:?}");
    let other = block_on(store.create(session_of("ada", 2)));
    assert!(matches!(other, Err(StoreError::Unavailable { .. })), "{other:?}");
    assert!(block_on(store.load(id(1))).unwrap().is_some(), "it can be read");
    drop(moving);
    assert!(block_on(store.end(id(1), EndReason::SignedOut, at(1))).unwrap().is_some());
}

/// A slot that is about to move from one server to another, until it is dropped.
struct Moving {
    slot: u16,
    from: Connection,
    to: Connection,
}

impl Moving {
    /// The slot of the only rows that there are.
    fn begin(url: &str, prefix: &Prefix) -> Self {
        let mut servers = masters(url);
        let has_row = |server: &mut Connection| {
            let pattern = format!("{{{}:*:session:*", prefix.name);
            redis::cmd("KEYS").arg(pattern).query::<Vec<Vec<u8>>>(server).unwrap().pop()
        };
        let place = servers.iter_mut().position(|server| has_row(server).is_some()).unwrap();
        let mut from = servers.remove(place);
        let row = has_row(&mut from).unwrap();
        let slot = redis::cmd("CLUSTER").arg("KEYSLOT").arg(row).query(&mut from).unwrap();
        let mut moving = Self { slot, from, to: servers.pop().unwrap() };
        let [from, to] = [own_id(&mut moving.from), own_id(&mut moving.to)];
        set_slot(&mut moving.to, slot, &["IMPORTING", &from]);
        set_slot(&mut moving.from, slot, &["MIGRATING", &to]);
        moving
    }
}

impl Drop for Moving {
    fn drop(&mut self) {
        set_slot(&mut self.from, self.slot, &["STABLE"]);
        set_slot(&mut self.to, self.slot, &["STABLE"]);
    }
}

fn own_id(server: &mut Connection) -> String {
    redis::cmd("CLUSTER").arg("MYID").query(server).unwrap()
}

fn set_slot(server: &mut Connection, slot: u16, what: &[&str]) {
    let _: () = redis::cmd("CLUSTER").arg("SETSLOT").arg(slot).arg(what).query(server).unwrap();
}

//! A way to the server that breaks on command.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// What it does to connections.
#[derive(Default)]
struct Mood {
    is_away: AtomicBool,
    answers_to_lose: AtomicUsize,
    sockets: Mutex<Vec<TcpStream>>,
}

/// Passes bytes on between whoever connects and the server.
pub(crate) struct Proxy {
    port: u16,
    mood: Arc<Mood>,
}

impl Proxy {
    /// In front of the server of a URL without options, which must name one host and its port.
    pub(crate) fn before(server: &str) -> Self {
        let address = address(server).to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, mood) = (listener.local_addr().unwrap().port(), Arc::new(Mood::default()));
        let passing = Arc::clone(&mood);
        thread::spawn(move || {
            for client in listener.incoming().map(Result::unwrap) {
                if !passing.is_away.load(Ordering::SeqCst) {
                    join(client, TcpStream::connect(&address).unwrap(), &passing);
                }
            }
        });
        Self { port, mood }
    }

    /// The URL by way of this proxy.
    pub(crate) fn url(&self, url: &str) -> String {
        url.replacen(address(url), &format!("127.0.0.1:{}", self.port), 1)
    }

    /// The next answer of the server is lost with its connection, after the server has done what it was asked for.
    pub(crate) fn lose_next_answer(&self) {
        self.mood.answers_to_lose.store(1, Ordering::SeqCst);
    }

    /// Every connection breaks; new ones go through.
    pub(crate) fn break_all(&self) {
        for socket in self.mood.sockets.lock().unwrap().drain(..) {
            drop(socket.shutdown(Shutdown::Both));
        }
    }

    /// Every connection breaks, and none comes about until it is back.
    pub(crate) fn go_away(&self) {
        self.mood.is_away.store(true, Ordering::SeqCst);
        self.break_all();
    }

    pub(crate) fn come_back(&self) {
        self.mood.is_away.store(false, Ordering::SeqCst);
    }
}

/// `host:port` in a URL.
fn address(url: &str) -> &str {
    let (_, rest) = url.split_once("://").unwrap();
    let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap()
}

fn join(client: TcpStream, server: TcpStream, mood: &Arc<Mood>) {
    let copies = [&client, &server].map(|socket| socket.try_clone().unwrap());
    mood.sockets.lock().unwrap().extend(copies);
    let (to_server, to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    let answering = Arc::clone(mood);
    thread::spawn(move || pass(client, to_server, || false));
    thread::spawn(move || pass(server, to_client, || take_one(&answering.answers_to_lose)));
}

fn take_one(count: &AtomicUsize) -> bool {
    count.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |count| count.checked_sub(1)).is_ok()
}

fn pass(mut from: TcpStream, mut to: TcpStream, is_lost: impl Fn() -> bool) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if is_lost() || to.write_all(buffer.get(..length).unwrap_or_default()).is_err() {
            break;
        }
    }
    for socket in [from, to] {
        drop(socket.shutdown(Shutdown::Both));
    }
}

//! A way to a server that breaks, or stands still, when it is told to.

#![allow(dead_code, reason = "each test file uses some of it")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "only tests use it")]

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};

/// Passes bytes on in both directions.
pub(crate) struct Proxy {
    address: SocketAddr,
    ways: Arc<Ways>,
}

#[derive(Default)]
struct Ways {
    open: Mutex<Vec<TcpStream>>,
    stands_still: Mutex<bool>,
    goes_on: Condvar,
    is_closed: AtomicBool,
}

impl Proxy {
    pub(crate) fn to(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Self { address: listener.local_addr().unwrap(), ways: Arc::default() };
        let (server, ways) = (server.to_owned(), Arc::clone(&proxy.ways));
        std::thread::spawn(move || {
            for browser in listener.incoming().map_while(Result::ok) {
                match TcpStream::connect(&server) {
                    Ok(server) if !ways.is_closed.load(Ordering::SeqCst) => ways.join(&browser, &server),
                    _ => {}
                }
            }
        });
        proxy
    }

    pub(crate) fn url(&self) -> String {
        format!("valkey://{}", self.address)
    }

    /// Breaks every connection; new ones can be made.
    pub(crate) fn break_all(&self) {
        for stream in self.ways.open.lock().unwrap().drain(..) {
            drop(stream.shutdown(Shutdown::Both));
        }
    }

    /// Breaks every connection, and whatever is made anew breaks at once.
    pub(crate) fn close(&self) {
        self.ways.is_closed.store(true, Ordering::SeqCst);
        self.break_all();
    }

    pub(crate) fn open(&self) {
        self.ways.is_closed.store(false, Ordering::SeqCst);
    }

    /// From now on nothing passes, or everything again; connections stay.
    pub(crate) fn stand_still(&self, stands_still: bool) {
        *self.ways.stands_still.lock().unwrap() = stands_still;
        self.ways.goes_on.notify_all();
    }
}

impl Ways {
    fn join(self: &Arc<Self>, one: &TcpStream, other: &TcpStream) {
        for (from, to) in [(one, other), (other, one)] {
            let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
            self.open.lock().unwrap().push(from.try_clone().unwrap());
            let ways = Arc::clone(self);
            std::thread::spawn(move || ways.pass(from, to));
        }
    }

    fn pass(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            let still = self.stands_still.lock().unwrap();
            drop(self.goes_on.wait_while(still, |still| *still).unwrap());
            if to.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        drop((from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both)));
    }
}

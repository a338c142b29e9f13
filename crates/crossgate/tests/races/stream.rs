//! Answers that go on, watched to their last byte.

use std::time::Instant;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::client::Door;
use crate::people::Person;

/// Resolves when the stream is over: when its last byte came.
pub(crate) type Watched = JoinHandle<Instant>;

/// Server-sent events.
pub(crate) async fn events(door: &Door, person: &Person) -> Watched {
    open(door, person, "/api/events", "Accept: text/event-stream\r\n").await
}

/// A WebSocket.
pub(crate) async fn socket(door: &Door, person: &Person) -> Watched {
    let lines = format!(
        "Origin: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        door.origin
    );
    open(door, person, "/api/socket", &lines).await
}

/// Resolves when the stream says that it is there.
async fn open(door: &Door, person: &Person, target: &str, lines: &str) -> Watched {
    let host = door.origin.trim_start_matches("http://");
    let head = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\n{lines}\r\n", person.cookie);
    let mut stream = TcpStream::connect(door.address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut received = Vec::new();
    while !String::from_utf8_lossy(&received).contains("still here") {
        let count = stream.read_buf(&mut received).await.unwrap();
        assert!(count > 0, "{target}: {}", String::from_utf8_lossy(&received));
    }
    tokio::spawn(last_byte(stream, received))
}

async fn last_byte(mut stream: TcpStream, mut received: Vec<u8>) -> Instant {
    let mut last = Instant::now();
    loop {
        received.clear();
        match stream.read_buf(&mut received).await {
            Ok(1..) => last = Instant::now(),
            Ok(0) | Err(_) => return last,
        }
    }
}

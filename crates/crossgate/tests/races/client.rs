//! Connections to the gateways: one request after the other, many connections at a time.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::Answer;

/// Longer than anything may take; only a gateway that hangs reaches it.
const LIMIT: Duration = Duration::from_secs(60);

/// Gateways close a connection that nobody uses for ten seconds; one that was idle for this long is not used again.
const IDLE: Duration = Duration::from_secs(5);

/// Where a gateway is, and under which address browsers know all of them.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    pub(crate) address: SocketAddr,
    pub(crate) origin: String,
}

/// What came of a request.
#[derive(Debug)]
pub(crate) enum Heard {
    Answer(Answer),
    /// The connection broke, or was never made.
    Lost,
    /// The gateway kept the connection open and said nothing.
    Silence,
}

/// A connection, opened when it is needed first.
#[derive(Debug)]
pub(crate) struct Client {
    door: Door,
    stream: Option<TcpStream>,
    received: Vec<u8>,
    used_at: Instant,
}

impl Client {
    pub(crate) fn new(door: Door) -> Self {
        Self { door, stream: None, received: Vec::new(), used_at: Instant::now() }
    }

    pub(crate) async fn open(&mut self) -> std::io::Result<()> {
        if self.used_at.elapsed() > IDLE {
            self.stream = None;
        }
        self.used_at = Instant::now();
        if self.stream.is_none() {
            let stream = TcpStream::connect(self.door.address).await?;
            stream.set_nodelay(true)?;
            self.stream = Some(stream);
        }
        Ok(())
    }

    /// A page's script asks; `cookies` are pairs of name and value as they stand in the header.
    pub(crate) async fn get(&mut self, target: &str, cookies: &str) -> Heard {
        self.ask("GET", target, &format!("Cookie: {cookies}\r\n"), "").await
    }

    /// A form is sent.
    pub(crate) async fn post(&mut self, target: &str, cookies: &str, form: &str) -> Heard {
        let lines = format!(
            "Cookie: {cookies}\r\nOrigin: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
            self.door.origin,
            form.len()
        );
        self.ask("POST", target, &lines, form).await
    }

    /// A page's script changes something.
    pub(crate) async fn change(&mut self, target: &str, cookies: &str, csrf_token: &str) -> Heard {
        let origin = &self.door.origin;
        let lines = format!(
            "Cookie: {cookies}\r\nOrigin: {origin}\r\nX-CSRF-Token: {csrf_token}\r\nContent-Length: 0\r\n"
        );
        self.ask("POST", target, &lines, "").await
    }

    async fn ask(&mut self, method: &str, target: &str, lines: &str, body: &str) -> Heard {
        let host = self.door.origin.trim_start_matches("http://");
        let text = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n{lines}\r\n{body}");
        match tokio::time::timeout(LIMIT, self.exchange(text.as_bytes())).await {
            Ok(Some(answer)) => Heard::Answer(answer),
            Ok(None) => {
                self.stream = None;
                Heard::Lost
            }
            Err(_) => Heard::Silence,
        }
    }

    async fn exchange(&mut self, bytes: &[u8]) -> Option<Answer> {
        self.open().await.ok()?;
        self.stream.as_mut()?.write_all(bytes).await.ok()?;
        loop {
            if let Some(answer) = Answer::take(&mut self.received, false, false) {
                return Some(answer);
            }
            if self.stream.as_mut()?.read_buf(&mut self.received).await.ok()? == 0 {
                return None;
            }
        }
    }
}

impl Heard {
    /// The answer, where one is needed to go on.
    pub(crate) fn expect(self, what: &str) -> Answer {
        match self {
            Self::Answer(answer) if answer.status == 200 => answer,
            other => panic!("{what}: {other:?}"),
        }
    }
}

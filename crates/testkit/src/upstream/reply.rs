//! What an upstream does with a request.

use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What an upstream does with a request.
pub struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) act: Act,
}

pub(super) enum Act {
    /// Answers with this body.
    Whole(Vec<u8>),
    /// Answers with a body that comes piece by piece.
    Stream(UnboundedReceiver<Vec<u8>>),
    /// Answers with a body of this many bytes, as fast as they are taken.
    Flood(usize),
    /// Says these bytes, whatever they are, and closes.
    Raw(Vec<u8>),
    /// Closes the connection without an answer.
    Close,
    /// Never answers.
    Hang,
    /// Switches protocols and says back what it hears; holds the other end of a [`Feed`] as long as it does.
    Echo { _watched: Option<UnboundedReceiver<Vec<u8>>> },
}

/// The other end of a streamed body. Dropped, the body is over.
pub struct Feed(UnboundedSender<Vec<u8>>);

impl Feed {
    /// The next piece.
    pub fn send(&self, piece: &str) {
        // Nobody may be listening any more; then nobody misses it.
        let _gone = self.0.send(piece.as_bytes().to_vec());
    }

    /// Waits until nobody takes pieces any more.
    pub async fn closed(&self) {
        self.0.closed().await;
    }
}

impl Reply {
    /// An empty answer.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), act: Act::Whole(Vec::new()) }
    }

    /// Whether it lets somebody have what they asked for.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// An answer with a body of this type.
    #[must_use]
    pub fn body(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { act: Act::Whole(body.into()), ..Self::status(status) }.header("Content-Type", content_type)
    }

    /// JSON.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::body(status, "application/json", body.to_string())
    }

    /// A body that the test sends piece by piece.
    #[must_use]
    pub fn stream(content_type: &str) -> (Self, Feed) {
        let (sender, receiver) = unbounded_channel();
        let reply = Self { act: Act::Stream(receiver), ..Self::status(200) };
        (reply.header("Content-Type", content_type), Feed(sender))
    }

    /// So many bytes, as fast as they are taken; see [`Upstream::flooded`](super::Upstream::flooded).
    #[must_use]
    pub fn flood(bytes: usize) -> Self {
        Self { act: Act::Flood(bytes), ..Self::status(200) }
    }

    /// These bytes, whatever they are; then the connection is closed.
    #[must_use]
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self { act: Act::Raw(bytes.into()), ..Self::status(0) }
    }

    /// The connection is closed without an answer.
    #[must_use]
    pub fn close() -> Self {
        Self { act: Act::Close, ..Self::status(0) }
    }

    /// Never an answer.
    #[must_use]
    pub fn hang() -> Self {
        Self { act: Act::Hang, ..Self::status(0) }
    }

    /// Another protocol; everything is said back.
    #[must_use]
    pub fn echo_websocket() -> Self {
        let reply = Self { act: Act::Echo { _watched: None }, ..Self::status(101) };
        reply.header("Connection", "Upgrade").header("Upgrade", "websocket")
    }

    /// As [`echo_websocket`](Self::echo_websocket); the feed only tells when the connection is [closed](Feed::closed).
    #[must_use]
    pub fn watched_websocket() -> (Self, Feed) {
        let (sender, receiver) = unbounded_channel();
        (Self { act: Act::Echo { _watched: Some(receiver) }, ..Self::echo_websocket() }, Feed(sender))
    }

    /// With one more header line.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        let mut reply = self;
        reply.headers.push((name.to_owned(), value.to_owned()));
        reply
    }

    pub(super) fn head(&self, framing: &str) -> Vec<u8> {
        let lines: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        format!("HTTP/1.1 {} Told So\r\n{lines}{framing}\r\n", self.status).into_bytes()
    }
}

//! One end of a connection, read as HTTP/1.1 but judged by nobody: tests look at what really came.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Header lines as they came: names as they were written, values trimmed.
pub(crate) type Lines = Vec<(String, String)>;

/// A connection and what was read ahead from it.
pub(crate) struct Pipe {
    stream: TcpStream,
    ahead: Vec<u8>,
}

/// How a body is delimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    None,
    Length(usize),
    Chunked,
    UntilClose,
}

impl Framing {
    /// As the header lines say, or else `otherwise`.
    pub(crate) fn of(lines: &Lines, otherwise: Self) -> Self {
        let find = |wanted: &str| lines.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        match (find("transfer-encoding"), find("content-length")) {
            (Some(_), _) => Self::Chunked,
            (None, Some((_, length))) => length.parse().map_or(otherwise, Self::Length),
            (None, None) => otherwise,
        }
    }
}

impl Pipe {
    pub(crate) fn new(stream: TcpStream) -> Self {
        stream.set_nodelay(true).unwrap();
        Self { stream, ahead: Vec::new() }
    }

    /// False when the other side is gone.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).await.is_ok()
    }

    /// Says that nothing more will come.
    pub(crate) async fn finish(&mut self) {
        // The other side may be gone already; then there is nobody to tell.
        let _gone = self.stream.shutdown().await;
    }

    /// As many of the bytes as the network takes right now.
    pub(crate) fn send_what_fits(&self, bytes: &[u8]) -> usize {
        self.stream.try_write(bytes).unwrap_or(0)
    }

    /// Reads more; false at the end. A reset is an end too.
    async fn read_more(&mut self) -> bool {
        let mut piece = [0; 16 * 1024];
        match self.stream.read(&mut piece).await {
            Ok(0) | Err(_) => false,
            Ok(read) => {
                self.ahead.extend_from_slice(&piece[..read]);
                true
            }
        }
    }

    /// Everything up to and including `end`.
    async fn until(&mut self, end: &[u8]) -> Option<Vec<u8>> {
        loop {
            if let Some(at) = self.ahead.windows(end.len()).position(|window| window == end) {
                return Some(self.ahead.drain(..at + end.len()).collect());
            }
            if !self.read_more().await {
                return None;
            }
        }
    }

    /// First line and header lines; `None` when the other side closed before.
    pub(crate) async fn head(&mut self) -> Option<(String, Lines)> {
        let bytes = self.until(b"\r\n\r\n").await?;
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.trim_end().split("\r\n");
        let first = lines.next()?.to_owned();
        let fields = lines.filter_map(|line| line.split_once(':'));
        Some((first, fields.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect()))
    }

    /// The next piece of a body, moving `framing` on; empty when it is over, `None` when it broke off.
    pub(crate) async fn piece(&mut self, framing: &mut Framing) -> Option<Vec<u8>> {
        match framing {
            Framing::None | Framing::Length(0) => Some(Vec::new()),
            Framing::Length(left) => {
                let piece = self.some(*left).await?;
                *left -= piece.len();
                Some(piece)
            }
            Framing::UntilClose => Some(self.some(usize::MAX).await.unwrap_or_default()),
            Framing::Chunked => self.chunk(framing).await,
        }
    }

    async fn chunk(&mut self, framing: &mut Framing) -> Option<Vec<u8>> {
        let line = String::from_utf8(self.until(b"\r\n").await?).ok()?;
        let size = usize::from_str_radix(line.trim_end().split(';').next()?, 16).ok()?;
        if size == 0 {
            while self.until(b"\r\n").await? != b"\r\n" {}
            *framing = Framing::None;
            return Some(Vec::new());
        }
        let data = self.exactly(size).await?;
        self.exactly(2).await?;
        Some(data)
    }

    async fn exactly(&mut self, size: usize) -> Option<Vec<u8>> {
        while self.ahead.len() < size {
            if !self.read_more().await {
                return None;
            }
        }
        Some(self.ahead.drain(..size).collect())
    }

    /// At least one byte and at most `most`; `None` at the end.
    pub(crate) async fn some(&mut self, most: usize) -> Option<Vec<u8>> {
        if self.ahead.is_empty() && !self.read_more().await {
            return None;
        }
        let taken = self.ahead.len().min(most);
        Some(self.ahead.drain(..taken).collect())
    }

    /// Everything until the other side closes.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        while self.read_more().await {}
        std::mem::take(&mut self.ahead)
    }
}

//! Answers that go on until somebody ends them: what comes last says when that was.

use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// Between two events.
const PAUSE: Duration = Duration::from_millis(5);

/// Server-sent events.
pub(super) async fn events(stream: TcpStream) -> Option<()> {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
    repeat(stream, head, b"data: still here\n\n").await
}

/// A WebSocket whose server says the same over and over (RFC 6455 §5.2: one text frame).
pub(super) async fn socket(stream: TcpStream) -> Option<()> {
    let head = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    repeat(stream, head, b"\x81\x0astill here").await
}

/// Until the other side closes, which also a stream that nobody writes to would notice.
async fn repeat(stream: TcpStream, head: &str, piece: &[u8]) -> Option<()> {
    let mut stream = BufReader::new(stream);
    stream.get_mut().write_all(head.as_bytes()).await.ok()?;
    loop {
        stream.get_mut().write_all(piece).await.ok()?;
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            _ = stream.fill_buf() => return None,
        }
    }
}

//! Requests, read from bytes.

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::net::TcpStream;

/// What of a request the API looks at.
#[derive(Debug)]
pub(crate) struct Request {
    /// `GET /api/mine`
    pub(crate) line: String,
    /// The bearer token.
    pub(crate) token: String,
    pub(crate) body: Value,
}

impl Request {
    pub(crate) async fn read(reader: &mut BufReader<TcpStream>) -> Option<Self> {
        let line = read_line(reader).await?;
        let (mut token, mut length) = (String::new(), 0);
        loop {
            let header = read_line(reader).await?;
            let Some((name, value)) = header.split_once(": ") else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().ok()?,
                "authorization" => token = value.trim_start_matches("Bearer ").to_owned(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).await.ok()?;
        let line = line.trim_end_matches(" HTTP/1.1").to_owned();
        Some(Self { line, token, body: serde_json::from_slice(&body).unwrap_or_default() })
    }

    /// The text of a member of the body; empty where there is none.
    pub(crate) fn text(&self, member: &str) -> &str {
        self.body[member].as_str().unwrap_or_default()
    }
}

async fn read_line(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    match reader.read_line(&mut line).await {
        Ok(1..) => Some(line.trim_end().to_owned()),
        _ => None,
    }
}

/// An answer in JSON, as bytes.
pub(crate) fn answer(status: u16, body: &Value) -> String {
    let body = body.to_string();
    let reason = if status == 200 { "OK" } else { "No" };
    format!(
        "HTTP/1.1 {status} {reason}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

//! The API behind the gateway: everybody may sign in, and it says whose token it was shown.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};

use serde_json::{Value, json};

/// Starts it; it lives as long as the test.
pub(crate) fn start() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || serve(stream));
        }
    });
    address
}

/// Requests of one connection, until the gateway closes it, or is killed.
fn serve(stream: TcpStream) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(stream);
    loop {
        let request = Request::read(&mut reader)?;
        let answer = request.answer();
        reader.get_mut().write_all(answer.as_bytes()).ok()?;
    }
}

struct Request {
    line: String,
    token: String,
    body: Value,
}

impl Request {
    fn read(reader: &mut BufReader<TcpStream>) -> Option<Self> {
        let line = read_line(reader)?;
        let (mut token, mut length) = (String::new(), 0);
        loop {
            let header = read_line(reader)?;
            let Some((name, value)) = header.split_once(": ") else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().ok()?,
                "authorization" => token = value.trim_start_matches("Bearer ").to_owned(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        Some(Self { line, token, body: serde_json::from_slice(&body).unwrap_or_default() })
    }

    fn answer(&self) -> String {
        let (status, body) = match self.line.as_str() {
            "POST /api/login HTTP/1.1" => ("200 OK", self.sign_in()),
            "POST /api/logout HTTP/1.1" => ("200 OK", json!({})),
            "GET /api/mine HTTP/1.1" => {
                ("200 OK", json!({ "person": self.token.trim_start_matches("token-of-") }))
            }
            _ => ("404 Not Found", json!({})),
        };
        let body = body.to_string();
        format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    fn sign_in(&self) -> Value {
        let email = self.body["email"].as_str().unwrap_or_default();
        json!({
            "user": { "id": email, "email": email },
            "token": format!("token-of-{email}"),
            "refreshToken": format!("refresh-of-{email}"),
        })
    }
}

fn read_line(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    match reader.read_line(&mut line) {
        Ok(1..) => Some(line.trim_end().to_owned()),
        _ => None,
    }
}

//! An upstream that writes down every byte it is sent. It is app and API in one, and lets everybody sign in.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// Stands in every answer, so that one can tell them from the gateway's own.
pub(crate) const MARK: &str = "the upstream answers";

/// See the [module](self).
pub(crate) struct Recorder {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    seen: Mutex<Vec<String>>,
    open: Mutex<Vec<TcpStream>>,
    stopped: AtomicBool,
}

impl Recorder {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || accept(&listener, &accepting));
        Self { address, shared }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What arrived since the last call: whole requests, in their order.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.seen.lock().unwrap())
    }

    /// From now on nobody is there.
    pub(crate) fn stop(&self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // The listener waits for one more connection before it looks.
        drop(TcpStream::connect(self.address));
        for stream in self.shared.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming().flatten() {
        if shared.stopped.load(Ordering::SeqCst) {
            return;
        }
        shared.open.lock().unwrap().push(stream.try_clone().unwrap());
        let shared = Arc::clone(shared);
        std::thread::spawn(move || serve(&shared, stream));
    }
}

fn serve(shared: &Shared, stream: TcpStream) -> Option<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let request = read_request(&mut reader)?;
        let answer = answer_to(&request);
        shared.seen.lock().unwrap().push(request);
        reader.get_mut().write_all(answer.as_bytes()).ok()?;
    }
}

/// Head and body as they came; the body of a chunked request with its chunk sizes.
pub(crate) fn read_request(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut text = read_until_empty_line(reader)?;
    let head = text.to_ascii_lowercase();
    if let Some(length) = head.split("content-length: ").nth(1) {
        let mut body = vec![0; length.split("\r\n").next()?.parse().ok()?];
        reader.read_exact(&mut body).ok()?;
        text.push_str(&String::from_utf8_lossy(&body));
    }
    while head.contains("transfer-encoding:") && !text.ends_with("\r\n0\r\n\r\n") {
        text.push_str(&read_line(reader)?);
    }
    Some(text)
}

fn read_until_empty_line(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push_str(&read_line(reader)?);
    }
    Some(head)
}

fn read_line(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = Vec::new();
    match reader.read_until(b'\n', &mut line) {
        Ok(1..) => Some(String::from_utf8_lossy(&line).into_owned()),
        _ => None,
    }
}

fn answer_to(request: &str) -> String {
    let line = request.lines().next().unwrap_or_default();
    let body = match line {
        "POST /api/login HTTP/1.1" => {
            r#"{"user":{"id":1,"name":"Ada Lovelace","email":"ada@shop.example"},"token":"token-of-ada"}"#
                .to_owned()
        }
        line => format!("{MARK} {line}"),
    };
    let body = if line.starts_with("HEAD ") { String::new() } else { body };
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

//! Between the gateway and the API: passes everything on and remembers what was said.

use std::io::{BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::recorder::read_request;
use crate::support::{Answer, Connection};

/// One request to the API and what it answered.
pub(crate) struct Exchange {
    pub(crate) request: String,
    pub(crate) answer: Answer,
}

/// See the [module](self).
pub(crate) struct Tap {
    pub(crate) url: String,
    exchanges: Receiver<Exchange>,
}

impl Tap {
    pub(crate) fn in_front_of(api_url: &str) -> Self {
        let api: SocketAddr = api_url.trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, exchanges) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sender = sender.clone();
                std::thread::spawn(move || pass_on(stream, api, &sender));
            }
        });
        Self { url, exchanges }
    }

    /// Waits for the next request that begins like this; what came before it is forgotten.
    pub(crate) fn wait_for(&self, beginning: &str) -> Exchange {
        let matches = |exchange: &Exchange| exchange.request.starts_with(beginning);
        self.exchanges.iter().find(matches).unwrap_or_else(|| panic!("{beginning} never came"))
    }
}

fn pass_on(stream: TcpStream, api: SocketAddr, sender: &Sender<Exchange>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let request = read_request(&mut reader)?;
        let mut connection = Connection::open(api).ok()?;
        connection.send(request.as_bytes());
        let answer = connection.answer(request.starts_with("HEAD ")).ok()?;
        let bytes = written(&answer);
        // Remembered first: who has the answer may ask for it.
        sender.send(Exchange { request, answer }).ok()?;
        reader.get_mut().write_all(&bytes).ok()?;
    }
}

fn written(answer: &Answer) -> Vec<u8> {
    let is_framing =
        |name: &str| matches!(name, "content-length" | "transfer-encoding" | "connection" | "keep-alive");
    let headers = answer.headers.iter().filter(|(name, _)| !is_framing(name));
    let mut text = format!("HTTP/1.1 {} Passed\r\n", answer.status);
    text.extend(headers.map(|(name, value)| format!("{name}: {value}\r\n")));
    if answer.status != 204 {
        text.push_str(&format!("content-length: {}\r\n", answer.body.len()));
    }
    text.push_str("\r\n");
    [text.as_bytes(), &answer.body].concat()
}

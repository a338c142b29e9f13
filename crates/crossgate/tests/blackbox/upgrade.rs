//! Bytes behind a request to switch protocols go nowhere before the upstream agreed.

use std::io::{BufReader, ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::lone::{CONFIGURATION, Lone};
use crate::recorder::{MARK, Recorder, read_request};
use crate::support::{Connection, Gateway, Plan};

const UPGRADE: &str = "GET /socket HTTP/1.1\r\nHost: HOST\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                       Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
const EARLY: &str = "GET /private HTTP/1.1\r\nHost: HOST\r\n\r\n";

#[test]
fn after_a_declined_upgrade_the_next_bytes_are_a_request_and_judged() {
    let lone = Lone::start();
    let mut connection = Connection::open(lone.plan.address()).unwrap();
    connection.send(format!("{UPGRADE}{EARLY}").replace("HOST", &lone.host()).as_bytes());
    assert!(connection.answer(false).unwrap().contains(MARK), "the app answers without switching");
    assert_eq!(
        connection.answer(false).unwrap().status,
        401,
        "and what followed is a request like any other"
    );
    let arrived = lone.arrived();
    assert!(arrived.len() == 1 && arrived[0].starts_with("GET /socket "), "{arrived:?}");
}

/// An app that says when the request to switch came, and switches when it is told to.
fn hesitant_app(listener: TcpListener, asked: Sender<String>, agree: Receiver<()>) -> Option<String> {
    let (stream, _) = listener.accept().ok()?;
    let mut reader = BufReader::new(stream);
    asked.send(read_request(&mut reader)?).ok()?;
    agree.recv().ok()?;
    let too_early = reader.buffer().len() + waiting_bytes(reader.get_ref());
    let switch = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    reader.get_mut().write_all(switch.as_bytes()).ok()?;
    let mut after = [0; 5];
    reader.read_exact(&mut after).ok()?;
    Some(format!("{too_early} early, then {}", String::from_utf8_lossy(&after)))
}

fn waiting_bytes(stream: &TcpStream) -> usize {
    stream.set_nonblocking(true).unwrap();
    let waiting = match stream.peek(&mut [0; 64]) {
        Err(error) if error.kind() == ErrorKind::WouldBlock => 0,
        other => other.unwrap(),
    };
    stream.set_nonblocking(false).unwrap();
    waiting
}

#[test]
fn bytes_that_come_before_the_switch_wait_for_it() {
    let (listener, recorder) = (TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap(), Recorder::start());
    let folder = tempfile::tempdir().unwrap();
    let app = format!("http://{}", listener.local_addr().unwrap());
    let environment = [("APP_URL", app.as_str()), ("API_URL", &recorder.url())];
    let plan = Plan::new(folder.path().to_path_buf(), CONFIGURATION, &environment);
    let _gateway = Gateway::start(&plan).unwrap();
    let (asked, when_asked) = channel();
    let (agree, may_agree) = channel();
    let app = std::thread::spawn(move || hesitant_app(listener, asked, may_agree));

    let host = format!("localhost:{}", plan.port);
    let mut connection = Connection::open(plan.address()).unwrap();
    connection.send(format!("{}early", UPGRADE.replace("HOST", &host)).as_bytes());
    let request = when_asked.recv().unwrap();
    assert!(!request.contains("early"), "{request}");
    // The one worker has served somebody else meanwhile, so it had every chance to pass the bytes on.
    let mut other = Connection::open(plan.address()).unwrap();
    other.send(format!("GET /api/open HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes());
    assert_eq!(other.answer(false).unwrap().status, 200);
    agree.send(()).unwrap();
    assert_eq!(connection.answer(false).unwrap().status, 101);
    assert_eq!(app.join().unwrap().unwrap(), "0 early, then early");
}

#[test]
fn only_a_get_without_a_body_asks_to_switch() {
    let lone = Lone::start();
    let offer = "Host: HOST\r\nOrigin: http://HOST\r\nConnection: Upgrade\r\nUpgrade: websocket";
    for (start, body) in [
        ("PUT /x HTTP/1.1", "Content-Length: 2\r\n\r\nhi"),
        ("POST /x HTTP/1.1", "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"),
        ("GET /x HTTP/1.1", "Content-Length: 2\r\n\r\nhi"),
        ("POST /x HTTP/1.1", "Content-Length: 0\r\n\r\n"),
    ] {
        let next = "GET /next HTTP/1.1\r\nHost: HOST\r\n\r\n";
        let mut connection = Connection::open(lone.plan.address()).unwrap();
        let request = format!("{start}\r\n{offer}\r\n{body}{next}");
        connection.send(request.replace("HOST", &lone.host()).as_bytes());
        for _ in 0..2 {
            assert!(connection.answer(false).unwrap().contains(MARK), "{start}: both are answered");
        }
        let arrived = lone.arrived();
        assert!(arrived.len() == 2 && arrived[1].starts_with("GET /next "), "{arrived:?}");
        assert!(!arrived[0].to_ascii_lowercase().contains("upgrade:"), "{arrived:?}");
    }
}

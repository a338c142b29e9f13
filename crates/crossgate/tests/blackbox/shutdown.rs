//! SIGTERM: what is in flight finishes, nothing new begins, and streams end with the grace.

use std::io::{BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use tempfile::TempDir;

use crate::lone::CONFIGURATION;
use crate::recorder::read_request;
use crate::support::{Connection, Gateway, Plan};

/// An app that answers one request with the pieces it is told, one after the other, and closes when told no more.
struct Teller {
    address: SocketAddr,
    asked: Receiver<()>,
    tell: Option<Sender<&'static str>>,
    thread: JoinHandle<()>,
}

impl Teller {
    fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let ((say, asked), (tell, told)) = (channel(), channel::<&'static str>());
        let thread = std::thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream);
            read_request(&mut reader).unwrap();
            say.send(()).unwrap();
            // The gateway may have cut the stream; that is what one of the tests is about.
            told.iter()
                .take_while(|piece| reader.get_mut().write_all(piece.as_bytes()).is_ok())
                .for_each(drop);
        });
        Self { address, asked, tell: Some(tell), thread }
    }

    fn tell(&self, piece: &'static str) {
        self.tell.as_ref().unwrap().send(piece).unwrap();
    }

    fn end(mut self) {
        drop(self.tell.take());
        self.thread.join().unwrap();
    }
}

struct Scene {
    plan: Plan,
    gateway: Gateway,
    app: Teller,
    _folder: TempDir,
}

/// A gateway with one request in flight.
fn in_flight(grace: &str) -> (Scene, Connection) {
    let (folder, app) = (tempfile::tempdir().unwrap(), Teller::start());
    let url = format!("http://{}", app.address);
    let environment = [("APP_URL", url.as_str()), ("API_URL", url.as_str())];
    let configuration =
        CONFIGURATION.replace("workers = 1", &format!("workers = 1\nshutdown_grace = \"{grace}\""));
    let plan = Plan::new(folder.path().to_path_buf(), &configuration, &environment);
    let gateway = Gateway::start(&plan).unwrap_or_else(|log| panic!("the gateway does not start: {log}"));
    let mut connection = Connection::open(plan.address()).unwrap();
    connection.send(format!("GET /slow HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", plan.port).as_bytes());
    app.asked.recv().unwrap();
    (Scene { plan, gateway, app, _folder: folder }, connection)
}

/// The listener closes as soon as the gateway stops; until then connections are taken.
fn wait_until_nobody_is_admitted(address: SocketAddr) {
    while TcpStream::connect(address).is_ok() {
        std::thread::yield_now();
    }
}

#[test]
fn a_request_in_flight_finishes_and_nothing_new_begins() {
    let (mut scene, mut connection) = in_flight("20s");
    scene.gateway.ask_to_stop();
    wait_until_nobody_is_admitted(scene.plan.address());
    scene.app.tell("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n");
    scene.app.tell("all of i");
    let answer = connection.answer(false).unwrap();
    assert!(answer.status == 200 && answer.contains("all of i"), "{answer:?}");
    assert!(scene.gateway.wait().success(), "it stops by itself and in good order");
    scene.app.end();
}

#[test]
fn a_stream_that_does_not_end_is_cut_with_the_grace() {
    let (mut scene, mut connection) = in_flight("200ms");
    scene.app.tell("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: first\n\n");
    connection.wait_for("data: first").unwrap();
    scene.gateway.ask_to_stop();
    assert!(scene.gateway.wait().success(), "it does not wait for ever");
    scene.app.tell("data: nobody listens\n\n");
    scene.app.end();
}

#[test]
fn whoever_asks_twice_does_not_wait() {
    let (mut scene, _connection) = in_flight("60s");
    scene.gateway.ask_to_stop();
    wait_until_nobody_is_admitted(scene.plan.address());
    scene.gateway.ask_to_stop();
    assert_eq!(scene.gateway.wait().code(), Some(1));
    scene.app.end();
}

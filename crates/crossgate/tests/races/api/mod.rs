//! The API behind the gateways: everybody may sign in, tokens end soon, and a refresh token that comes twice ends all
//! that came of the same sign-in. It listens once per gateway, so that it knows who asks.

mod book;
mod script;
mod streams;
mod wire;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub(crate) use book::{Book, Rotation};
pub(crate) use script::{Course, Script};

pub(crate) use wire::{Request, answer};

/// See the [module](self). It lives as long as the test.
pub(crate) struct Api {
    /// One for each gateway.
    pub(crate) addresses: Vec<SocketAddr>,
    desk: Arc<Desk>,
}

struct Desk {
    book: Mutex<Book>,
    script: Mutex<Script>,
    /// Which gateways have asked for new tokens, in their order.
    askers: watch::Sender<Vec<usize>>,
}

impl Api {
    /// Starts it for so many gateways.
    pub(crate) fn start(gateways: usize, rotation: Rotation, script: Script) -> Self {
        let desk = Desk {
            book: Mutex::new(Book::new(rotation)),
            script: Mutex::new(script),
            askers: watch::Sender::default(),
        };
        let desk = Arc::new(desk);
        let listen = || std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let listeners: Vec<_> = (0..gateways).map(|_| listen()).collect();
        let addresses = listeners.iter().map(|listener| listener.local_addr().unwrap()).collect();
        let shared = Arc::clone(&desk);
        std::thread::spawn(move || run(listeners, &shared));
        Self { addresses, desk }
    }

    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        self.desk.book.lock().unwrap()
    }

    pub(crate) fn script(&self) -> MutexGuard<'_, Script> {
        self.desk.script.lock().unwrap()
    }

    /// Waits until somebody asked for new tokens for the `count`th time. Which gateway that was.
    pub(crate) async fn asker(&self, count: usize) -> usize {
        let mut askers = self.desk.askers.subscribe();
        let askers = askers.wait_for(|askers| askers.len() >= count).await.unwrap();
        askers[count - 1]
    }
}

fn run(listeners: Vec<std::net::TcpListener>, desk: &Arc<Desk>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for (gateway, listener) in listeners.into_iter().enumerate() {
            listener.set_nonblocking(true).unwrap();
            let listener = TcpListener::from_std(listener).unwrap();
            tokio::spawn(accept(listener, Arc::clone(desk), gateway));
        }
        std::future::pending::<()>().await;
    });
}

async fn accept(listener: TcpListener, desk: Arc<Desk>, gateway: usize) {
    while let Ok((stream, _)) = listener.accept().await {
        let desk = Arc::clone(&desk);
        tokio::spawn(async move { desk.serve(gateway, stream).await });
    }
}

impl Desk {
    /// Requests of one connection, until the gateway closes it, or is killed.
    async fn serve(&self, gateway: usize, stream: TcpStream) -> Option<()> {
        stream.set_nodelay(true).ok()?;
        let mut stream = BufReader::new(stream);
        loop {
            let request = Request::read(&mut stream).await?;
            let (status, body) = match request.line.as_str() {
                "POST /api/refresh" => {
                    self.refresh(gateway, request.text("refreshToken"), &mut stream).await?
                }
                "GET /api/events" => return streams::events(stream.into_inner()).await,
                "GET /api/socket" => return streams::socket(stream.into_inner()).await,
                _ => self.answer(&request),
            };
            stream.get_mut().write_all(answer(status, &body).as_bytes()).await.ok()?;
        }
    }

    fn answer(&self, request: &Request) -> (u16, Value) {
        let mut book = self.book.lock().unwrap();
        match request.line.as_str() {
            "POST /api/login" => {
                let life = self.script.lock().unwrap().first_life();
                (200, book.sign_in(request.text("email"), life))
            }
            "POST /api/logout" => {
                book.sign_out(request.text("refreshToken"));
                (200, json!({}))
            }
            "GET /api/mine" => match book.person_of(&request.token) {
                Some(person) => (200, json!({ "person": person })),
                None => (401, json!({ "error": "api_does_not_know_this_token" })),
            },
            _ => (404, json!({})),
        }
    }

    /// None where the connection is to be closed without a word.
    async fn refresh(
        &self,
        gateway: usize,
        token: &str,
        stream: &mut BufReader<TcpStream>,
    ) -> Option<(u16, Value)> {
        let (course, life) = {
            let mut script = self.script.lock().unwrap();
            (script.next_course(), script.life())
        };
        self.book.lock().unwrap().note_refresh(token);
        let renew = |delay| self.book.lock().unwrap().renew(token, life, delay);
        let early = if course.renews_late { None } else { Some(renew(course.delay)) };
        self.askers.send_modify(|askers| askers.push(gateway));
        tokio::select! {
            () = tokio::time::sleep(course.delay) => {}
            // Nothing more comes before the answer: the gateway is gone.
            _ = stream.fill_buf() => return None,
        }
        let tokens = early.unwrap_or_else(|| renew(Duration::ZERO));
        if course.is_lost {
            return None;
        }
        Some(
            tokens.map_or_else(
                || (401, json!({ "error": "refresh_token_is_not_good" })),
                |tokens| (200, tokens),
            ),
        )
    }
}

//! A server behind the gateway that does what it is told and remembers what it saw.

mod reply;
mod seen;
mod serve;

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

pub use reply::{Feed, Reply};
pub use seen::Seen;

use crate::nth::Nth;

type Script = Rc<dyn Fn(&Seen) -> Reply>;

/// A scripted server. Clones are the same server.
#[derive(Clone)]
pub struct Upstream(Rc<Inner>);

struct Inner {
    address: SocketAddr,
    /// Bound and never listening: while the server is down nobody else on this machine gets its port.
    _reservation: TcpSocket,
    usual: Script,
    scripts: RefCell<Vec<(String, When, Script)>>,
    seen: RefCell<Vec<Seen>>,
    changed: Notify,
    tasks: RefCell<Vec<JoinHandle<()>>>,
    gates: RefCell<Vec<(String, watch::Receiver<bool>)>>,
    connections: Cell<usize>,
    flooded: Cell<usize>,
    nth: RefCell<Nth>,
}

/// A socket that shares its address with others that ask for this very address.
fn bound(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    #[cfg(unix)]
    socket.set_reuseport(true).unwrap();
    socket.bind(address).unwrap();
    socket
}

/// When a script is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// Before the body is read; what it replies may be the only thing that ever happens.
    AfterHead,
    AfterBody,
}

impl Upstream {
    /// Starts one that usually does this.
    pub(crate) fn start(usual: impl Fn(&Seen) -> Reply + 'static) -> Self {
        let reservation = bound("127.0.0.1:0".parse().unwrap());
        let inner = Inner {
            address: reservation.local_addr().unwrap(),
            _reservation: reservation,
            usual: Rc::new(usual),
            scripts: RefCell::default(),
            seen: RefCell::default(),
            changed: Notify::new(),
            tasks: RefCell::default(),
            gates: RefCell::default(),
            connections: Cell::default(),
            flooded: Cell::default(),
            nth: RefCell::default(),
        };
        let upstream = Self(Rc::new(inner));
        upstream.come_back();
        upstream
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// Does something unusual with requests such as `POST /api/login` (query left aside) from now on. Asked once the
    /// whole request is there.
    pub fn on(&self, request: &str, script: impl Fn(&Seen) -> Reply + 'static) {
        self.0.script(request, When::AfterBody, Rc::new(script));
    }

    /// As [`on`](Self::on), but without waiting for the body, or reading it.
    pub fn on_head(&self, request: &str, script: impl Fn(&Seen) -> Reply + 'static) {
        self.0.script(request, When::AfterHead, Rc::new(script));
    }

    /// From now on requests such as `POST /api/refresh` have their effect, but nobody is answered before the gate is
    /// [opened](Gate::open).
    #[must_use = "a gate that is dropped opens"]
    pub fn hold(&self, request: &str) -> Gate {
        let (gate, closed) = watch::channel(false);
        self.0.gates.borrow_mut().push((request.to_owned(), closed));
        Gate(gate)
    }

    /// Does the usual again.
    pub fn forget_scripts(&self) {
        self.0.scripts.borrow_mut().clear();
    }

    /// Everything it saw, in order.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.0.seen.borrow().clone()
    }

    /// The last request it saw.
    ///
    /// # Panics
    /// When there was none.
    #[must_use]
    pub fn last(&self) -> Seen {
        self.0.seen.borrow().last().cloned().expect("a request arrived")
    }

    /// The last request that it saw for this, such as `GET /api/orders`.
    ///
    /// # Panics
    /// When there was none.
    #[must_use]
    pub fn last_of(&self, request: &str) -> Seen {
        let seen = self.0.seen.borrow();
        seen.iter().rev().find(|seen| seen.is(request)).cloned().unwrap_or_else(|| panic!("no {request}"))
    }

    /// How many requests it saw for this, such as `GET /api/orders`.
    #[must_use]
    pub fn count(&self, request: &str) -> usize {
        self.0.seen.borrow().iter().filter(|seen| seen.is(request)).count()
    }

    /// How many connections were ever opened to it.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.0.connections.get()
    }

    /// How many bytes of the last [flood](Reply::flood) were taken.
    #[must_use]
    pub fn flooded(&self) -> usize {
        self.0.flooded.get()
    }

    /// Waits until what it saw fulfils the condition.
    pub async fn wait_until(&self, condition: impl Fn(&[Seen]) -> bool) {
        loop {
            let changed = self.0.changed.notified();
            if condition(&self.0.seen.borrow()) {
                return;
            }
            changed.await;
        }
    }

    /// Nobody listens any more, and nothing that was open is.
    pub async fn go_down(&self) {
        let tasks = std::mem::take(&mut *self.0.tasks.borrow_mut());
        tasks.iter().for_each(JoinHandle::abort);
        for task in tasks {
            let _aborted = task.await;
        }
    }

    /// Listens again, at the same address.
    ///
    /// # Panics
    /// When the address is taken.
    pub fn come_back(&self) {
        self.accept(bound(self.0.address).listen(2048).unwrap());
    }

    /// From now on these requests are not answered, and the connection closes.
    pub(crate) fn fail(&self, nth: &Nth) {
        self.0.nth.replace(nth.clone());
    }

    fn accept(&self, listener: TcpListener) {
        let inner = Rc::clone(&self.0);
        let accepting = tokio::task::spawn_local(async move {
            while let Ok((stream, _)) = listener.accept().await {
                inner.connections.set(inner.connections.get() + 1);
                let serving = tokio::task::spawn_local(serve::connection(Rc::clone(&inner), stream));
                inner.tasks.borrow_mut().push(serving);
            }
        });
        self.0.tasks.borrow_mut().push(accepting);
    }
}

/// Holds answers back.
#[derive(Debug)]
pub struct Gate(watch::Sender<bool>);

impl Gate {
    /// Lets everybody have their answer.
    pub fn open(self) {
        self.0.send_replace(true);
    }
}

impl Inner {
    async fn pass_gate(&self, seen: &Seen) {
        let gate = self.gates.borrow().iter().rev().find(|(request, _)| seen.is(request)).cloned();
        if let Some((_, mut gate)) = gate {
            // A gate that is gone is open.
            let _open = gate.wait_for(|open| *open).await.is_ok();
        }
    }

    fn script(&self, request: &str, when: When, script: Script) {
        self.scripts.borrow_mut().push((request.to_owned(), when, script));
    }

    /// What the newest script about this request says.
    fn scripted(&self, when: When, seen: &Seen) -> Option<Reply> {
        let scripts = self.scripts.borrow();
        let about = |(request, at, _): &&(String, When, Script)| *at == when && seen.is(request);
        let script = scripts.iter().rev().find(about).map(|(_, _, script)| Rc::clone(script));
        drop(scripts);
        script.map(|script| script(seen))
    }

    fn note(&self, seen: Seen) -> usize {
        self.seen.borrow_mut().push(seen);
        self.changed.notify_waiters();
        self.seen.borrow().len() - 1
    }

    fn change(&self, index: usize, change: impl FnOnce(&mut Seen)) -> Seen {
        let mut all = self.seen.borrow_mut();
        change(&mut all[index]);
        self.changed.notify_waiters();
        all[index].clone()
    }
}

//! Many connections on which one session is used at the same moment.

use tokio::task::JoinHandle;

use crate::client::{Client, Door, Heard};
use crate::people::{Person, TARGET};

/// Open connections, spread over the gateways.
pub(crate) struct Crowd(Vec<(usize, Client)>);

/// What came of one request, and to which gateway it went.
pub(crate) type Asking = JoinHandle<(usize, Heard)>;

impl Crowd {
    pub(crate) async fn gather(doors: &[Door], count: usize) -> Self {
        let mut clients = Vec::new();
        for (gateway, door) in doors.iter().enumerate().cycle().take(count) {
            let mut client = Client::new(door.clone());
            client.open().await.unwrap();
            clients.push((gateway, client));
        }
        Self(clients)
    }

    /// All ask at once.
    pub(crate) fn ask(self, person: &Person) -> Vec<Asking> {
        let ask = |(gateway, mut client): (usize, Client)| {
            let cookie = person.cookie.clone();
            tokio::spawn(async move { (gateway, client.get(TARGET, &cookie).await) })
        };
        self.0.into_iter().map(ask).collect()
    }
}

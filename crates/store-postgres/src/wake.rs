//! Hearing at once that something happened, and telling others: LISTEN and NOTIFY.
//!
//! A notification in a transaction that writes would make all of them commit one after the other. So nothing is said in
//! them; one notification follows for all that was done within a few milliseconds, on the connection that listens. Some
//! may get lost. Whoever reads events asks by the clock as well, so that costs a moment and never an event.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Notify, watch};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{AsyncMessage, Client, Connection, Error, NoTls, Socket};

use crate::failure::chain;
use crate::server::Server;
use crate::statement::quoted;
use crate::tls::Tls;

/// What happens within this time of a notification is told by the next one.
const APART: Duration = Duration::from_millis(5);

/// How long to wait before connecting again, at first and at most.
const PAUSE: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(5)];

/// Says that there is something to read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Announcer(Arc<Notify>);

impl Announcer {
    pub(crate) fn announce(&self) {
        self.0.notify_one();
    }
}

/// Counts how often somebody said that there is something to read.
pub(crate) struct Ear {
    heard: watch::Sender<u64>,
    /// Up to which of them somebody was woken.
    answered: AtomicU64,
}

impl fmt::Debug for Ear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ear")
    }
}

impl Ear {
    pub(crate) fn new() -> Self {
        Self { heard: watch::Sender::new(0), answered: AtomicU64::new(0) }
    }

    fn hear(&self) {
        self.heard.send_modify(|count| *count = count.saturating_add(1));
    }

    /// Resolves when something was heard for which nobody was woken before this was asked.
    pub(crate) async fn woken(&self) {
        let known = self.answered.load(Ordering::SeqCst);
        let heard = self.heard.subscribe().wait_for(|count| *count > known).await.map(|count| *count);
        if let Ok(count) = heard {
            self.answered.fetch_max(count, Ordering::SeqCst);
        }
    }
}

/// Listens for as long as the store is there, and connects again whenever the connection breaks.
pub(crate) async fn listen(server: Server, channel: String, ear: Arc<Ear>, announcer: Announcer) {
    let [shortest, longest] = PAUSE;
    let mut pause = shortest;
    loop {
        let was_listening = &mut false;
        let line = Line { channel: &channel, ear: &ear, announcer: &announcer, was_listening };
        let ended = match &server.tls {
            Tls::Off => line.hold(&server, NoTls).await,
            Tls::On(tls) => line.hold(&server, tls.clone()).await,
        };
        pause = if *was_listening { shortest } else { pause.saturating_mul(2).min(longest) };
        if let Err(error) = ended {
            tracing::warn!(
                error = chain(&error),
                "nothing is heard from PostgreSQL, events are read by the clock"
            );
        }
        tokio::time::sleep(pause).await;
    }
}

/// One connection that listens and speaks.
struct Line<'a> {
    channel: &'a str,
    ear: &'a Ear,
    announcer: &'a Announcer,
    was_listening: &'a mut bool,
}

impl Line<'_> {
    /// Ends when the connection does.
    async fn hold<T>(mut self, server: &Server, tls: T) -> Result<(), Error>
    where
        T: MakeTlsConnect<Socket>,
        T::Stream: Send,
        T::TlsConnect: Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        let (client, connection) = server.config.connect(tls).await?;
        let ear = self.ear;
        tokio::select! {
            ended = hear_all(connection, ear) => ended,
            failed = self.speak(&client) => failed,
        }
    }

    async fn speak(&mut self, client: &Client) -> Result<(), Error> {
        let channel = quoted(self.channel);
        // What is said is lost in a crash, with everybody who would have heard it.
        client.batch_execute("SET synchronous_commit = off").await?;
        client.batch_execute(&format!("LISTEN {channel}")).await?;
        *self.was_listening = true;
        // Something may have been said before somebody listened.
        self.ear.hear();
        loop {
            self.announcer.0.notified().await;
            client.batch_execute(&format!("NOTIFY {channel}")).await?;
            tokio::time::sleep(APART).await;
        }
    }
}

async fn hear_all<S, T>(mut connection: Connection<S, T>, ear: &Ear) -> Result<(), Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    poll_fn(|context| {
        loop {
            match ready!(connection.poll_message(context)) {
                Some(Ok(AsyncMessage::Notification(_))) => ear.hear(),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Poll::Ready(Err(error)),
                None => return Poll::Ready(Ok(())),
            }
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

    use super::*;

    fn is_woken(future: &mut std::pin::Pin<Box<impl Future<Output = ()>>>) -> bool {
        future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn what_is_said_while_nobody_waits_wakes_the_next_one_once() {
        let ear = Ear::new();
        assert!(!is_woken(&mut Box::pin(ear.woken())));
        ear.hear();
        ear.hear();
        assert!(is_woken(&mut Box::pin(ear.woken())));
        assert!(!is_woken(&mut Box::pin(ear.woken())));
    }

    #[test]
    fn everybody_who_waits_is_woken() {
        let ear = Ear::new();
        let (mut one, mut two) = (Box::pin(ear.woken()), Box::pin(ear.woken()));
        assert!(!is_woken(&mut one) && !is_woken(&mut two));
        ear.hear();
        assert!(is_woken(&mut one) && is_woken(&mut two));
    }
}

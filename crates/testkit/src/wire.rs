//! A connection to the gateway on which a test says every byte itself.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;

use crate::answer::Answer;
use crate::pipe::{Framing, Pipe};
use crate::story::let_others_run;

/// How long the gateway may take to close a connection that it should close.
const LONGEST: Duration = Duration::from_secs(20);

/// A raw connection.
pub struct Wire {
    pipe: Pipe,
    framing: Framing,
}

impl Wire {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("the gateway listens");
        Self { pipe: Pipe::new(stream), framing: Framing::None }
    }

    /// Says these bytes. Whether anybody still listens shows in what comes back.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _heard = self.pipe.send(bytes.as_ref()).await;
    }

    /// Says as many of the bytes as the network takes without waiting; gives how many that were.
    #[must_use]
    pub fn send_what_fits(&self, bytes: &[u8]) -> usize {
        self.pipe.send_what_fits(bytes)
    }

    /// The head of the next answer, interim ones (1xx) included; the body follows with [`piece`](Self::piece).
    ///
    /// # Panics
    /// When the connection is closed instead.
    pub async fn head(&mut self) -> Answer {
        let (first, lines) = self.pipe.head().await.expect("an answer, not the end of the connection");
        let answer = Answer::from_head(&first, lines);
        self.framing = match answer.status {
            100..=199 | 204 | 304 => Framing::None,
            _ => Framing::of(&answer.headers, Framing::UntilClose),
        };
        answer
    }

    /// The next piece of the body; empty at its end.
    ///
    /// # Panics
    /// When it breaks off.
    pub async fn piece(&mut self) -> Vec<u8> {
        self.pipe.piece(&mut self.framing).await.expect("the body goes on")
    }

    /// The next whole answer to a request that is not `HEAD`.
    pub async fn answer(&mut self) -> Answer {
        let head = self.final_head().await;
        self.body_of(head).await
    }

    /// The next answer to a `HEAD` request: without a body, whatever its lines say.
    pub async fn answer_to_head(&mut self) -> Answer {
        let head = self.final_head().await;
        Answer { complete: true, ..head }
    }

    async fn final_head(&mut self) -> Answer {
        loop {
            let head = self.head().await;
            if head.status == 101 || head.status >= 200 {
                return head;
            }
        }
    }

    async fn body_of(&mut self, head: Answer) -> Answer {
        let mut answer = head;
        while let Some(piece) = self.pipe.piece(&mut self.framing).await {
            if piece.is_empty() {
                return Answer { complete: true, ..answer };
            }
            answer.body.extend(piece);
        }
        answer
    }

    /// Some bytes, whatever they are; empty at the end of the connection.
    pub async fn bytes(&mut self) -> Vec<u8> {
        self.pipe.some(usize::MAX).await.unwrap_or_default()
    }

    /// Everything that comes until the gateway closes the connection.
    ///
    /// # Panics
    /// When it does not close.
    pub async fn rest(&mut self) -> String {
        let rest = tokio::time::timeout(LONGEST, self.pipe.rest()).await;
        String::from_utf8_lossy(&rest.expect("the gateway closes the connection")).into_owned()
    }

    /// Whether the gateway has closed the connection by now. What else it said is passed over.
    pub async fn is_closed(&mut self) -> bool {
        let_others_run().await;
        loop {
            tokio::select! {
                biased;
                bytes = self.pipe.some(usize::MAX) => if bytes.is_none() { return true },
                () = std::future::ready(()) => return false,
            }
        }
    }

    /// Says that nothing more will be said.
    pub async fn finish(&mut self) {
        self.pipe.finish().await;
    }
}

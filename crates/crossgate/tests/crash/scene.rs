//! The moment at which all people begin, and what they need for it.

use std::net::SocketAddr;
use std::sync::Barrier;

use crate::support::{Answer, Browser, Failed};

pub(crate) const PASSWORD: &str = "correct-horse";

/// One burst of people against one gateway.
pub(crate) struct Scene {
    pub(crate) address: SocketAddr,
    pub(crate) origin: String,
    pub(crate) start: Barrier,
}

/// Nothing came, or the wrong thing, before anybody was killed.
pub(crate) type Trouble = String;

impl Scene {
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.address, &self.origin)
    }

    /// A browser in which this person is signed in.
    pub(crate) fn signed_in(&self, person: &str) -> Result<Browser, Trouble> {
        let mut browser = self.browser();
        let answer = browser.sign_in(person, PASSWORD).map_err(|failed| format!("{person}: {failed:?}"))?;
        match browser.session {
            Some(_) if answer.status == 200 => Ok(browser),
            _ => Err(format!("{person} cannot sign in: {answer:?}")),
        }
    }

    /// Prepares, waits for all others, and gives what was prepared. Who cannot prepare still lets the others begin.
    pub(crate) fn when_all_are_ready<T>(
        &self,
        prepare: impl FnOnce() -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        let prepared = prepare();
        self.start.wait();
        prepared
    }
}

/// What came of a request during which the gateway may have died.
pub(crate) enum Heard {
    /// The answer that was hoped for.
    Yes(Answer),
    /// The connection broke; nothing was said.
    Nothing(Vec<u8>),
}

/// Judges an answer against the statuses that it may have while nothing is broken.
pub(crate) fn hear(outcome: Result<Answer, Failed>, good: &[u16], what: &str) -> Result<Heard, Trouble> {
    match outcome {
        Ok(answer) if good.contains(&answer.status) => Ok(Heard::Yes(answer)),
        Ok(answer) => Err(format!("{what} was answered with {}: {}", answer.status, answer.text())),
        Err(failed) if failed.hangs => Err(format!("{what} was never answered")),
        Err(failed) => Ok(Heard::Nothing(failed.received)),
    }
}

/// The session cookie in an answer of which only a part was received; a browser takes a complete line.
pub(crate) fn cookie_in_part(received: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(received);
    let complete = text.rsplit_once("\r\n")?.0;
    let line = complete.split("\r\n").find_map(|line| line.strip_prefix("set-cookie: crossgate="))?;
    Some(line.split(';').next()?.to_owned())
}

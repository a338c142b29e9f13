//! One connection, byte by byte.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use super::Answer;

/// Longer than anything may take; only a gateway that hangs reaches it.
const LIMIT: Duration = Duration::from_secs(20);

/// A connection to the gateway.
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// No complete answer came.
#[derive(Debug)]
pub(crate) struct Failed {
    /// What came all the same.
    pub(crate) received: Vec<u8>,
    /// The gateway kept the connection open and said nothing.
    pub(crate) hangs: bool,
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(LIMIT))?;
        stream.set_write_timeout(Some(LIMIT))?;
        Ok(Self { stream, received: Vec::new() })
    }

    /// Sends bytes as they are. A gateway that closed already has its reasons; its answer says which.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes);
    }

    /// Says that nothing more comes.
    pub(crate) fn finish(&self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// The next answer.
    pub(crate) fn answer(&mut self, to_head: bool) -> Result<Answer, Failed> {
        loop {
            if let Some(answer) = Answer::take(&mut self.received, to_head, false) {
                return Ok(answer);
            }
            match self.read_more() {
                Ok(0) => {
                    return Answer::take(&mut self.received, to_head, true).ok_or_else(|| self.failed(false));
                }
                Ok(_) => {}
                Err(error) => return Err(self.failed(matches!(error.kind(), ErrorKind::WouldBlock))),
            }
        }
    }

    /// Waits until this text has come; it stays to be read.
    pub(crate) fn wait_for(&mut self, text: &str) -> Result<(), Failed> {
        while !String::from_utf8_lossy(&self.received).contains(text) {
            match self.read_more() {
                Ok(1..) => {}
                ended => return Err(self.failed(ended.is_err())),
            }
        }
        Ok(())
    }

    /// What still comes until the gateway closes.
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        while matches!(self.read_more(), Ok(1..)) {}
        std::mem::take(&mut self.received)
    }

    fn read_more(&mut self) -> std::io::Result<usize> {
        let mut buffer = [0; 16 * 1024];
        let count = self.stream.read(&mut buffer)?;
        self.received.extend_from_slice(&buffer[..count]);
        Ok(count)
    }

    fn failed(&mut self, hangs: bool) -> Failed {
        Failed { received: std::mem::take(&mut self.received), hangs }
    }
}

/// Sends bytes on a connection of their own and reads one answer.
pub(crate) fn exchange(address: SocketAddr, bytes: &[u8]) -> Result<Answer, Failed> {
    let nothing = |_| Failed { received: Vec::new(), hangs: false };
    let mut connection = Connection::open(address).map_err(nothing)?;
    connection.send(bytes);
    connection.answer(bytes.starts_with(b"HEAD "))
}

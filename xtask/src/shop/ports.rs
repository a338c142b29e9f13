//! Ports that nobody else uses.
use std::net::{Ipv4Addr, TcpListener};
use std::process;

use anyhow::{Result, bail};

/// Below the range from which systems take ports for outgoing connections: between our looking and the
/// server's listening no such connection can take the port away.
const FIRST: u16 = 18_000;
const COUNT: u16 = 12_000;
/// Two of these tools at the same time look at different ports.
const STRIDE: u32 = 37;

/// Gives out free ports of the loopback address, each one once.
pub(crate) struct Ports {
    next: u16,
}

impl Ports {
    pub(crate) fn new() -> Self {
        let start = process::id().wrapping_mul(STRIDE) % u32::from(COUNT);
        Self { next: u16::try_from(start).unwrap_or_default() }
    }

    pub(crate) fn take(&mut self) -> Result<u16> {
        for _ in 0..COUNT {
            let port = FIRST + self.next;
            self.next = (self.next + 1) % COUNT;
            if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return Ok(port);
            }
        }
        bail!("there is no free port between {FIRST} and {}", FIRST + COUNT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_port_is_given_twice() {
        let mut ports = Ports::new();
        let first = ports.take().unwrap();
        assert_ne!(first, ports.take().unwrap());
    }

    #[test]
    fn a_port_in_use_is_left_out() {
        let mut ports = Ports::new();
        let port = ports.take().unwrap();
        let _listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        ports.next = port - FIRST;
        assert_ne!(ports.take().unwrap(), port);
    }
}

//! Ports that nobody else uses.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the range from which systems take ports for outgoing connections: a gateway that is started again on its
/// port must find it free.
const FIRST: u16 = 20_000;
const COUNT: u16 = 9_000;
const STRIDE: u32 = 53;

// Tests of one process run side by side and must not be given the same port.
static NEXT: AtomicU16 = AtomicU16::new(0);

/// A free port of the loopback address, each one once.
pub(crate) fn free_port() -> u16 {
    let start = u16::try_from(std::process::id().wrapping_mul(STRIDE) % u32::from(COUNT)).unwrap();
    (0..COUNT)
        .map(|_| FIRST + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT)
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .expect("a free port")
}

//! A connection that is made when it is needed, and made anew when it fails.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use redis::RedisResult;

use super::connect::{Connection, Manner, connect};
use crate::address::Address;

type Connecting = Shared<BoxFuture<'static, RedisResult<Connection>>>;

/// Everybody who asks shares one connection, and one attempt to make it.
pub(crate) struct Lane {
    address: Arc<Address>,
    manner: Manner,
    current: Mutex<Current>,
}

#[derive(Default)]
struct Current {
    /// Counts the attempts, so that nobody lets go of a connection that was made after theirs failed.
    number: u64,
    connection: Option<Connecting>,
}

/// A connection, and which one it is.
pub(crate) struct Numbered {
    pub(crate) number: u64,
    pub(crate) connection: Connection,
}

impl Lane {
    pub(crate) fn new(address: Arc<Address>, manner: Manner) -> Self {
        Self { address, manner, current: Mutex::default() }
    }

    /// The connection, which is made if there is none.
    pub(crate) async fn connection(&self) -> RedisResult<Numbered> {
        let (number, connecting) = self.begin();
        match connecting.await {
            Ok(connection) => Ok(Numbered { number, connection }),
            Err(error) => {
                self.let_go(number);
                Err(error)
            }
        }
    }

    fn begin(&self) -> (u64, Connecting) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(connecting) = &current.connection {
            return (current.number, connecting.clone());
        }
        let (address, manner) = (Arc::clone(&self.address), self.manner);
        let connecting = async move { connect(&address, manner).await }.boxed().shared();
        current.number = current.number.wrapping_add(1);
        current.connection = Some(connecting.clone());
        (current.number, connecting)
    }

    /// The connection does not work any more; the next one who asks makes another.
    pub(crate) fn let_go(&self, number: u64) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.number == number {
            current.connection = None;
        }
    }
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lane").field("address", &self.address).finish_non_exhaustive()
    }
}

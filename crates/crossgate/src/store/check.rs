//! `crossgate store check`.

use std::fmt;
use std::time::Duration;

use crossgate_core::session::HashedSessionId;
use crossgate_core::time::Clock as _;
use crossgate_store::{Store, StoreError};

use crate::system::SystemClock;

/// So often it is asked.
const TIMES: u32 = 20;

/// How long the store takes.
pub(super) struct Facts {
    write: Duration,
    read: Duration,
    keys: usize,
}

impl fmt::Display for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = |time: Duration| time.as_secs_f64() * 1000.0;
        let keys =
            if self.keys == 1 { "1 signing key".to_owned() } else { format!("{} signing keys", self.keys) };
        write!(f, "works; {:.1} ms to write, {:.1} ms to read; {keys}", millis(self.write), millis(self.read))
    }
}

/// Writes and reads, over and over.
pub(super) async fn check(store: &dyn Store) -> Result<Facts, StoreError> {
    let keys = store.load_keys().await?.len();
    Ok(Facts { write: mean(|| store.check()).await?, read: mean(|| store.load(nobody())).await?, keys })
}

fn nobody() -> HashedSessionId {
    HashedSessionId::from_bytes([0; 32])
}

async fn mean<T, F: Future<Output = Result<T, StoreError>>>(
    ask: impl Fn() -> F,
) -> Result<Duration, StoreError> {
    let began = SystemClock.now();
    for _ in 0..TIMES {
        ask().await?;
    }
    Ok(SystemClock.now().since(began) / TIMES)
}

//! Randomness that can be replayed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use crossgate_core::entropy::{Entropy, EntropyError};

use crate::nth::Nth;

/// The same bytes in every run, different bytes at every call.
#[derive(Debug)]
pub struct TestEntropy(Mutex<u64>);

impl TestEntropy {
    /// From a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }

    /// SplitMix64: no secrets are made here, only values that differ.
    fn next(&self) -> u64 {
        let mut state = self.0.lock().unwrap();
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Entropy for TestEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        for piece in bytes.chunks_mut(8) {
            let random = self.next().to_le_bytes();
            piece.copy_from_slice(&random[..piece.len()]);
        }
        Ok(())
    }
}

/// As [`TestEntropy`], but some calls fail, and it may be stuck.
pub(crate) struct FaultyEntropy {
    pub(crate) inner: TestEntropy,
    pub(crate) nth: Nth,
    pub(crate) is_stuck: Arc<AtomicBool>,
}

impl Entropy for FaultyEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        if self.nth.is_due() {
            return Err(EntropyError);
        }
        self.inner.fill(bytes)?;
        if self.is_stuck.load(Ordering::Relaxed) {
            bytes.fill(7);
        }
        Ok(())
    }
}

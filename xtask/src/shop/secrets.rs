//! Secrets that live as long as one run.
use anyhow::{Context, Result};

const BYTES: usize = 32;

/// A fresh secret of 256 bits in hexadecimal digits.
pub(crate) fn random_hex() -> Result<String> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes).context("the system gives no random numbers")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

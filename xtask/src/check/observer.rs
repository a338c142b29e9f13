//! Says what was seen.
use anyhow::{Context, Result};

/// Counts and prints observations.
#[derive(Default)]
pub(crate) struct Observer {
    count: usize,
}

impl Observer {
    /// Looks at one thing. The first that is not as it should be ends the round.
    pub(crate) fn see<T>(&mut self, what: &str, look: impl FnOnce() -> Result<T>) -> Result<T> {
        let seen = look().with_context(|| format!("not seen: {what}"))?;
        self.count += 1;
        println!("  ✓ {what}");
        Ok(seen)
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }
}

//! What the program does from time to time, done when a story says so.

use super::World;

impl World {
    /// What the program does several times a second: learns what others on the same store did.
    ///
    /// # Errors
    /// With what the operator would read.
    pub async fn follow(&self) -> Result<usize, String> {
        self.gateway.gateway.follow().await.map_err(|error| error.to_string())
    }

    /// What the program does about once a second: writes down activity and ends what passed its limits.
    ///
    /// # Errors
    /// With what the operator would read.
    pub async fn sweep(&self) -> Result<usize, String> {
        self.gateway.gateway.sweep().await.map_err(|error| error.to_string())
    }

    /// What the program does about every ten seconds: reads the signing keys again, and whatever follows from that.
    ///
    /// # Errors
    /// With what the operator would read.
    pub async fn tend_keys(&self) -> Result<(), String> {
        self.gateway.gateway.tend_keys().await.map_err(|error| error.to_string())
    }
}

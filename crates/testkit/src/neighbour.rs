//! A second gateway on the same store.

use crate::browser::Browser;
use crate::world::Running;

/// See [`World::start_neighbour`](crate::World::start_neighbour). A load balancer would choose between the two.
pub struct Neighbour(Running);

impl Neighbour {
    pub(crate) fn new(running: Running) -> Self {
        Self(running)
    }

    /// From now on this browser's requests come here.
    pub fn take_over(&self, browser: &mut Browser) {
        browser.go_to(self.0.address);
    }

    /// What the program does several times a second: learns what others on the same store did.
    ///
    /// # Errors
    /// With what the operator would read.
    pub async fn follow(&self) -> Result<usize, String> {
        self.0.gateway.follow().await.map_err(|error| error.to_string())
    }

    /// What the program does about once a second.
    ///
    /// # Errors
    /// With what the operator would read.
    pub async fn sweep(&self) -> Result<usize, String> {
        self.0.gateway.sweep().await.map_err(|error| error.to_string())
    }

    /// Dies in the middle of whatever it does.
    pub async fn kill(mut self) {
        self.0.kill().await;
    }
}

//! What the operator would read.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tracing::Level;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

/// Everything that was logged on this thread, at every level.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Listens from now on until the guard is dropped.
    pub(crate) fn listen(&self) -> DefaultGuard {
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(Level::TRACE)
            .with_ansi(false)
            .with_writer(self.clone())
            .finish();
        tracing::subscriber::set_default(subscriber)
    }

    /// All of it.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }

    /// How long it is by now; for [`loud_since`](Self::loud_since).
    #[must_use]
    pub fn mark(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// Our own lines of level info or louder since the mark: what an operator reads without asking for more.
    #[must_use]
    pub fn loud_since(&self, mark: usize) -> Vec<String> {
        let text = String::from_utf8_lossy(&self.0.lock().unwrap()[mark..]).into_owned();
        let is_loud = |line: &&str| {
            let level = line.split_whitespace().nth(1);
            matches!(level, Some("INFO" | "WARN" | "ERROR")) && line.contains(" crossgate::")
        };
        text.lines().filter(is_loud).map(str::to_owned).collect()
    }

    /// Whether a text is in it.
    #[must_use]
    pub fn contains(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// Waits until this stands in it.
    pub async fn wait_for(&self, text: &str) {
        while !self.contains(text) {
            tokio::task::yield_now().await;
        }
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

//! Programs that run until we stop them.
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::shell::{Shell, Supervised};
use super::tail::last_lines;
use crate::http::answers;

/// How long a program may take until it answers.
const DEADLINE: Duration = Duration::from_secs(60);

/// A running server. Dropping it ends it and waits until it is gone.
pub(crate) struct Server {
    name: &'static str,
    log: PathBuf,
    process: Supervised,
}

impl Server {
    /// Starts a server whose output goes to `<name>.log` in this folder.
    pub(crate) fn start(name: &'static str, command: &mut Command, folder: &Path) -> Result<Self> {
        let log = folder.join(format!("{name}.log"));
        let file = File::create(&log).with_context(|| format!("{} cannot be written", log.display()))?;
        let process = Supervised::spawn(command.stdout(file.try_clone()?).stderr(file))?;
        Ok(Self { name, log, process })
    }

    /// Waits until this address answers with success.
    pub(crate) fn wait_until_ready(&mut self, shell: &Shell, url: &str) -> Result<()> {
        let deadline = Instant::now() + DEADLINE;
        while !answers(url) {
            self.check_alive()?;
            if Instant::now() > deadline {
                bail!(
                    "the {} does not answer at {url}; its last lines were:\n\n{}",
                    self.name,
                    last_lines(&self.log)
                );
            }
            shell.pause()?;
        }
        Ok(())
    }

    /// Waits until a line with these words is in its log, and gives what stands behind them.
    pub(crate) fn wait_for_words(&mut self, shell: &Shell, words: &str) -> Result<String> {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let said = self.said()?;
            // The last line may not be whole yet.
            let (whole, _) = said.rsplit_once('\n').unwrap_or_default();
            if let Some((_, rest)) = whole.lines().find_map(|line| line.split_once(words)) {
                return Ok(rest.to_owned());
            }
            self.check_alive()?;
            if Instant::now() > deadline {
                bail!(
                    "the {} does not say “{words}”; its last lines were:\n\n{}",
                    self.name,
                    last_lines(&self.log)
                );
            }
            shell.pause()?;
        }
    }

    /// Its log.
    pub(crate) fn said(&self) -> Result<String> {
        let bytes =
            std::fs::read(&self.log).with_context(|| format!("{} cannot be read", self.log.display()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// An error with its last lines where it has ended by itself.
    pub(crate) fn check_alive(&mut self) -> Result<()> {
        match self.process.try_wait()? {
            None => Ok(()),
            Some(status) => {
                bail!(
                    "the {} has ended ({status}); its last lines were:\n\n{}",
                    self.name,
                    last_lines(&self.log)
                )
            }
        }
    }
}

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

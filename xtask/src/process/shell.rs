//! Running commands to their end.
use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

use super::tail::last_lines;

const PAUSE: Duration = Duration::from_millis(20);

/// A person, or the system, asked us to stop.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl std::fmt::Display for Interrupted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// Starts commands, and knows when to stop.
pub(crate) struct Shell {
    supervisor: PathBuf,
    interrupted: Arc<AtomicBool>,
}

/// A supervised process. Dropping it ends the program and waits until it is gone.
pub(crate) struct Supervised(Child);

impl Shell {
    pub(crate) fn new() -> Result<Self> {
        let interrupted = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            // The second one ends us at once; the supervisors then end the rest.
            flag::register_conditional_shutdown(signal, 130, Arc::clone(&interrupted))?;
            flag::register(signal, Arc::clone(&interrupted))?;
        }
        Ok(Self { supervisor: own_program()?, interrupted })
    }

    /// A command below a supervisor. Add arguments, variables and the folder to it as usual.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(&self.supervisor);
        command.args(["supervise", "--"]).arg(program);
        // Ctrl-C at the terminal reaches us, and we stop the supervisors in our own order.
        command.stdin(Stdio::piped()).process_group(0);
        command
    }

    /// `Interrupted` once somebody asked us to stop.
    pub(crate) fn go_on(&self) -> Result<()> {
        if self.interrupted.load(Ordering::Relaxed) { Err(Interrupted.into()) } else { Ok(()) }
    }

    /// Sleeps for a moment, unless we are to stop.
    pub(crate) fn pause(&self) -> Result<()> {
        self.pause_for(PAUSE)
    }

    /// Sleeps, unless we are to stop.
    pub(crate) fn pause_for(&self, duration: Duration) -> Result<()> {
        self.go_on()?;
        thread::sleep(duration);
        self.go_on()
    }

    /// Runs a command that writes to our own terminal; fails with this headline when it fails.
    pub(crate) fn run(&self, command: &mut Command, headline: &str) -> Result<()> {
        let mut child = Supervised::spawn(command)?;
        if self.wait(&mut child)?.success() { Ok(()) } else { bail!("{headline}") }
    }

    /// Runs a command whose output goes to a file; when it fails, the file's end is in the error.
    pub(crate) fn run_quietly(&self, command: &mut Command, log: &Path, headline: &str) -> Result<()> {
        let file = File::create(log).with_context(|| format!("{} cannot be written", log.display()))?;
        let mut child = Supervised::spawn(command.stdout(file.try_clone()?).stderr(file))?;
        if self.wait(&mut child)?.success() { Ok(()) } else { bail!("{headline}\n\n{}", last_lines(log)) }
    }

    /// Runs a command, shows what it prints and gives the lines back. Its own failure is not an error.
    pub(crate) fn run_and_read(&self, command: &mut Command) -> Result<(bool, Vec<String>)> {
        self.run_and_sift(command, |_| true)
    }

    /// As [`run_and_read`](Self::run_and_read), but shows only some of the lines.
    pub(crate) fn run_and_sift(
        &self,
        command: &mut Command,
        is_shown: fn(&str) -> bool,
    ) -> Result<(bool, Vec<String>)> {
        let mut child = Supervised::spawn(command.stdout(Stdio::piped()))?;
        let reader = child.0.stdout.take().map(|output| sift(output, is_shown));
        let status = self.wait(&mut child)?;
        let lines = reader.and_then(|reader| reader.join().ok()).unwrap_or_default();
        Ok((status.success(), lines))
    }

    /// Runs a command that writes to our own terminal, and gives how it ended.
    pub(crate) fn run_to_status(&self, command: &mut Command) -> Result<ExitStatus> {
        let mut child = Supervised::spawn(command)?;
        self.wait(&mut child)
    }

    fn wait(&self, child: &mut Supervised) -> Result<ExitStatus> {
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            self.pause()?;
        }
    }
}

impl Supervised {
    pub(super) fn spawn(command: &mut Command) -> Result<Self> {
        command.spawn().map(Self).context("a process cannot be started")
    }

    pub(super) fn try_wait(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.0.try_wait()?)
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        // Closing the pipe is the sign; see `supervise`.
        drop(self.0.stdin.take());
        self.0.wait().map(drop).unwrap_or_default();
    }
}

/// This very program, also after a build has put a newer one in its place.
fn own_program() -> Result<PathBuf> {
    let link = Path::new("/proc/self/exe");
    if link.exists() { Ok(link.to_path_buf()) } else { Ok(std::env::current_exe()?) }
}

/// Lines that are no text are no end.
fn sift(output: std::process::ChildStdout, is_shown: fn(&str) -> bool) -> JoinHandle<Vec<String>> {
    let show = move |line: &String| {
        if is_shown(line) {
            println!("{line}");
        }
    };
    thread::spawn(move || {
        let lines = BufReader::new(output).split(b'\n').map_while(Result::ok);
        lines.map(|line| String::from_utf8_lossy(&line).into_owned()).inspect(show).collect()
    })
}

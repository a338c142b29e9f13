//! The commands: started below supervisors, so that none outlives this process.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::arguments::DevArguments;
use super::console::Voice;
use crate::Failure;

/// How long the last lines of a command that has ended may take. Only what it left behind elsewhere holds them up.
const LAST_LINES: Duration = Duration::from_millis(500);

/// A command to be started.
pub(super) struct Planned {
    /// What stands before its lines.
    pub(super) name: String,
    /// Whether it is the one that starts the app.
    pub(super) is_app: bool,
    words: Vec<OsString>,
}

/// A command that ended.
pub(super) struct Ended {
    /// Its name.
    pub(super) name: String,
    /// Its status, as a shell counts.
    pub(super) status: u8,
}

/// What is told of each line that a command prints.
pub(super) type Listener = Arc<dyn Fn(&str) + Send + Sync>;

/// Commands that run.
pub(super) struct Commands {
    /// The pipes to the supervisors. Letting go of one ends its command.
    leashes: Vec<ChildStdin>,
    ends: UnboundedReceiver<Ended>,
    tell: UnboundedSender<Ended>,
}

/// The app first, and then the others.
pub(super) fn plan(arguments: &DevArguments) -> Vec<Planned> {
    let app = (!arguments.command.is_empty()).then(|| Planned {
        name: "app".to_owned(),
        is_app: true,
        words: arguments.command.clone(),
    });
    let others = arguments.runs.iter().zip(1..).map(|(run, number)| Planned {
        name: run.name.clone().unwrap_or_else(|| format!("run-{number}")),
        is_app: false,
        words: shell(&run.script),
    });
    app.into_iter().chain(others).collect()
}

fn shell(script: &str) -> Vec<OsString> {
    let words = if cfg!(windows) { ["cmd", "/C", script] } else { ["sh", "-c", script] };
    words.map(OsString::from).to_vec()
}

impl Commands {
    /// None yet.
    pub(super) fn new() -> Self {
        let (tell, ends) = unbounded_channel();
        Self { leashes: Vec::new(), ends, tell }
    }

    /// Starts one with these variables; what it prints is said and told.
    pub(super) fn start(
        &mut self,
        planned: &Planned,
        variables: &[(String, String)],
        voice: &Voice,
        listener: Option<Listener>,
    ) -> Result<(), Failure> {
        let mut command = supervised(&planned.words)?;
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let cannot =
            |error: std::io::Error| Failure::new(format!("{} cannot be started: {error}", planned.name));
        let mut child = command.spawn().map_err(cannot)?;
        self.leashes.extend(child.stdin.take());
        self.watch(child, planned, voice, listener);
        Ok(())
    }

    fn watch(&self, mut child: Child, planned: &Planned, voice: &Voice, listener: Option<Listener>) {
        let (reading, read) = channel();
        if let Some(pipe) = child.stdout.take() {
            pass_on(pipe, voice.clone(), listener.clone(), reading.clone());
        }
        if let Some(pipe) = child.stderr.take() {
            pass_on(pipe, voice.clone(), listener, reading);
        }
        let (name, tell) = (planned.name.clone(), self.tell.clone());
        thread::spawn(move || {
            let status = child.wait().ok().and_then(|status| status.code());
            wait_for_last_lines(&read);
            let status = status.and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
            // Nobody may listen any more.
            tell.send(Ended { name, status }).unwrap_or_default();
        });
    }

    /// The next one that ends by itself; never, where there is none.
    pub(super) async fn next_end(&mut self) -> Ended {
        match self.ends.recv().await {
            Some(ended) => ended,
            None => std::future::pending().await,
        }
    }

    /// Ends all of them, and everything that they started.
    pub(super) async fn stop(mut self) {
        self.leashes.clear();
        // The threads that watch have the other ends of the channel.
        drop(self.tell);
        while self.ends.recv().await.is_some() {}
    }
}

/// A command below a supervisor. Ctrl-C at the terminal reaches us, and we end the supervisors in our own order.
fn supervised(words: &[OsString]) -> Result<Command, Failure> {
    let mut command = Command::new(own_program()?);
    command.args(["supervise", "--"]).args(words);
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    Ok(command)
}

/// This very program, also after a build has put a newer one in its place.
fn own_program() -> Result<PathBuf, Failure> {
    let link = Path::new("/proc/self/exe");
    if link.exists() {
        return Ok(link.to_path_buf());
    }
    std::env::current_exe().map_err(|error| Failure::new(format!("this program cannot be found: {error}")))
}

/// Says what comes out of a pipe, line by line, until its end. `_reading` is held as long.
fn pass_on(pipe: impl Read + Send + 'static, voice: Voice, listener: Option<Listener>, reading: Sender<()>) {
    thread::spawn(move || {
        let _reading = reading;
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while pipe.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end_matches(['\r', '\n']);
            voice.say(if text.is_empty() { "\n" } else { text });
            if let Some(listener) = &listener {
                listener(text);
            }
            line.clear();
        }
    });
}

/// Nothing is ever sent: the channel closes when nobody reads any more.
fn wait_for_last_lines(read: &Receiver<()>) {
    read.recv_timeout(LAST_LINES).unwrap_or_default();
}

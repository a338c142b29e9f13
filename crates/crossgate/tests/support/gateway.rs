//! The gateway, as a process.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, ExitStatus, Output, Stdio};
use std::thread::JoinHandle;

use super::free_port;

const PROGRAM: &str = env!("CARGO_BIN_EXE_crossgate");

/// How to start a gateway, again and again on the same ports and in the same folder.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) folder: PathBuf,
    pub(crate) port: u16,
    pub(crate) environment: Vec<(String, String)>,
}

impl Plan {
    /// Writes the configuration into the folder. `CROSSGATE_PORT` and `CROSSGATE_ADMIN_PORT` are there to be used.
    pub(crate) fn new(folder: PathBuf, configuration: &str, environment: &[(&str, &str)]) -> Self {
        std::fs::write(folder.join("crossgate.toml"), configuration)
            .expect("the configuration can be written");
        let (port, admin) = (free_port(), free_port());
        let own = [("CROSSGATE_PORT", port.to_string()), ("CROSSGATE_ADMIN_PORT", admin.to_string())];
        let given = environment.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let environment =
            own.into_iter().chain(given).map(|(name, value)| (name.to_owned(), value)).collect();
        Self { folder, port, environment }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// `public_url`, as the configurations have it.
    pub(crate) fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.bare_command(arguments);
        command.args(["--config", "crossgate.toml"]);
        command
    }

    fn bare_command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.current_dir(&self.folder).args(arguments).env_clear();
        command.envs(self.environment.iter().cloned()).stdin(Stdio::null());
        command
    }
}

/// Runs a command of the program that ends by itself.
pub(crate) fn run_to_end(plan: &Plan, arguments: &[&str]) -> Output {
    plan.command(arguments).output().expect("the gateway can be run")
}

/// The same with nothing behind the arguments; the configuration is found where it is by default.
pub(crate) fn run_as_it_is(plan: &Plan, arguments: &[&str]) -> Output {
    plan.bare_command(arguments).output().expect("the gateway can be run")
}

/// A running gateway. It is killed with this value.
pub(crate) struct Gateway {
    child: Child,
    log: Option<JoinHandle<String>>,
}

impl Gateway {
    /// Starts it, without waiting for anything.
    pub(crate) fn launch(plan: &Plan) -> Self {
        let mut command = plan.command(&["serve"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let log = child.stderr.take().map(|pipe| std::thread::spawn(move || read_log(pipe)));
        Self { child, log }
    }

    /// Starts it and waits until it says that it is ready; otherwise gives its log.
    pub(crate) fn start(plan: &Plan) -> Result<Self, String> {
        let mut gateway = Self::launch(plan);
        let mut line = String::new();
        let said = gateway.child.stdout.take().map(|pipe| BufReader::new(pipe).read_line(&mut line));
        match said {
            Some(Ok(1..)) if line.starts_with("Crossgate is ready") => Ok(gateway),
            _ => Err(gateway.kill()),
        }
    }

    /// SIGKILL: it can neither notice nor finish anything. Gives its log.
    pub(crate) fn kill(mut self) -> String {
        self.end();
        self.log.take().and_then(|log| log.join().ok()).unwrap_or_default()
    }

    /// SIGTERM: it is asked to stop.
    pub(crate) fn ask_to_stop(&self) {
        self.signal("-TERM");
    }

    /// SIGHUP: files were replaced.
    pub(crate) fn ask_to_reload(&self) {
        self.signal("-HUP");
    }

    fn signal(&self, signal: &str) {
        let asked = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(asked.expect("kill can be run").success(), "the gateway runs");
    }

    /// Waits until it has stopped by itself.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().expect("it can be waited for")
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.end();
    }
}

fn read_log(mut pipe: ChildStderr) -> String {
    let mut text = String::new();
    let _ = pipe.read_to_string(&mut text);
    text
}

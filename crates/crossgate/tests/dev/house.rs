//! `crossgate dev` as a process, in a folder of its own.

use std::io::{BufRead as _, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use crate::browser::Browser;
use crate::support::free_port;

const PROGRAM: &str = env!("CARGO_BIN_EXE_crossgate");
/// Longer than anything may take.
const LIMIT: Duration = Duration::from_secs(30);

/// A folder with a configuration, and ports.
pub(crate) struct Ground {
    folder: tempfile::TempDir,
    pub(crate) port: u16,
    pub(crate) provider_port: u16,
    pub(crate) app_port: u16,
    pub(crate) api_port: u16,
    more: Vec<(String, String)>,
}

impl Ground {
    pub(crate) fn new(configuration: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("crossgate.toml"), configuration).unwrap();
        // The provider takes the next port behind the gateway's.
        let (port, provider_port) = loop {
            let (first, second) = (free_port(), free_port());
            if second == first + 1 {
                break (first, second);
            }
        };
        let (app_port, api_port) = (free_port(), free_port());
        Self { folder, port, provider_port, app_port, api_port, more: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.more.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// A browser at the gateway.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.port, self.provider_port)
    }

    /// The program with these arguments.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        for (name, port) in
            [("CROSSGATE_PORT", self.port), ("APP_PORT", self.app_port), ("API_PORT", self.api_port)]
        {
            command.env(name, port.to_string());
        }
        command.envs(self.more.iter().cloned());
        command
    }

    /// Runs `dev` where it ends by itself.
    pub(crate) fn ends(&self, arguments: &[&str]) -> Output {
        let arguments: Vec<&str> = [&["dev"], arguments].concat();
        self.command(&arguments).output().unwrap()
    }

    /// Starts `dev` with the app.
    pub(crate) fn launch(&self, arguments: &[&str]) -> Dev {
        let app = crate::app::command();
        let arguments: Vec<&str> = [&["dev"], arguments, &["--"]]
            .concat()
            .into_iter()
            .chain(app.iter().map(String::as_str))
            .collect();
        Dev::start(self.command(&arguments))
    }

    /// The same, until it says where to go.
    pub(crate) fn open(&self, arguments: &[&str]) -> Dev {
        let mut dev = self.launch(arguments);
        dev.wait_for(&format!("crossgate | Open {}", self.origin()));
        dev
    }
}

/// A running `dev`. It is killed with this value.
pub(crate) struct Dev {
    child: Child,
    lines: Receiver<String>,
    /// Everything that was said until now.
    pub(crate) said: String,
}

impl Dev {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (send, lines) = channel();
        read(child.stdout.take().unwrap(), send.clone());
        read(child.stderr.take().unwrap(), send);
        Self { child, lines, said: String::new() }
    }

    /// Waits until a line has this in it.
    pub(crate) fn wait_for(&mut self, text: &str) {
        while !self.said.contains(text) {
            match self.lines.recv_timeout(LIMIT) {
                Ok(line) => self.said.push_str(&format!("{line}\n")),
                Err(_) => panic!("{text:?} was not said, but:\n{}", self.said),
            }
        }
    }

    /// Waits until nothing is said any more, and gives how it ended.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        while let Ok(line) = self.lines.recv_timeout(LIMIT) {
            self.said.push_str(&format!("{line}\n"));
        }
        self.child.wait().unwrap()
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success(), "it runs");
    }

    /// As Ctrl-C.
    pub(crate) fn stop(&mut self) -> ExitStatus {
        self.signal("-INT");
        self.wait()
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(pipe: impl Read + Send + 'static, send: Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            let _ = send.send(line);
        }
    });
}

/// Somebody who is connected to a process, and so learns of its end.
pub(crate) struct Watcher(TcpStream);

impl Watcher {
    pub(crate) fn of(port: u16) -> Self {
        let stream = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        Self(stream)
    }

    /// Waits until the process is gone.
    pub(crate) fn sees_the_end(mut self) -> bool {
        match self.0.read(&mut [0; 16]) {
            Ok(count) => count == 0,
            Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
        }
    }
}

/// A configuration where the API receives tokens of the test people's provider.
pub(crate) fn provider_tokens() -> String {
    shop("token = \"provider\"\nprovider = \"dev\"\naudience = \"https://api.example.com\"", "")
}

/// One where people also sign in with the API.
pub(crate) fn own_login() -> String {
    let sign_in = "[sign_in.credentials]\n\
        login = { request = \"POST /api/login\", user = \"/user\", access_token = \"/token\", \
        refresh_token = \"/refreshToken\", expires_in = \"/expiresIn\" }\n\
        refresh = { request = \"POST /api/refresh\" }\n";
    shop("token = \"api\"", sign_in)
}

/// One where the API says who a test person is.
pub(crate) fn account_hook() -> String {
    shop("token = \"issued\"", "[sign_in.account]\nrequest = \"POST /api/accounts\"\nuser = \"/user\"\n")
}

fn shop(token: &str, sign_in: &str) -> String {
    format!(
        r#"
public_url = "https://shop.example.com"
[listen]
address = "127.0.0.1:${{CROSSGATE_PORT}}"
[app]
url = "http://127.0.0.1:${{APP_PORT}}"
[pages]
protected = ["/dashboard/**"]
[[api]]
path = "/api"
url = "http://127.0.0.1:${{API_PORT}}"
{token}
[sign_in.google]
client_id = "${{GOOGLE_CLIENT_ID}}"
client_secret = "${{GOOGLE_CLIENT_SECRET}}"
{sign_in}"#
    )
}

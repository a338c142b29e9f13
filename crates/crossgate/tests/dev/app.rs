//! The app and the API behind the gateway: they say what they saw.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// Which part this process plays: `app`, `api`, or none.
const ROLE: &str = "DEV_TEST_ROLE";

/// The command that starts the app.
pub(crate) fn command() -> Vec<String> {
    let program = std::env::current_exe().unwrap().display().to_string();
    let words = ["env", "DEV_TEST_ROLE=app", &program, "--exact", "app::plays_its_part", "--nocapture"];
    words.map(str::to_owned).to_vec()
}

/// A test in name only: with a role it is the app, or the API that the app starts as a process of its own.
#[test]
fn plays_its_part() {
    match std::env::var(ROLE).as_deref() {
        Ok("app") => {
            let mut api = Command::new(std::env::current_exe().unwrap());
            api.args(["--exact", "app::plays_its_part", "--nocapture"]).env(ROLE, "api");
            let mut api = api.stdin(Stdio::null()).spawn().unwrap();
            serve("APP_PORT");
            api.wait().unwrap();
        }
        Ok("api") => serve("API_PORT"),
        _ => {}
    }
}

fn serve(port: &str) {
    let port: u16 = std::env::var(port).unwrap().parse().unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    let said = std::env::var("SAID_PORT").unwrap_or(port.to_string());
    let url = std::env::var("CROSSGATE_URL").unwrap_or_default();
    let lines = format!("- Local: http://localhost:{said}\nurl: {url}\n");
    std::io::stdout().write_all(lines.as_bytes()).unwrap();
    for socket in listener.incoming() {
        std::thread::spawn(move || answer(socket.unwrap()));
    }
}

/// One request per connection.
fn answer(socket: TcpStream) -> Option<()> {
    let mut reader = BufReader::new(socket.try_clone().ok()?);
    let (mut first, mut headers) = (String::new(), Vec::new());
    reader.read_line(&mut first).ok()?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let header =
        |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let length = header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let request = first.rsplit_once(' ')?.0;
    let said = match request {
        "POST /api/accounts" => account(&body),
        _ => reply(request, header("x-crossgate-identity"), header("authorization")),
    };
    let said = said.to_string();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        said.len()
    );
    (&socket).write_all(format!("{head}{said}").as_bytes()).ok()
}

/// Whom the account hook is told of.
fn account(body: &[u8]) -> Value {
    let asked: Value = serde_json::from_slice(body).unwrap();
    json!({ "user": { "id": "account-7", "name": asked["name"], "role": asked["claims"]["role"] } })
}

fn reply(request: &str, identity: Option<&str>, authorization: Option<&str>) -> Value {
    match request {
        "POST /api/login" => json!({
            "user": { "id": 7, "name": "Olga Own", "email": "olga@shop.example" },
            "token": "own-token-1", "refreshToken": "own-refresh-1", "expiresIn": 3600,
        }),
        "POST /api/refresh" => {
            json!({ "token": "own-token-2", "refreshToken": "own-refresh-2", "expiresIn": 3600 })
        }
        _ => json!({ "request": request, "identity": identity, "authorization": authorization }),
    }
}
